using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Reconciliation.Sources;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>
/// Takes a sheet in: all of its lines into tables of its own and the run that will compare them, in one transaction. A sheet with anything
/// wrong in it leaves nothing behind.
/// </summary>
public sealed class ReceiveCounts(NpgsqlDataSource database, IClock clock)
{
    public const int MostLines = 10_000_000;

    private const int MostRefusals = 10;

    /// <summary>Sheets that are received at once, each with a connection; more wait for their turn.</summary>
    private const int AtOnce = 4;

    private static readonly Duration ClocksMayDiffer = Duration.FromSeconds(5);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _turns = new(AtOnce);

    /// <param name="sheet">What was sent.</param>
    /// <param name="origin">Names what was pulled or dropped, so that it is taken in once; null for a request, which is always new.</param>
    /// <param name="correlationId">Stored with the events that follow.</param>
    /// <param name="cancellation">The sender hung up: nothing is left behind.</param>
    /// <returns>The run; null when <paramref name="origin"/> was taken in before.</returns>
    /// <exception cref="RequestRefused">400 <c>invalid-request</c> naming the lines, 413 <c>batch-too-large</c>, 503 <c>unavailable</c>.</exception>
    public async Task<Guid?> Receive(CountSheet sheet, string? origin, string correlationId, CancellationToken cancellation)
    {
        if (!await _turns.WaitAsync(Patience, cancellation))
        {
            throw new RequestRefused(StatusCodes.Status503ServiceUnavailable, "unavailable", "Other counts are being received: try again.") { RetryAfterSeconds = 10 };
        }

        try
        {
            return await InTurn(sheet, origin, correlationId, cancellation);
        }
        finally
        {
            _turns.Release();
        }
    }

