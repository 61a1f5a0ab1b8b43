using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Monitoring;

/// <param name="At">The beginning of the step.</param>
/// <param name="Raised">Alerts that were raised in it.</param>
/// <param name="Open">Alerts that were open in it, for all of it or a part.</param>
public sealed record AlertCount(Instant At, string Severity, string Kind, int Raised, int Open);

/// <param name="Items">By step, then the worst first; a kind of which none was open in a step is left out.</param>
/// <param name="KeptDays">For how many days alerts are kept after they were resolved; 0 keeps them for ever.</param>
public sealed record AlertHistoryAnswer(Instant From, Instant To, string Step, IReadOnlyList<AlertCount> Items, int KeptDays);

/// <summary>The steps for which alerts are counted.</summary>
/// <param name="To">The end of the last step, which may be cut short.</param>
internal sealed record AlertSteps(Instant From, Instant To, Duration Step)
{
    private const int Most = 1_000;

    private static readonly Duration Shortest = Duration.FromMinutes(1);
    private static readonly Duration LongestTime = Duration.FromDays(3_660);

    public int Count => (int)Math.Ceiling((To - From) / Step);

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static AlertSteps Of(QueryText query, Instant now)
    {
        var to = query.Instant("to") ?? now;
        var from = query.Instant("from") ?? to - Duration.FromDays(1);
        var step = Duration.FromHours(1);
        if (query.Text("step") is { } text && (!Durations.TryParse(text, out step) || step < Shortest))
        {
            throw ApiProblemException.Invalid(new FieldRefusal("step", "must be an ISO 8601 duration of PT1M or more"));
        }

        if (from >= to || to - from > LongestTime)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("from", "must be before 'to', at most ten years"));
        }

        var steps = new AlertSteps(from, to, step);
        return (to - from) / step <= Most ? steps : throw ApiProblemException.Invalid(new FieldRefusal("step", $"makes more than {Most} steps"));
    }

    /// <summary>Counts alerts by step, from how many were raised and resolved in which steps.</summary>
    /// <param name="spans">By severity and kind: in which step they were raised, -1 for before the first, and resolved, <see cref="Count"/> for not.</param>
    public IReadOnlyList<AlertCount> CountEach(IEnumerable<(string Severity, string Kind, int Raised, int Resolved, int Alerts)> spans)
    {
        var items = new List<(int Step, AlertCount Count)>();
        foreach (var ofKind in spans.GroupBy(span => (span.Severity, span.Kind)))
        {
            var (raised, began, ended) = (new int[Count], new int[Count], new int[Count + 1]);
            foreach (var span in ofKind)
            {
                began[Math.Max(span.Raised, 0)] += span.Alerts;
                ended[Math.Min(span.Resolved + 1, Count)] += span.Alerts;
                if (span.Raised >= 0)
                {
                    raised[span.Raised] += span.Alerts;
                }
            }

            for (var (step, open) = (0, 0); step < Count; step++)
            {
                open += began[step] - ended[step];
                if (open > 0)
                {
                    items.Add((step, new AlertCount(From + (Step * step), ofKind.Key.Severity, ofKind.Key.Kind, raised[step], open)));
                }
            }
        }

        return
        [
            .. items.OrderBy(item => item.Step).ThenBy(item => Array.IndexOf(AlertKind.Severities, item.Count.Severity))
                .ThenBy(item => item.Count.Kind, StringComparer.Ordinal).Select(item => item.Count),
        ];
    }
}

public static class GetAlertHistory
{
    [WolverineGet("/v1/alerts/history")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Alerts over time", "How many were raised and how many were open, by severity and kind, in each step. Alerts are kept for `Retention:AlertDays` "
        + "after they were resolved.",
        Query = ["step: ISO 8601, PT1M or more, default PT1H; at most 1,000 steps", "from: default a day before `to`", "to: default now"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<AlertHistoryAnswer>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] RetentionPolicy retention, [NotBody] IClock clock)
    {
        var steps = AlertSteps.Of(new QueryText(http.Request, "step", "from", "to"), clock.GetCurrentInstant());
        return TypedResults.Ok(new AlertHistoryAnswer(
            steps.From, steps.To, NodaTime.Text.PeriodPattern.NormalizingIso.Format(Period.FromTicks(steps.Step.BclCompatibleTicks).Normalize()),
            steps.CountEach(await Read(database, steps, http.RequestAborted)), retention.AlertDays));
    }

    private static async Task<List<(string Severity, string Kind, int Raised, int Resolved, int Alerts)>> Read(
        NpgsqlDataSource database, AlertSteps steps, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select severity, kind, greatest(-1, {StepOf("raised_at")}) as raised,
               case when resolved_at < $2 then {StepOf("resolved_at")} else $4 end as resolved,
               count(*)::integer as alerts
             from (
               select severity, kind, raised_at, resolved_at from {OperationsTables.Alerts}
               union all select severity, kind, raised_at, resolved_at from {OperationsTables.PastAlerts}) as alert
             where raised_at < $2 and (resolved_at is null or resolved_at >= $1)
             group by 1, 2, 3, 4
             """);
        command.Parameters.AddWithValue(steps.From);
        command.Parameters.AddWithValue(steps.To);
        command.Parameters.AddWithValue(steps.Step.TotalSeconds);
        command.Parameters.AddWithValue(steps.Count);
        List<(string, string, int, int, int)> spans = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            spans.Add((
                reader.GetString("severity"), reader.GetString("kind"), reader.GetInt32("raised"), reader.GetInt32("resolved"), reader.GetInt32("alerts")));
        }

        return spans;

        static string StepOf(string column) => $"floor(extract(epoch from {column} - $1) / $3)::integer";
    }
}
