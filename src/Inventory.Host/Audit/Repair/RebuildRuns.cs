using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.RDBMS;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>A rebuild that was asked for.</summary>
/// <param name="State"><c>running</c>, <c>done</c> or <c>failed</c>.</param>
/// <param name="FinishedAt">When it was done or had failed; null before.</param>
/// <param name="Sku">Of this SKU only; null for all.</param>
/// <param name="Location">At this location only; null for all.</param>
/// <param name="Result">What it did; null until it is done.</param>
/// <param name="Error">Why it failed; null where it has not.</param>
public sealed record RebuildRun(Guid Id, string State, Instant AskedAt, Instant? FinishedAt, string? Sku, string? Location, Rebuilt? Result, string? Error)
{
    public const string Running = "running";
    public const string Done = "done";
    public const string Failed = "failed";
}

/// <summary>
/// Rebuilds that outlive the call that asked for them: a row each, which every host can read, and a message (<see cref="RunRebuild"/>) that one host takes.
/// </summary>
public sealed class RebuildRuns(NpgsqlDataSource database, IWolverineRuntime messages, IClock clock, TimeProvider time)
{
    /// <summary>Rebuilds that wait or work at once, over all hosts.</summary>
    public const int MostRunning = 100;

    /// <summary>The retention of a rebuild's result: it is no evidence, since a rebuild changes nothing that was recorded.</summary>
    private static readonly Duration KeptFor = Duration.FromDays(30);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// Begins a rebuild, unless one of the same positions has not started yet. One that has started may have read already what is wrong now.
    /// </summary>
    /// <param name="sku">Of this SKU only; null for all.</param>
    /// <param name="location">At this location only; null for all.</param>
    /// <returns>Which one does it.</returns>
    /// <exception cref="ApiProblemException">429 <c>too-many-exports</c>: <see cref="MostRunning"/> wait already.</exception>
    public async Task<Guid> Begin(Sku? sku, LocationId? location, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using var ask = new NpgsqlCommand(
            $"""
             select (array_agg(id) filter (where started_at is null and sku is not distinct from $1 and location is not distinct from $2))[1] as queued,
               count(*) as running
               from {AuditTables.Rebuilds} where state = '{RebuildRun.Running}'
             """,
            connection);
        ask.Parameters.Add(SqlValue.OrNull(sku?.Value));
        ask.Parameters.Add(SqlValue.OrNull(location?.Value));
        Guid? running;
        await using (var reader = await ask.ExecuteReaderAsync(cancellation))
        {
            await reader.ReadAsync(cancellation);
            running = reader.ValueOrNull<Guid>("queued");
            if (running is null && reader.GetInt64("running") >= MostRunning)
            {
                throw new ApiProblemException(StatusCodes.Status429TooManyRequests, "too-many-exports", $"{MostRunning} rebuilds wait to be done. Try again.")
                { RetryAfterSeconds = 5 };
            }
        }

        var id = running ?? await Insert(connection, sku, location, by, cancellation);
        var outbox = new MessageContext(messages);
        await outbox.EnlistInOutboxAsync(new DatabaseEnvelopeTransaction((IMessageDatabase)messages.Storage, transaction));
        // also of one that runs: a host of an older version, which takes over from one that died, drops what it does not know
        await outbox.PublishAsync(new RunRebuild(id));
        await transaction.CommitAsync(cancellation);
        await outbox.FlushOutgoingMessagesAsync();
        return id;
    }

    private async Task<Guid> Insert(NpgsqlConnection connection, Sku? sku, LocationId? location, Actor by, CancellationToken cancellation)
    {
        var (id, now) = (Guid.CreateVersion7(), clock.GetCurrentInstant());
        await using var insert = new NpgsqlCommand(
            $"""
             with old as (delete from {AuditTables.Rebuilds} where state <> '{RebuildRun.Running}' and asked_at < $6)
             insert into {AuditTables.Rebuilds} (id, state, asked_at, by, sku, location) values ($1, '{RebuildRun.Running}', $2, $3, $4, $5)
             """,
            connection);
        insert.Parameters.AddWithValue(id);
        insert.Parameters.AddWithValue(now);
        insert.Parameters.AddWithValue(by.ToString());
        insert.Parameters.Add(SqlValue.OrNull(sku?.Value));
        insert.Parameters.Add(SqlValue.OrNull(location?.Value));
        insert.Parameters.AddWithValue(now - KeptFor);
        await insert.ExecuteNonQueryAsync(cancellation);
        return id;
    }

    /// <summary>Null where there is no such rebuild, or none any more.</summary>
    public async Task<RebuildRun?> Read(Guid id, CancellationToken cancellation)
    {
        await using var command =
            database.CreateCommand(
                $"select state, asked_at, finished_at, sku, location, checked, rebuilt, first, error from {AuditTables.Rebuilds} where id = $1");
        command.Parameters.AddWithValue(id);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new RebuildRun(
                id, reader.GetString("state"), reader.GetFieldValue<Instant>("asked_at"),
                reader.ValueOrNull<Instant>("finished_at"), reader.TextOrNull("sku"), reader.TextOrNull("location"),
                reader.IsDBNull("checked") ? null : new Rebuilt(reader.GetInt64("checked"), reader.GetInt64("rebuilt"),
                reader.GetFieldValue<string[]>("first")), reader.TextOrNull("error"))
            : null;
    }

    /// <summary>As it is once it no longer runs, or after a while.</summary>
    public async Task<RebuildRun> WaitFor(Guid id, TimeSpan atMost, CancellationToken cancellation)
    {
        var began = time.GetTimestamp();
        while (true)
        {
            var run = (await Read(id, cancellation))!;
            if (run.State != RebuildRun.Running || time.GetElapsedTime(began) >= atMost)
            {
                return run;
            }

            await Task.Delay(BetweenLooks, time, cancellation);
        }
    }

    /// <summary>From now on nobody joins it; a host that repeats what another one began changes nothing here.</summary>
    public async Task Start(Guid id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"update {AuditTables.Rebuilds} set started_at = $2 where id = $1 and started_at is null");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    public Task Finish(Guid id, Rebuilt result, CancellationToken cancellation) => End(id, RebuildRun.Done, result, null, cancellation);

    public Task Fail(Guid id, string error, CancellationToken cancellation) => End(id, RebuildRun.Failed, null, error, cancellation);

    private async Task End(Guid id, string state, Rebuilt? result, string? error, CancellationToken cancellation)
    {
        await using var command =
            database.CreateCommand(
                $"update {AuditTables.Rebuilds} set state = $2, finished_at = $3, checked = $4, rebuilt = $5, first = $6, error = $7 where id = $1");
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(state);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.Add(SqlValue.OrNull(result?.PositionsChecked));
        command.Parameters.Add(SqlValue.OrNull(result?.PositionsRebuilt));
        command.Parameters.Add(SqlValue.OrNull(result?.First.ToArray()));
        command.Parameters.Add(SqlValue.OrNull(error));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
