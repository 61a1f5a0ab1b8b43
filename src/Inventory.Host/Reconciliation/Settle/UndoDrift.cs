using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <summary>Takes a decision about a drift back: a correction by correcting its movement, which then did not occur; a dismissal by opening it again.</summary>
public sealed class UndoDrift(NpgsqlDataSource database, WriteLanes lanes, IClock clock)
{
    /// <summary>
    /// Records that the correction did not occur, once: the event's id is made of run and drift, so that retries are idempotent. Both events stay in history.
    /// </summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-drift</c>; 409 <c>drift-already-reverted</c>, <c>drift-not-approved</c>,
    /// <c>drift-not-revertible</c>.</exception>
    internal async Task<StoredDrift> Revert(Guid run, int n, string reason, Provenance provenance, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (drift, _, _) = await DriftTable.Lock(connection, run, n, cancellation);
        if (drift.Reverted is { } earlier)
        {
            throw ApiProblemException.Conflict("drift-already-reverted", $"{earlier.By} has taken the correction back already.");
        }

        if (drift.Settled is not { Decision: Settlement.Approved or Settlement.Policy } settled)
        {
            throw ApiProblemException.Conflict("drift-not-approved", "Our number was not corrected by this drift: there is nothing to take back.");
        }

        if (drift.Field == DriftField.Reserved)
        {
            throw NotRevertible("Units of an order were given back: others may hold them by now. Reserve them anew.");
        }

        await CorrectDrift.LockPosition(connection, drift, cancellation);
        var (name, _) = await CorrectDrift.Name(connection, run, n, drift, cancellation);
        var opposite = new Correction(name with { Id = $"{name.Id}/revert" }, drift.Position, settled.At, null, name.Id, null);
        var outcome = (await lanes.Record([opposite], provenance, CancellationToken.None))[0];
        if (outcome.Outcome == Outcome.Rejected)
        {
            throw NotRevertible($"The correction cannot be taken back: {outcome.Detail}");
        }

        var undone = new Undone(provenance.By.Name, reason, clock.GetCurrentInstant());
        await Update(connection, run, n, $"action = '{DriftTable.None}', reverted = $3", undone);
        await transaction.CommitAsync(CancellationToken.None);
        return drift with { Action = DriftTable.None, Reverted = undone };
    }

    /// <summary>Lets somebody decide anew about a drift that was dismissed.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-drift</c>; 409 <c>drift-not-dismissed</c>.</exception>
    internal async Task<StoredDrift> Reopen(Guid run, int n, string reason, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (drift, _, _) = await DriftTable.Lock(connection, run, n, cancellation);
        if (drift.Settled is not { Decision: Settlement.Dismissed })
        {
            throw ApiProblemException.Conflict("drift-not-dismissed", "Nobody has dismissed the drift.");
        }

        var undone = new Undone(by.Name, reason, clock.GetCurrentInstant(), drift.Settled);
        await Update(
            connection, run, n,
            $"action = '{DriftTable.NeedsApproval}', settled = null, reason = null, settled_at = null, settled_by = null, first_approval = null, reopened = $3",
            undone);
        await transaction.CommitAsync(CancellationToken.None);
        return drift with { Action = DriftTable.NeedsApproval, Settled = null, FirstApproval = null, Reopened = undone };
    }

    private static async Task Update(NpgsqlConnection connection, Guid run, int n, string columns, Undone undone)
    {
        await using var command = new NpgsqlCommand($"update {ReconciliationTables.Drifts} set {columns} where run = $1 and n = $2", connection);
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue(n);
        command.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(undone, EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync();
    }

    private static ApiProblemException NotRevertible(string why) => ApiProblemException.Conflict("drift-not-revertible", why);
}