    private async Task<Guid?> InTurn(CountSheet sheet, string? origin, string correlationId, CancellationToken cancellation)
    {
        var run = Guid.CreateVersion7();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute(connection, ReconciliationTables.CreateFor(run), cancellation);
        var (counts, documents) = await Copy(connection, run, sheet, cancellation);
        var (system, takenAt) = Head(sheet);
        await RefuseDuplicates(connection, run, sheet, cancellation);
        await RefuseBeforeFirstEvent(connection, takenAt, cancellation);
        documents += await Evidence.AddTo(connection, run, system, takenAt, cancellation);
        if (documents > 0)
        {
            await Execute(connection, $"create index on {ReconciliationTables.DocumentsOf(run)} (sku)", cancellation);
        }

        await Execute(connection, $"analyze {ReconciliationTables.CountsOf(run)}", cancellation);
        await using var insert = new NpgsqlCommand(
            $"""
             insert into {ReconciliationTables.Runs} (id, system, taken_at, received_at, state, origin, correlation_id, counts, documents)
             values ($1, $2, $3, $4, 'running', $5, $6, $7, $8) on conflict (origin) do nothing
             """,
            connection);
        insert.Parameters.AddWithValue(run);
        insert.Parameters.AddWithValue(system);
        insert.Parameters.AddWithValue(takenAt);
        insert.Parameters.AddWithValue(clock.GetCurrentInstant());
        insert.Parameters.Add(new NpgsqlParameter { Value = (object?)origin ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        insert.Parameters.AddWithValue(correlationId);
        insert.Parameters.AddWithValue(counts);
        insert.Parameters.AddWithValue(documents);
        if (await insert.ExecuteNonQueryAsync(cancellation) == 0)
        {
            return null;
        }

        await transaction.CommitAsync(CancellationToken.None);
        return run;
    }

    private (string System, Instant TakenAt) Head(CountSheet sheet)
    {
        var refusals = new List<FieldRefusal>();
        var system = "";
        if (sheet.System is null)
        {
            refusals.Add(new FieldRefusal("system", "is missing"));
        }
        else if (!Identifier.TryParse(sheet.System, out system))
        {
            refusals.Add(new FieldRefusal("system", "must be 1 to 128 printable characters"));
        }

        if (sheet.TakenAt is not { } takenAt)
        {
            refusals.Add(new FieldRefusal("takenAt", "is missing"));
        }
        else if (takenAt > clock.GetCurrentInstant() + ClocksMayDiffer)
        {
            refusals.Add(new FieldRefusal("takenAt", "is in the future"));
        }

        return refusals.Count > 0 ? throw RequestRefused.Invalid([.. refusals]) : (system, sheet.TakenAt!.Value);
    }

    private static async Task<(long Counts, long Documents)> Copy(NpgsqlConnection connection, Guid run, CountSheet sheet, CancellationToken cancellation)
    {
        var refusals = new List<FieldRefusal>();
        var (counts, documents) = (0L, 0L);
        NpgsqlBinaryImporter? importer = null;
        var isDocuments = false;
        try
        {
            await foreach (var batch in sheet.Lines(cancellation))
            {
                foreach (var line in batch)
                {
                    if (line.Refusals.Count > 0)
                    {
                        Refuse(line);
                        continue;
                    }

                    if (counts + documents == MostLines)
                    {
                        throw new RequestRefused(StatusCodes.Status413PayloadTooLarge, "batch-too-large", $"A call has at most {MostLines} lines: send several.");
                    }

                    // Nothing of a sheet with mistakes is kept; it is read on only to name more of them.
                    if (refusals.Count == 0)
                    {
                        await Open(line.IsDocument);
                        await (line.Document is { } document ? Write(importer!, line.Line, document, cancellation) : Write(importer!, line.Line, line.Count!, cancellation));
                    }

                    _ = line.IsDocument ? documents++ : counts++;
                }
            }

            if (refusals.Count > 0)
            {
                throw RequestRefused.Invalid(refusals);
            }

            await Close();
            return (counts, documents);
        }
        finally
        {
            if (importer is not null)
            {
                await importer.DisposeAsync();
            }
        }

        async Task Open(bool document)
        {
            if (importer is not null && isDocuments == document)
            {
                return;
            }

            await Close();
            isDocuments = document;
            importer = await connection.BeginBinaryImportAsync(
                document
                    ? $"copy {ReconciliationTables.DocumentsOf(run)} (line, id, type, sku, location, quantity, occurred_at, status, from_status, to_status) from stdin (format binary)"
                    : $"copy {ReconciliationTables.CountsOf(run)} (line, sku, location, on_hand, unsellable, reserved, unit_value) from stdin (format binary)",
                cancellation);
        }

        async Task Close()
        {
            if (importer is not null)
            {
                await importer.CompleteAsync(cancellation);
                await importer.DisposeAsync();
                importer = null;
            }
        }

        void Refuse(SheetLine line)
        {
            var place = sheet.Place(line.IsDocument, line.Line);
            refusals.AddRange(line.Refusals.Select(refusal => new FieldRefusal(refusal.Field == "line" ? place : $"{place}.{refusal.Field}", refusal.Why)));
            if (refusals.Count >= MostRefusals)
            {
                throw RequestRefused.Invalid([.. refusals.Take(MostRefusals)]);
            }
        }
    }

    private static async Task Write(NpgsqlBinaryImporter importer, int line, TheirCount count, CancellationToken cancellation)
    {
        await importer.StartRowAsync(cancellation);
        await importer.WriteAsync(line, NpgsqlDbType.Integer, cancellation);
        await importer.WriteAsync(count.Position.Sku.Value, NpgsqlDbType.Text, cancellation);
        await importer.WriteAsync(count.Position.Location.Value, NpgsqlDbType.Text, cancellation);
        await WriteNumber(importer, count.OnHand, cancellation);
        if (count.Unsellable.Count == 0)
        {
            await importer.WriteNullAsync(cancellation);
        }
        else
        {
            await importer.WriteAsync(JsonSerializer.Serialize(count.Unsellable), NpgsqlDbType.Jsonb, cancellation);
        }

        await WriteNumber(importer, count.Reserved, cancellation);
        await WriteNumber(importer, count.UnitValue, cancellation);
    }

    private static async Task Write(NpgsqlBinaryImporter importer, int line, TheirDocument document, CancellationToken cancellation)
    {
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

    private static Task WriteNumber(NpgsqlBinaryImporter importer, decimal? number, CancellationToken cancellation) =>
        number is { } known ? importer.WriteAsync(known, NpgsqlDbType.Numeric, cancellation) : importer.WriteNullAsync(cancellation);

    private static async Task RefuseDuplicates(NpgsqlConnection connection, Guid run, CountSheet sheet, CancellationToken cancellation)
    {
        await Execute(connection, "set local work_mem = '128MB'", cancellation);
        await using var command = new NpgsqlCommand(
            $"""
             select sku, location, min(line), max(line) from {ReconciliationTables.CountsOf(run)} group by sku, location having count(*) > 1 order by 4 limit {MostRefusals}
             """,
            connection)
        { CommandTimeout = 600 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var refusals = new List<FieldRefusal>();
        while (await reader.ReadAsync(cancellation))
        {
            refusals.Add(new FieldRefusal(
                sheet.Place(false, reader.GetInt32(3)), $"counts {reader.GetString(0)} at {reader.GetString(1)} again, after {sheet.Place(false, reader.GetInt32(2))}"));
        }

        if (refusals.Count > 0)
        {
            throw RequestRefused.Invalid(refusals);
        }
    }

    /// <summary>Before anything had happened there is nothing to compare with. Looks through the oldest events first, where it ends at once.</summary>
    private static async Task RefuseBeforeFirstEvent(NpgsqlConnection connection, Instant takenAt, CancellationToken cancellation)
    {
        const string events = $"{Projections.Projections.Schema}.mt_events";
        await using var command = new NpgsqlCommand(
            $"select exists (select 1 from {events} where coalesce((data->>'occurredAt')::timestamptz, timestamp) <= $1) or not exists (select 1 from {events})", connection);
        command.Parameters.AddWithValue(takenAt);
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
        {
            throw RequestRefused.Invalid(new FieldRefusal("takenAt", "is before the first event"));
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
