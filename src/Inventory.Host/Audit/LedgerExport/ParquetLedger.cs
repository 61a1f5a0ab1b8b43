using NodaTime;
using Parquet;
using Parquet.Schema;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>
/// The ledger as a Parquet table of the same rows as <see cref="CsvLedger"/>. It ends in a directory, without which no reader opens it: one that was broken off
/// is nobody's whole.
/// </summary>
internal sealed class ParquetLedger : LedgerWriter
{
    public const string MediaType = "application/vnd.apache.parquet";

    private const int RowsOfGroup = 20_000;

    private readonly Forward _output;
    private readonly List<Column> _columns;
    private ParquetWriter? _parquet;
    private PositionKey _key;
    private StockBalance _balance;
    private int _rows;

    public ParquetLedger(Stream output)
    {
        _output = new Forward(output);
        _columns =
        [
            new Texts("sku", row => row.Key.Sku.Value), new Texts("location", row => row.Key.Location.Value),
            new Numbers<long>("version", row => row.Event?.Version),
            new Texts("type", row => row.Event?.Type ?? row.Type), new Decimals("change", row => row.Event?.Change),
            new Decimals("balance", row => row.Balance.OnHand),
            new Instants("occurredAt", row => row.Event?.OccurredAt), new Instants("recordedAt", row => row.Event?.RecordedAt),
            new Texts("source", row => row.Event?.Source),
            new Texts("id", row => row.Event?.Id), new Texts("document", row => row.Event?.Document), new Decimals("quantity", row => row.Event?.Quantity),
            new Numbers<bool>("absorbed", row => row.Event?.Absorbed), new Texts("corrects", row => row.Event?.Corrects),
            new Decimals("unsellableChange", row => row.Event?.UnsellableChange), new Decimals("reservedChange", row => row.Event?.ReservedChange),
            new Decimals("inTransitChange", row => row.Event?.InTransitChange), new Decimals("unsellable", row => row.Balance.Unsellable),
            new Decimals("reserved", row => row.Balance.Reserved), new Decimals("inTransit", row => row.Balance.InTransit),
            new Numbers<long>("sequence", row => row.Event?.Sequence),
        ];
    }

    private readonly record struct Row(PositionKey Key, string? Type, LedgerEvent? Event, StockBalance Balance);

    public override void Open(PositionKey key, StockBalance opening)
    {
        (_key, _balance) = (key, opening);
        Add(new Row(key, "opening", null, opening));
    }

    public override void Write(LedgerEvent happened)
    {
        _balance = new StockBalance(
            happened.Balance, _balance.Unsellable + happened.UnsellableChange, happened.Reserved, _balance.InTransit + happened.InTransitChange);
        Add(new Row(_key, null, happened, _balance));
    }

    public override void Close(StockBalance closing) => Add(new Row(_key, "closing", null, closing));

    public override async ValueTask Flush(CancellationToken cancellation)
    {
        if (_rows >= RowsOfGroup)
        {
            await WriteGroup(cancellation);
        }
    }

    public override async ValueTask End(string? next, CancellationToken cancellation)
    {
        await WriteGroup(cancellation);
        await _parquet!.DisposeAsync();
        _parquet = null;
        await _output.FlushAsync(cancellation);
    }

    public override ValueTask BreakOff() => ValueTask.CompletedTask;

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Add(Row row)
    {
        foreach (var column in _columns)
        {
            column.Add(row);
        }

        _rows++;
    }

    private async Task WriteGroup(CancellationToken cancellation)
    {
        _parquet ??= await ParquetWriter.CreateAsync(new ParquetSchema([.. _columns.Select(column => column.Field)]), _output, cancellationToken: cancellation);
        using var group = _parquet.CreateRowGroup();
        foreach (var column in _columns)
        {
            await column.Write(group, cancellation);
        }

        group.CompleteValidate();
        _rows = 0;
    }

    /// <summary>The values of one column of a row group.</summary>
    private abstract class Column(DataField described)
    {
        public DataField Field => described;

        public abstract void Add(Row row);

        public abstract Task Write(ParquetRowGroupWriter group, CancellationToken cancellation);
    }

    private sealed class Texts(string name, Func<Row, string?> value) : Column(new DataField<string>(name))
    {
        private readonly List<string?> _values = [];

        public override void Add(Row row) => _values.Add(value(row));

        public override async Task Write(ParquetRowGroupWriter group, CancellationToken cancellation)
        {
            await group.WriteAsync(Field, (IReadOnlyCollection<string>)_values!);
            _values.Clear();
        }
    }

    private abstract class Values<T>(DataField described) : Column(described)
        where T : struct
    {
        private readonly List<T?> _values = [];

        public override async Task Write(ParquetRowGroupWriter group, CancellationToken cancellation)
        {
            await group.WriteAsync<T>(Field, _values.ToArray().AsMemory(), cancellationToken: cancellation);
            _values.Clear();
        }

        protected void Put(T? value) => _values.Add(value);
    }

    private sealed class Numbers<T>(string name, Func<Row, T?> value) : Values<T>(new DataField<T?>(name))
        where T : struct
    {
        public override void Add(Row row) => Put(value(row));
    }

    /// <summary>All digits of a decimal but those behind the fourth, which no quantity has.</summary>
    private sealed class Decimals(string name, Func<Row, decimal?> value) : Values<decimal>(
        new DecimalDataField(name, precision: 28, scale: 4, isNullable: true))
    {
        public override void Add(Row row) => Put(value(row));
    }

    private sealed class Instants(string name, Func<Row, Instant?> value)
        : Values<DateTime>(new DateTimeDataField(name, DateTimeFormat.Timestamp, isAdjustedToUTC: true, unit: DateTimeTimeUnit.Micros, isNullable: true))
    {
        public override void Add(Row row) => Put(value(row)?.ToDateTimeUtc());
    }

    /// <summary>The writer asks where it is, and a connection does not know.</summary>
    private sealed class Forward(Stream output) : Stream
    {
        private long _position;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => _position;

        public override long Position { get => _position; set => throw new NotSupportedException(); }

        public override void Flush()
        {
            // The connection flushes on its own, and offers no way to wait for it here.
        }

        public override Task FlushAsync(CancellationToken cancellationToken) => output.FlushAsync(cancellationToken);

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await output.WriteAsync(buffer, cancellationToken);
            _position += buffer.Length;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
            WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    }
}
