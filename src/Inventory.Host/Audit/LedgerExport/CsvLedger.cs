using System.Globalization;
using CsvHelper;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http.Csv;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>
/// The ledger as a table: for each position a row <c>opening</c>, a row for each event, and a row <c>closing</c>. The sum of a position's
/// changes is what its balance grows by from the first to the last. Texts are written as <see cref="CsvText"/> says. A table that was broken off ends in a line
/// that begins with #.
/// </summary>
internal sealed class CsvLedger : LedgerWriter
{
    public const string MediaType = "text/csv";

    public static readonly IReadOnlyList<string> Columns =
    [
        "sku", "location", "version", "type", "change", "balance", "occurredAt", "recordedAt", "source", "id", "document", "quantity", "absorbed", "corrects",
        "unsellableChange", "reservedChange", "inTransitChange", "unsellable", "reserved", "inTransit", "sequence",
    ];

    /// <summary>The last line of a table that is not whole.</summary>
    public static readonly byte[] Interrupted = "# interrupted: this is not the whole\r\n"u8.ToArray();

    private const int BufferBytes = 64 * 1024;

    private readonly Stream _output;
    private readonly MemoryStream _rows = new();
    private readonly CsvWriter _csv;
    private PositionKey _key;
    private StockBalance _balance;

    public CsvLedger(Stream output)
    {
        // By way of memory: the writer would make the connection wait for each buffer.
        _output = output;
        _csv = CsvWriter.Create(_rows, leaveOpen: true);
        foreach (var column in Columns)
        {
            Add(column);
        }

        _csv.EndRecord();
    }

    public override void Open(PositionKey key, StockBalance opening)
    {
        (_key, _balance) = (key, opening);
        Balance("opening", opening);
    }

    public override void Write(LedgerEvent happened)
    {
        _balance = new StockBalance(
            happened.Balance, _balance.Unsellable + happened.UnsellableChange, happened.Reserved, _balance.InTransit + happened.InTransitChange);
        Begin(happened.Version, happened.Type, happened.Change, happened.Balance);
        Add(happened.OccurredAt);
        Add(happened.RecordedAt);
        Add(CsvText.Of(happened.Source));
        Add(CsvText.Of(happened.Id));
        Add(CsvText.Of(happened.Document));
        Add(happened.Quantity);
        Add(happened.Absorbed ? "true" : "false");
        Add(CsvText.Of(happened.Corrects));
        Add(happened.UnsellableChange);
        Add(happened.ReservedChange);
        Add(happened.InTransitChange);
        Levels(_balance);
        Add(happened.Sequence);
        _csv.EndRecord();
    }

    public override void Close(StockBalance closing) => Balance("closing", closing);

    public override async ValueTask Flush(CancellationToken cancellation)
    {
        if (_rows.Length > BufferBytes)
        {
            await Send(cancellation);
        }
    }

    public override async ValueTask End(string? next, CancellationToken cancellation)
    {
        await Send(cancellation);
        await _output.FlushAsync(cancellation);
    }

    public override async ValueTask BreakOff()
    {
        await Send(CancellationToken.None);
        await _output.WriteAsync(Interrupted);
        await _output.FlushAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _csv.DisposeAsync();
        await _rows.DisposeAsync();
    }

    private async Task Send(CancellationToken cancellation)
    {
        await _csv.FlushAsync(cancellation);
        await _output.WriteAsync(_rows.GetBuffer().AsMemory(0, (int)_rows.Length), cancellation);
        _rows.SetLength(0);
    }

    private void Balance(string type, StockBalance balance)
    {
        Begin(null, type, null, balance.OnHand);
        for (var empty = 0; empty < 11; empty++)
        {
            Add((string?)null);
        }

        Levels(balance);
        Add((string?)null);
        _csv.EndRecord();
    }

    private void Begin(long? version, string type, decimal? change, decimal balance)
    {
        Add(CsvText.Of(_key.Sku.Value));
        Add(CsvText.Of(_key.Location.Value));
        Add(version);
        Add(type);
        Add(change);
        Add(balance);
    }

    private void Levels(StockBalance balance)
    {
        Add(balance.Unsellable);
        Add(balance.Reserved);
        Add(balance.InTransit);
    }

    private void Add(string? text) => _csv.WriteField(text);

    private void Add(decimal? number) => Add(number is { } known ? (known == 0 ? 0 : Quantity.Canonical(known)).ToString(CultureInfo.InvariantCulture) : null);

    private void Add(long? number) => Add(number?.ToString(CultureInfo.InvariantCulture));

    private void Add(Instant? instant) => Add(instant is { } known ? InstantPattern.ExtendedIso.Format(known) : null);
}
