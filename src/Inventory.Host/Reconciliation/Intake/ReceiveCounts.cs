using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Reconciliation.Intake;

/// <summary>
/// Takes a sheet in: all of its lines into tables of its own, then, in one transaction, the run and the message that it is to be compared. A sheet with
/// anything wrong in it leaves nothing behind; what a host leaves that dies is dropped later (<see cref="DropAbandoned"/>).
/// </summary>
public sealed class ReceiveCounts(NpgsqlDataSource database, ConvertCounts convert, IWolverineRuntime messages, IClock clock, TimeProvider time)
{
    public const int MostLines = 10_000_000;

    /// <summary>The field that is refused where nothing had happened yet when the counts were taken.</summary>
    public const string TakenAt = "takenAt";

    private const int MostRefusals = 10;

    /// <summary>Sheets that are received at once, each with a connection; more wait.</summary>
    private const int AtOnce = 4;

    private static readonly Duration ClocksMayDiffer = Duration.FromSeconds(5);
    private static readonly TimeSpan LockTimeout = TimeSpan.FromSeconds(30);

    private readonly SemaphoreSlim _slots = new(AtOnce);

    /// <param name="origin">Names what was pulled or dropped, so that it is taken in once; null for a request, which is always new.</param>
    /// <param name="provenance">Stored with the events that follow.</param>
    /// <param name="cancellation">Cancelled when the sender disconnects: nothing is left behind.</param>
    /// <returns>The run; null when <paramref name="origin"/> was taken in before.</returns>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c> naming the lines, 413 <c>batch-too-large</c>, 503 <c>unavailable</c>.</exception>
    public async Task<Guid?> Receive(CountSheet sheet, string? origin, Provenance provenance, CancellationToken cancellation)
    {
        if (!await _slots.WaitAsync(LockTimeout, cancellation))
        {
            throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "unavailable", "Other counts are being received: try again.")
            { RetryAfterSeconds = 10 };
        }

        try
        {
            return await InTurn(sheet, origin, provenance, cancellation);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<Guid?> InTurn(CountSheet sheet, string? origin, Provenance provenance, CancellationToken cancellation)
    {
        var run = Guid.CreateVersion7();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await SessionLock.Take(connection, $"{run}", cancellation);
        var isTaken = false;
        try
        {
            await Execute(connection, ReconciliationTables.CreateFor(run), cancellation);
            isTaken = await Take(connection, run, sheet, origin, provenance, cancellation);
            return isTaken ? run : null;
        }
        finally
        {
            if (!isTaken)
            {
                await Drop(run);
            }

            await SessionLock.GiveBack(connection, $"{run}");
        }
    }

    private async Task<bool> Take(
        NpgsqlConnection connection, Guid run, CountSheet sheet, string? origin, Provenance provenance, CancellationToken cancellation)
    {
        await using var copy = new CopySheet(connection, run, convert, new WriteLoadThrottle(database, time));
        await copy.Run(sheet, cancellation);
        var (system, takenAt) = Head(sheet);
        await RefuseDuplicates(connection, run, sheet, cancellation);
        await RefuseBeforeFirstEvent(connection, takenAt, cancellation);
        var documents = copy.Documents + await Evidence.AddTo(connection, run, system, takenAt, cancellation);
        if (documents > 0)
        {
            await Execute(connection, $"create index on {ReconciliationTables.DocumentsOf(run)} (sku)", cancellation);
        }

        await Execute(connection, $"analyze {ReconciliationTables.CountsOf(run)}", cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var insert = new NpgsqlCommand(
            $"""
             insert into {ReconciliationTables.Runs} (id, system, taken_at, received_at, state, origin, correlation_id, by, counts, documents)
             values ($1, $2, $3, $4, '{ReconciliationRun.Running}', $5, $6, $7, $8, $9) on conflict (origin) do nothing
             """,
            connection);
        insert.Parameters.AddWithValue(run);
        insert.Parameters.AddWithValue(system);
        insert.Parameters.AddWithValue(takenAt);
        insert.Parameters.AddWithValue(clock.GetCurrentInstant());
        insert.Parameters.Add(SqlValue.OrNull(origin));
        insert.Parameters.AddWithValue(provenance.CorrelationId);
        insert.Parameters.AddWithValue(provenance.By.ToString());
        insert.Parameters.AddWithValue(copy.Counts);
        insert.Parameters.AddWithValue(documents);
        if (await insert.ExecuteNonQueryAsync(CancellationToken.None) == 0)
        {
            return false;
        }

        var outbox = new MessageContext(messages);
        await outbox.EnlistInOutboxAsync(new DatabaseEnvelopeTransaction((IMessageDatabase)messages.Storage, transaction));
        await outbox.PublishAsync(new CompareSheet(run));
        await transaction.CommitAsync(CancellationToken.None);
        await outbox.FlushOutgoingMessagesAsync();
        return true;
    }

    /// <summary>On a connection of its own: the other may be in the middle of something.</summary>
    private async Task Drop(Guid run)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync();
            await Execute(connection, ReconciliationTables.DropFor(run), CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // What is left is dropped when a host starts, and each hour.
        }
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
            refusals.Add(new FieldRefusal(TakenAt, "is missing"));
        }
        else if (takenAt > clock.GetCurrentInstant() + ClocksMayDiffer)
        {
            refusals.Add(new FieldRefusal(TakenAt, "is in the future"));
        }

        return refusals.Count > 0 ? throw ApiProblemException.Invalid([.. refusals]) : (system, sheet.TakenAt!.Value);
    }

    private static async Task RefuseDuplicates(NpgsqlConnection connection, Guid run, CountSheet sheet, CancellationToken cancellation)
    {
        // One pass over everything, by one process: slower than with workers, but without load on others.
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute(connection, "set local work_mem = '128MB'; set local max_parallel_workers_per_gather = 0", cancellation);
        await using var command = new NpgsqlCommand(
            $"""
             select sku, location, min(line) as first, max(line) as again from {ReconciliationTables.CountsOf(run)}
               group by sku, location having count(*) > 1 order by 4 limit {MostRefusals}
             """,
            connection)
        { CommandTimeout = 600 };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var refusals = new List<FieldRefusal>();
        while (await reader.ReadAsync(cancellation))
        {
            refusals.Add(new FieldRefusal(
                sheet.PathOf(false, reader.GetInt32("again")),
                $"counts {reader.GetString("sku")} at {reader.GetString("location")} again, after {sheet.PathOf(false, reader.GetInt32("first"))}"));
        }

        if (refusals.Count > 0)
        {
            throw ApiProblemException.Invalid(refusals);
        }
    }

    /// <summary>Before anything had happened there is nothing to compare with. Looks through the oldest events first, where it ends at once.</summary>
    private static async Task RefuseBeforeFirstEvent(NpgsqlConnection connection, Instant takenAt, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select exists (select 1 from {EventHistory.All} where coalesce((data->>'occurredAt')::timestamptz, timestamp) <= $1) or not exists (select 1 "
                + $"from {EventHistory.All})", connection);
        command.Parameters.AddWithValue(takenAt);
        if (!(bool)(await command.ExecuteScalarAsync(cancellation))!)
        {
            throw ApiProblemException.Invalid(new FieldRefusal(TakenAt, "is before the first event"));
        }
    }

    private static async Task Execute(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600 };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
