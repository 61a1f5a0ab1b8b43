using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Reconciliation.Evidence;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <summary>
/// Corrects our number by an event that names the run and the cause, at the instant of their count. The movement's id is made of run and
/// drift, so that retries are idempotent; and what has changed meanwhile, or was corrected through another run, is not corrected again.
/// </summary>
public sealed class CorrectDrift(NpgsqlDataSource database, WriteLanes lanes, StoredPolicy policy, IClock clock)
{
    public const string Source = MovementSources.Reconciliation;

    /// <param name="decision"><see cref="Settlement"/>.</param>
    /// <param name="cancellation">Only until the movement is on its way.</param>
    /// <exception cref="ApiProblemException">404 <c>unknown-drift</c>; 409 <c>second-person-needed</c>, <c>drift-already-settled</c>, <c>drift-outdated</c> or
    /// <c>drift-not-correctable</c>.</exception>
    internal async Task<StoredDrift> Correct(Guid run, int n, string decision, string reason, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (drift, takenAt, system) = await Require(connection, run, n, cancellation);
        await LockPosition(connection, drift, cancellation);
        var (name, isRecorded) = await Name(connection, run, n, drift, cancellation);
        if (!isRecorded)
        {
            await RefuseOutdated(connection, drift, takenAt, cancellation);
            if (decision == Settlement.Approved && (await policy.Read(cancellation)).NeedsSecondPerson(system, drift.Drift)
                && (drift.FirstApproval is not { } first || first.By == by.Name))
            {
                await KeepFirst(connection, run, drift, new Approval(by.Name, reason, clock.GetCurrentInstant()));
                await transaction.CommitAsync(CancellationToken.None);
                throw SecondPerson.Needed(
                    $"By the policy a correction of {Math.Abs(drift.Drift.ToCorrect)} needs two people: {by.Name} has approved, and somebody else has to "
                        + $"approve it too.");
            }
        }

        // Also where its id is there already: an earlier try's movement is a duplicate, and anything else under this id is a refusal and no correction.
        await Write(name, drift, takenAt, by);
        var settled = await Settle(connection, run, drift, DriftTable.Corrected, decision, reason, by);
        await transaction.CommitAsync(CancellationToken.None);
        return settled;
    }

    /// <summary>Leaves both numbers as they are.</summary>
    /// <inheritdoc cref="Correct"/>
    internal async Task<StoredDrift> Dismiss(Guid run, int n, string reason, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        var (drift, _, _) = await Require(connection, run, n, cancellation);
        var settled = await Settle(connection, run, drift, DriftTable.None, Settlement.Dismissed, reason, by);
        await transaction.CommitAsync(CancellationToken.None);
        return settled;
    }

    /// <summary>The drift, locked, that waits for a decision.</summary>
    private static async Task<(StoredDrift Drift, Instant TakenAt, string System)> Require(
        NpgsqlConnection connection, Guid run, int n, CancellationToken cancellation)
    {
        var (drift, takenAt, system) = await DriftTable.Lock(connection, run, n, cancellation);
        return drift.Settled is null && drift.Action == DriftTable.NeedsApproval
            ? (drift, takenAt, system)
            : throw ApiProblemException.Conflict("drift-already-settled", "The drift is within tolerance, or was corrected or dismissed already.");
    }

