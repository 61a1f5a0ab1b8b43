using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Reconciliation.Intake;

/// <summary>
/// Copies the lines of a sheet into the tables of a run, piece by piece, each of which is committed: a long transaction would keep PostgreSQL from vacuuming
/// other tables.
/// </summary>
internal sealed class CopySheet(NpgsqlConnection connection, Guid run, ConvertCounts convert, WriteLoadThrottle giveWay) : IAsyncDisposable
{
    private const int MostRefusals = 10;
    private const int LinesAtOnce = 4_000;

    private readonly List<FieldRefusal> _refusals = [];
    private NpgsqlBinaryImporter? _importer;
    private bool _isOfDocuments;
    private int _inPiece;

    public long Counts { get; private set; }

    public long Documents { get; private set; }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c> naming the lines, 413 <c>batch-too-large</c>.</exception>
    public async Task Run(CountSheet sheet, CancellationToken cancellation)
    {
        await foreach (var batch in sheet.Lines(cancellation))
        {
            foreach (var line in await convert.Of(batch, cancellation))
            {
                if (line.Refusals.Count > 0)
                {
                    Refuse(sheet, line);
                    continue;
                }

                if (Counts + Documents == ReceiveCounts.MostLines)
                {
                    throw new ApiProblemException(
                        StatusCodes.Status413PayloadTooLarge, "batch-too-large", $"A call has at most {ReceiveCounts.MostLines} lines: send several.");
                }

                // Nothing of a sheet with mistakes is kept; it is read on only to name more of them.
                if (_refusals.Count == 0)
                {
                    await Open(line.IsDocument, cancellation);
                    await (line.Document is { } document ? Write(line.Line, document, cancellation) : Write(line.Line, line.Count!, cancellation));
                }

                _ = line.IsDocument ? Documents++ : Counts++;
            }
        }

        if (_refusals.Count > 0)
        {
            throw ApiProblemException.Invalid(_refusals);
        }

        await Close(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        if (_importer is not null)
        {
            await _importer.DisposeAsync();
        }
    }

    private async Task Open(bool document, CancellationToken cancellation)
    {
        if (_importer is not null && _isOfDocuments == document && ++_inPiece < giveWay.BatchSize(LinesAtOnce))
        {
            return;
        }

        if (await Close(cancellation))
        {
            await giveWay.PauseAsync(cancellation);
        }

        (_isOfDocuments, _inPiece) = (document, 0);
        _importer = await connection.BeginBinaryImportAsync(
            document
                ? $"copy {ReconciliationTables.DocumentsOf(run)} (line, id, type, sku, location, quantity, occurred_at, status, from_status, to_status) "
                    + $"from stdin (format binary)"
                : $"copy {ReconciliationTables.CountsOf(run)} (line, sku, location, on_hand, unsellable, reserved, unit_value) from stdin (format binary)",
            cancellation);
    }

    /// <returns>False when nothing was open.</returns>
    private async Task<bool> Close(CancellationToken cancellation)
    {
        if (_importer is null)
        {
            return false;
        }

        await _importer.CompleteAsync(cancellation);
        await _importer.DisposeAsync();
        _importer = null;
        return true;
    }

    private void Refuse(CountSheet sheet, SheetLine line)
    {
        var path = sheet.PathOf(line.IsDocument, line.Line);
        _refusals.AddRange(line.Refusals.Select(refusal => new FieldRefusal(refusal.Field == "line" ? path : $"{path}.{refusal.Field}", refusal.Why)));
        if (_refusals.Count >= MostRefusals)
        {
            throw ApiProblemException.Invalid([.. _refusals.Take(MostRefusals)]);
        }
    }

    private async Task Write(int line, TheirCount count, CancellationToken cancellation)
    {
        var importer = _importer!;
        await importer.StartRowAsync(cancellation);
        await importer.WriteAsync(line, NpgsqlDbType.Integer, cancellation);
        await importer.WriteAsync(count.Position.Sku.Value, NpgsqlDbType.Text, cancellation);
        await importer.WriteAsync(count.Position.Location.Value, NpgsqlDbType.Text, cancellation);
        await WriteNumber(count.OnHand, cancellation);
        if (count.Unsellable.Count == 0)
        {
            await importer.WriteNullAsync(cancellation);
        }
        else
        {
            await importer.WriteAsync(JsonSerializer.Serialize(count.Unsellable), NpgsqlDbType.Jsonb, cancellation);
        }

        await WriteNumber(count.Reserved, cancellation);
        await WriteNumber(count.UnitValue, cancellation);
    }

    private async Task Write(int line, TheirDocument document, CancellationToken cancellation)
    {
        var importer = _importer!;
        await importer.StartRowAsync(cancellation);
        await importer.WriteAsync(line, NpgsqlDbType.Integer, cancellation);
        await importer.WriteAsync(document.Id, NpgsqlDbType.Text, cancellation);
        await importer.WriteAsync(document.Type, NpgsqlDbType.Text, cancellation);
        await importer.WriteAsync(document.Position.Sku.Value, NpgsqlDbType.Text, cancellation);
        await importer.WriteAsync(document.Position.Location.Value, NpgsqlDbType.Text, cancellation);
        await importer.WriteAsync(document.Quantity, NpgsqlDbType.Numeric, cancellation);
        await importer.WriteAsync(document.OccurredAt, NpgsqlDbType.TimestampTz, cancellation);
        foreach (var status in new[] { document.Status, document.From, document.To })
        {
            await (status is null ? importer.WriteNullAsync(cancellation) : importer.WriteAsync(status, NpgsqlDbType.Text, cancellation));
        }
    }

    private Task WriteNumber(decimal? number, CancellationToken cancellation) =>
        number is { } known ? _importer!.WriteAsync(known, NpgsqlDbType.Numeric, cancellation) : _importer!.WriteNullAsync(cancellation);
}
