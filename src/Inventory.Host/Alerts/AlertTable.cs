using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Alerts;

/// <summary>Something that is wrong now.</summary>
/// <param name="Subject">What it is about: with the kind it is the alert's key, so that each is raised once.</param>
/// <param name="Detail">In words, with the numbers.</param>
/// <param name="Sku">Which SKU it is about; null when about none.</param>
public sealed record Finding(
    AlertKind Kind, string Subject, string Detail, string? Sku = null, string? Location = null, string? Channel = null, string? Rule = null);

/// <summary>Every alert once: raised when its cause is found first, resolved when it has ended, raised again when it recurs.</summary>
public static class AlertTable
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>
    /// Raises new alerts and updates the text of changed ones; one that is raised anew, or is worse than when somebody acknowledged it, is no longer
    /// acknowledged. Sorted, so that two hosts cannot deadlock. Parameters: those of <see cref="AddRows"/>.
    /// </summary>
    private static readonly string Raise =
        $"""
         with found as (
           select * from unnest($1, $2, $3, $4, $5, $6, $7, $8) as found(kind, subject, severity, detail, sku, location, channel, rule)),
         past as (
           insert into {OperationsTables.PastAlerts} (kind, subject, raised_at, resolved_at, severity)
           select a.kind, a.subject, a.raised_at, a.resolved_at, a.severity from {OperationsTables.Alerts} a join found using (kind, subject)
           where a.resolved_at is not null order by 1, 2, 3
           on conflict do nothing)
         insert into {OperationsTables.Alerts} as known (kind, subject, severity, detail, sku, location, channel, rule, raised_at)
         select *, $9 from found order by kind, subject
         on conflict (kind, subject) do update set detail = excluded.detail, severity = excluded.severity, resolved_at = null,
           raised_at = case when known.resolved_at is null then known.raised_at else excluded.raised_at end,
           acknowledged = case when known.resolved_at is null and {Rank("excluded.severity")} >= {Rank("known.severity")} then known.acknowledged end
         where known.resolved_at is not null or known.detail <> excluded.detail or known.severity <> excluded.severity
         """;

    /// <summary>Parameters: the kind, <c>text[]</c> subjects that are still so, the instant.</summary>
    private const string ResolveOthers =
        $"update {OperationsTables.Alerts} set resolved_at = $3 where kind = $1 and resolved_at is null and not (subject = any($2))";

    /// <summary>What was missing from a status is settled by the next count of the position. Parameters: the kind, the instant.</summary>
    private const string ResolveCounted =
        $"""
         update {OperationsTables.Alerts} as known set resolved_at = $2 from {Schema}.{Projections.Positions.PositionTable.Name} as position
         where known.kind = $1 and known.resolved_at is null and position.sku = known.sku and position.location = known.location
           and position.counted_at >= known.raised_at
         """;

    /// <summary>
    /// A day after a sale took what was not held, no units are held under the id that it named, which the subject begins with: there is no hold that it
    /// should have ended. Parameters: the kind, the instant.
    /// </summary>
    private const string ResolveEnded =
        $"""
         update {OperationsTables.Alerts} as known set resolved_at = $2
         where known.kind = $1 and known.resolved_at is null and known.raised_at <= $2 - interval '1 day'
           and not exists (select from {Schema}.{Projections.Reservations.ReservationTable.Name} r
             where r.id = split_part(known.subject, ' ', 1) and r.state in ('held', 'confirmed'))
         """;

    /// <summary>A statement for the transaction in which the cause came about.</summary>
    public static NpgsqlBatchCommand RaiseWith(IReadOnlyList<Finding> findings, Instant at)
    {
        var command = new NpgsqlBatchCommand(Raise);
        AddRows(command.Parameters, findings, at);
        return command;
    }

    /// <summary>A statement that resolves one alert, if it is open.</summary>
    public static NpgsqlBatchCommand Resolve(AlertKind kind, string subject, Instant at)
    {
        var command = new NpgsqlBatchCommand($"update {OperationsTables.Alerts} set resolved_at = $3 where kind = $1 and subject = $2 and resolved_at is null");
        command.Parameters.AddWithValue(kind.Name);
        command.Parameters.AddWithValue(subject);
        command.Parameters.AddWithValue(at);
        return command;
    }

    /// <summary>A statement that notes that an alert is still so.</summary>
    public static NpgsqlBatchCommand See(AlertKind kind, string subject, Instant at)
    {
        var command = new NpgsqlBatchCommand($"update {OperationsTables.Alerts} set seen_at = $3 where kind = $1 and subject = $2");
        command.Parameters.AddWithValue(kind.Name);
        command.Parameters.AddWithValue(subject);
        command.Parameters.AddWithValue(at);
        return command;
    }

    /// <summary>A statement that resolves alerts of a kind that were last seen before an instant.</summary>
    public static NpgsqlBatchCommand ResolveUnseen(AlertKind kind, Instant since, Instant at)
    {
        var command = new NpgsqlBatchCommand(
            $"update {OperationsTables.Alerts} set resolved_at = $3 where kind = $1 and resolved_at is null and coalesce(seen_at, raised_at) < $2");
        command.Parameters.AddWithValue(kind.Name);
        command.Parameters.AddWithValue(since);
        command.Parameters.AddWithValue(at);
        return command;
    }

    /// <summary>A statement that resolves the alerts of a kind, but for those about these subjects.</summary>
    public static NpgsqlBatchCommand ResolveAllBut(AlertKind kind, string[] subjects, Instant at)
    {
        var command = new NpgsqlBatchCommand(ResolveOthers);
        command.Parameters.AddWithValue(kind.Name);
        command.Parameters.AddWithValue(subjects);
        command.Parameters.AddWithValue(at);
        return command;
    }

    /// <summary>Makes the alerts of these kinds what was found: raises what is new, resolves what is no longer so.</summary>
    public static async Task Update(
        NpgsqlDataSource database, IReadOnlyList<AlertKind> kinds, IReadOnlyList<Finding> findings, Instant at, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        if (findings.Count > 0)
        {
            batch.BatchCommands.Add(RaiseWith(findings, at));
        }

        foreach (var kind in kinds)
        {
            batch.BatchCommands.Add(ResolveAllBut(kind, [.. findings.Where(finding => finding.Kind == kind).Select(finding => finding.Subject)], at));
        }

        foreach (var (sql, kind) in new[] { (ResolveCounted, AlertKind.StatusBelowZero), (ResolveEnded, AlertKind.SaleNotHeld) })
        {
            var resolve = new NpgsqlBatchCommand(sql);
            resolve.Parameters.AddWithValue(kind.Name);
            resolve.Parameters.AddWithValue(at);
            batch.BatchCommands.Add(resolve);
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The place of a severity, 1 for the worst.</summary>
    private static string Rank(string severity) =>
        $"array_position(array[{string.Join(", ", AlertKind.Severities.Select(one => $"'{one}'"))}], {severity})";

    private static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<Finding> findings, Instant at)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Kind.Name));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Subject));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Kind.Severity));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Detail));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Sku));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Location));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Channel));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, findings, finding => finding.Rule));
        parameters.Add(new NpgsqlParameter<Instant> { TypedValue = at });
    }
}