    /// <summary>Two runs may have found the same drift: a lock serializes their corrections.</summary>
    internal static async Task LockPosition(NpgsqlConnection connection, StoredDrift drift, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("select pg_advisory_xact_lock(hashtextextended($1, 6))", connection);
        command.Parameters.AddWithValue($"{drift.Position} {drift.Field}");
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>
    /// The name of a correction, <c>{run}/{n}</c> with the run's id as the API shows it, and whether it is recorded. Earlier versions left the hyphens out:
    /// a correction that is recorded under that name keeps it, or it would count twice.
    /// </summary>
    internal static async Task<(MovementId Name, bool IsRecorded)> Name(
        NpgsqlConnection connection, Guid run, int n, StoredDrift drift, CancellationToken cancellation)
    {
        var name = new MovementId(Source, FormattableString.Invariant($"{run:D}/{n}"));
        var earlier = name with { Id = FormattableString.Invariant($"{run:N}/{n}") };
        await using var command = new NpgsqlCommand(
            $"""
             select (select id from {Projections.InventorySchema.Name}.recorded_movement where source = $1 and id in ($2, $3) limit 1) as recorded,
               exists (select from {Projections.InventorySchema.Name}.mt_events where stream_id = $4 and correlation_id = $5) as gave_back
             """,
            connection);
        command.Parameters.AddWithValue(Source);
        command.Parameters.AddWithValue(name.Id);
        command.Parameters.AddWithValue(earlier.Id);
        command.Parameters.AddWithValue(drift.Position.ToString());
        command.Parameters.AddWithValue(Correlation(earlier));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        var recorded = reader.TextOrNull("recorded");

        // Units that were given back are no movement: they are known by the correlation id of their events.
        var isEarlier = recorded == earlier.Id || reader.GetBoolean("gave_back");
        return (isEarlier ? earlier : name, isEarlier || recorded is not null);
    }

    /// <summary>
    /// A correction is of the number that was compared. Where that is another one by now, or a newer comparison was corrected, it would correct twice.
    /// </summary>
    private static async Task RefuseOutdated(NpgsqlConnection connection, StoredDrift drift, Instant takenAt, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select exists (select 1 from {ReconciliationTables.Drifts} d join {ReconciliationTables.Runs} r on r.id = d.run
               where d.sku = $1 and d.location = $2 and d.field = $3 and d.action = '{DriftTable.Corrected}' and r.taken_at > $4)
             """,
            connection);
        command.Parameters.AddWithValue(drift.Position.Sku.Value);
        command.Parameters.AddWithValue(drift.Position.Location.Value);
        command.Parameters.AddWithValue(drift.Field.Name);
        command.Parameters.AddWithValue(takenAt);
        var isSuperseded = (bool)(await command.ExecuteScalarAsync(cancellation))!;
        var events = await new RecordedHistory(connection).Events([drift.Position], cancellation);
        var ours = new OurSide(events.GetValueOrDefault(drift.Position) ?? [], takenAt).Value(drift.Field);
        if (isSuperseded || ours != drift.Ours)
        {
            throw ApiProblemException.Conflict(
                "drift-outdated", "Our number has changed since it was compared, or a newer comparison was corrected: compare again.");
        }
    }

    private async Task Write(MovementId name, StoredDrift drift, Instant takenAt, Actor by)
    {
        var quantity = drift.Drift.ToCorrect;
        var parts = drift.Attribution.Where(part => !part.SettlesItself).ToList();
        if (quantity == 0)
        {
            throw NotCorrectable("Both sides have the movement, a little apart: it settles itself.");
        }

        if (drift.Field == DriftField.Reserved)
        {
            await GiveBack(name, drift, parts, takenAt, by);
            return;
        }

        var document = parts is [{ Document: { } only }] ? only : null;
        var cause = string.Join(", ", parts.Select(part => $"{DriftTable.Word(part.Cause)} {part.Document}".TrimEnd()));
        Movement movement = drift.Field.Status is { } status
            ? new StatusChange(name, drift.Position, takenAt, document, Math.Abs(quantity), quantity > 0 ? status : null, quantity > 0 ? null : status)
            : new Adjustment(name, drift.Position, takenAt, document, -quantity, $"reconciliation {name.Id}: {cause}");
        var outcome = (await lanes.Record([movement], new Provenance(Correlation(name), by), CancellationToken.None))[0];
        if (outcome.Outcome == Outcome.Rejected)
        {
            throw NotCorrectable($"The correction cannot be recorded: {outcome.Detail}");
        }
    }

    /// <summary>
    /// Units that are kept here for an order that has ended here are given back; what it keeps elsewhere stays. What nobody keeps here cannot be made up: the
    /// order's hold would have to be.
    /// </summary>
    private async Task GiveBack(MovementId name, StoredDrift drift, List<Attribution> parts, Instant takenAt, Actor by)
    {
        await using var connection = await database.OpenConnectionAsync();
        var events = await new RecordedHistory(connection).Events([drift.Position], CancellationToken.None);
        var ours = new HoldsAtInstant(events.GetValueOrDefault(drift.Position) ?? [], takenAt);
        var kept = parts.ConvertAll(part => ours.NamedBy(part.Document!).Where(hold => hold.Open > 0).ToList());
        if (kept.Exists(holds => holds.Count > 1))
        {
            throw NotCorrectable("Several channels keep units here for an order of that id: release the one which has ended by its own channel.");
        }

        if (!parts.Zip(kept).All(
            pair => pair.First is { Cause: DriftCause.LostRelease, Quantity: > 0 } && pair.Second.Sum(hold => hold.Open) >= pair.First.Quantity))
        {
            throw NotCorrectable("Only units that are kept for an order which has ended can be given back; put other orders right by their own ids.");
        }

        foreach (var (part, holds) in parts.Zip(kept))
        {
            var hold = holds[0];
            var step = new GiveBackUnits(hold.Id, Correlation(name), drift.Position, part.Quantity);
            var answer = await lanes.Step(
                step, channel => hold.Channel is null || channel.Value == hold.Channel, new Provenance(Correlation(name), by), CancellationToken.None);
            if (answer.Refusal is { } refusal)
            {
                throw ApiProblemException.Conflict("drift-outdated", $"{part.Document} is no longer kept: {refusal.Code}.");
            }
        }
    }

    /// <summary>The first approval, with its first reason, for as long as it takes another person to come.</summary>
    private static async Task KeepFirst(NpgsqlConnection connection, Guid run, StoredDrift drift, Approval approval)
    {
        await using var command = new NpgsqlCommand(
            $"update {ReconciliationTables.Drifts} set first_approval = coalesce(first_approval, $3) where run = $1 and n = $2", connection);
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue(drift.N);
        command.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(approval, EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await command.ExecuteNonQueryAsync();
    }

    private async Task<StoredDrift> Settle(NpgsqlConnection connection, Guid run, StoredDrift drift, string action, string decision, string reason, Actor by)
    {
        var settled = new Settlement(decision, reason, clock.GetCurrentInstant(), by.Name);
        await using var command = new NpgsqlCommand(
            $"update {ReconciliationTables.Drifts} set action = $3, planned = false, settled = $4, reason = $5, settled_at = $6, settled_by = $7 where run "
                + $"= $1 and n = $2", connection);
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue(drift.N);
        command.Parameters.AddWithValue(action);
        command.Parameters.AddWithValue(settled.Decision);
        command.Parameters.AddWithValue(reason);
        command.Parameters.AddWithValue(settled.At);
        command.Parameters.AddWithValue(by.ToString());
        await command.ExecuteNonQueryAsync();
        return drift with { Action = action, IsPlanned = false, Settled = settled };
    }

    /// <summary>Stored with the events, so that each names its run and drift.</summary>
    private static string Correlation(MovementId name) => $"{Source}/{name.Id}";

    private static ApiProblemException NotCorrectable(string why) => ApiProblemException.Conflict("drift-not-correctable", why);
}
