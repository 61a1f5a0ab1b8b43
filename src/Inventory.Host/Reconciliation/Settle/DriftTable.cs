using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <summary>A drift of a run with what the policy says about it.</summary>
/// <param name="N">From 1.</param>
/// <param name="Action">What is to be done.</param>
/// <param name="Unknown">See <see cref="UnknownCount"/>; null where both are known.</param>
internal sealed record DriftRow(int N, Drift Drift, DriftAction Action, string? Unknown);

/// <summary>Who decided about a drift, and why.</summary>
/// <param name="Decision"><c>approved</c>, <c>dismissed</c> or <c>policy</c>.</param>
/// <param name="Reason">In a person's words; of the policy, what it says.</param>
/// <param name="By">Who: the key's name or the token's <c>sub</c>, <c>reconciliation</c> for the policy; null for what is older than this record.</param>
public sealed record Settlement(string Decision, string? Reason, Instant At, string? By)
{
    public const string Approved = "approved";
    public const string Dismissed = "dismissed";
    public const string Policy = "policy";
}

/// <summary>The approval of the first of two people.</summary>
/// <param name="By">Who: the key's name or the token's <c>sub</c>.</param>
public sealed record Approval(string By, string Reason, Instant At);

/// <summary>What a person undid of a decision: a correction by the opposite event, a dismissal by opening the drift again.</summary>
/// <param name="By">Who: the key's name or the token's <c>sub</c>.</param>
/// <param name="Decision">The decision that was taken back; null where the drift still shows it.</param>
public sealed record Undone(string By, string Reason, Instant At, Settlement? Decision = null);

/// <summary>A drift as it was stored.</summary>
internal sealed record StoredDrift(
    int N, PositionKey Position, DriftField Field, decimal Ours, decimal Theirs, string Severity, IReadOnlyList<Attribution> Attribution, string Action,
    bool IsPlanned, string? Unknown, Settlement? Settled,
    Approval? FirstApproval)
{
    /// <summary>How the correction was taken back; null where it was not.</summary>
    public Undone? Reverted { get; init; }

    /// <summary>How it was last opened again after somebody had dismissed it; null where it was not.</summary>
    public Undone? Reopened { get; init; }

    public Drift Drift => new(Position, Field, Ours, Theirs, Attribution);
}

/// <summary>What the runs found.</summary>
internal static class DriftTable
{
    public const string None = "none";
    public const string Corrected = "corrected";
    public const string NeedsApproval = "needs-approval";

    public const string Columns =
        "n, sku, location, field, ours, theirs, severity, attribution::text as attribution, action, planned, unknown, settled, reason, settled_at, settled_by, "
            + "first_approval::text as first_approval, reverted::text as reverted, reopened::text as reopened";

    /// <summary>Each state of a drift as a condition on its row <c>d</c>. Every drift is in exactly one.</summary>
    public static readonly IReadOnlyDictionary<string, string> States = new Dictionary<string, string>
    {
        ["open"] = $"d.action = '{NeedsApproval}'",
        [Settlement.Approved] = $"d.settled = '{Settlement.Approved}' and d.reverted is null",
        [Settlement.Policy] = $"d.settled = '{Settlement.Policy}' and d.reverted is null",
        [Settlement.Dismissed] = $"d.settled = '{Settlement.Dismissed}'",
        ["reverted"] = "d.reverted is not null",
        ["tolerated"] = $"d.action = '{None}' and d.settled is null",
    };

    /// <summary>The state of a row <c>d</c>, one of <see cref="States"/>.</summary>
    public static readonly string State = $"case {string.Join(' ', States.Select(state => $"when {state.Value} then '{state.Key}'"))} end";

    /// <summary>The word for it in JSON: mis-timed-movement.</summary>
    public static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    /// <summary>What is to be corrected waits as needing approval until it is.</summary>
    public static async Task Insert(NpgsqlConnection connection, Guid run, IReadOnlyList<DriftRow> rows, CancellationToken cancellation)
    {
        if (rows.Count == 0)
        {
            return;
        }

        await using var command = new NpgsqlCommand(
            $"""
             insert into {ReconciliationTables.Drifts} (run, n, sku, location, field, ours, theirs, severity, attribution, action, planned, unknown, class)
             select $1, found.*, coalesce(k.class, '{SkuClasses.Lowest}')
             from unnest($2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
               as found(n, sku, location, field, ours, theirs, severity, attribution, action, planned, unknown)
             left join {SkuTables.Classes} k on k.sku = found.sku
             """,
            connection);
        command.Parameters.AddWithValue(run);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Integer, rows, row => row.N));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Drift.Position.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Drift.Position.Location.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Drift.Field.Name));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, rows, row => row.Drift.Ours));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, rows, row => row.Drift.Theirs));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => Word(row.Drift.Severity)));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, rows, row => JsonSerializer.Serialize(row.Drift.Attribution, EventJson.Options)));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Action == DriftAction.None ? None : NeedsApproval));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Boolean, rows, row => row.Action == DriftAction.Corrected));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Unknown));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A drift, locked against concurrent settlement until the transaction of this connection ends.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-drift</c>.</exception>
    public static async Task<(StoredDrift Drift, Instant TakenAt, string System)> Lock(
        NpgsqlConnection connection, Guid run, int n, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select {Columns}, (select taken_at from {ReconciliationTables.Runs} where id = $1) as taken_at,
               (select system from {ReconciliationTables.Runs} where id = $1) as system
             from {ReconciliationTables.Drifts} where run = $1 and n = $2 for update
             """,
            connection);
        command.Parameters.AddWithValue(run);
        command.Parameters.AddWithValue(n);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (Read(reader), reader.GetFieldValue<Instant>("taken_at"), reader.GetString("system"))
            : throw ApiProblemException.NotFound("unknown-drift", "There is no such drift in this run.");
    }

    /// <param name="reader">At a row of <see cref="Columns"/>.</param>
    public static StoredDrift Read(NpgsqlDataReader reader) => new(
        reader.GetInt32("n"),
        new PositionKey(Sku.Parse(reader.GetString("sku")), LocationId.Parse(reader.GetString("location"))),
        DriftField.Parse(reader.GetString("field")),
        reader.GetDecimal("ours"),
        reader.GetDecimal("theirs"),
        reader.GetString("severity"),
        JsonSerializer.Deserialize<Attribution[]>(reader.GetString("attribution"), EventJson.Options)!,
        reader.GetString("action"),
        reader.GetBoolean("planned"),
        reader.TextOrNull("unknown"),
        reader.IsDBNull("settled") ? null : new Settlement(
            reader.GetString("settled"), reader.TextOrNull("reason"), reader.GetFieldValue<Instant>("settled_at"),
            Actor.NameIn(reader.TextOrNull("settled_by"))),
        Read<Approval>(reader, "first_approval"))
    { Reverted = Read<Undone>(reader, "reverted"), Reopened = Read<Undone>(reader, "reopened") };

    private static T? Read<T>(NpgsqlDataReader reader, string column)
        where T : class => reader.IsDBNull(column) ? null : JsonSerializer.Deserialize<T>(reader.GetString(column), EventJson.Options);
}
