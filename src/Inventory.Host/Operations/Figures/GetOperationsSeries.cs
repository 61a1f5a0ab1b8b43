using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Operations.Figures;

/// <param name="At">The beginning of the step.</param>
/// <param name="Value">The mean of the step's samples.</param>
/// <param name="Highest">The highest of them.</param>
public sealed record FigurePoint(Instant At, decimal Value, decimal Highest);

/// <param name="Labels">What it is of: `channel` or `host`; empty for the whole cluster.</param>
/// <param name="Points">Oldest first; a step without a sample has none.</param>
public sealed record FigureSeries(IReadOnlyDictionary<string, string> Labels, IReadOnlyList<FigurePoint> Points);

/// <param name="Unit">What a value counts.</param>
/// <param name="Step">Of a point, ISO 8601. Samples older than 14 days are hourly, whatever the step.</param>
/// <param name="Next">The value of `after` for more of them; null at the end.</param>
public sealed record FigureAnswer(
    string Name, string Unit, Instant From, Instant To, string Step, IReadOnlyList<FigureSeries> Items, string? Next);

/// <summary>Which samples are asked for.</summary>
/// <param name="Labels"><c>channel=web</c>; null for all.</param>
/// <param name="After">The labels before the first that is wanted; null for the first.</param>
internal sealed record FigureRequest(Figure Figure, Instant From, Instant To, string? Labels, int Limit, string? After)
{
    public const int PointsAtMost = 1_440;
    private const int SeriesAtMost = 100;
    private const int SeriesByDefault = 30;
    private const int DaysAtMost = 401;
    private static readonly Duration LookedBackByDefault = Duration.FromHours(6);

    /// <summary>Whole minutes, so that there are at most <see cref="PointsAtMost"/> points.</summary>
    public Duration Step => Duration.FromMinutes(Math.Max(1, (long)Math.Ceiling((To - From).TotalMinutes / PointsAtMost)));

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static FigureRequest Of(IQueryCollection parameters, Instant now)
    {
        var query = new QueryText(parameters, "name", "from", "to", "labels", "limit", "after");
        var name = query.Choice("name", [.. Figure.All.Select(figure => figure.Name)])
            ?? throw ApiProblemException.Invalid(new FieldRefusal("name", "is missing"));
        var figure = Figure.All.First(one => one.Name == name);
        var to = query.Instant("to") ?? now;
        var from = query.Instant("from") ?? to - LookedBackByDefault;
        if (from >= to || to - from > Duration.FromDays(DaysAtMost))
        {
            throw ApiProblemException.Invalid(new FieldRefusal("from", $"must be before to, and at most {DaysAtMost} days"));
        }

        var labels = query.Text("labels");
        if (labels is not null && (figure.Label is null || !labels.StartsWith($"{figure.Label}=", StringComparison.Ordinal)))
        {
            throw ApiProblemException.Invalid(new FieldRefusal(
                "labels", figure.Label is null ? "has no meaning for this name" : $"must be {figure.Label}= and which"));
        }

        return new FigureRequest(
            figure, from, to, labels, (int)(query.Whole("limit", 1, SeriesAtMost) ?? SeriesByDefault), query.Text("after"));
    }
}

public static class GetOperationsSeries
{
    [WolverineGet("/v1/operations/series")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Figures over time", "Sampled once a minute and kept for 14 days, then hourly for 400: `channel.lag` (seconds), `channel.waiting`, "
        + "`channel.published` (SKUs acknowledged in the minute), `channel.errors` (dead letters), `channel.budget` (calls left), `lanes.waiting` (commands), "
        + "`lanes.commit` (seconds), `holds.open`, `quarantine.open`.",
        Query = ["name: required", "from: an instant, default six hours before `to`", "to: an instant, default now",
            "labels: `channel=web` or `host=...`: this one only", "limit: series, 1 to 100, default 30", "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<FigureAnswer>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var request = FigureRequest.Of(http.Request.Query, clock.GetCurrentInstant());
        var series = await Read(database, request, http.RequestAborted);
        return TypedResults.Ok(new FigureAnswer(
            request.Figure.Name, request.Figure.Unit, request.From, request.To, FormattableString.Invariant($"PT{request.Step.TotalMinutes:0}M"),
            [.. series.Take(request.Limit).Select(one => new FigureSeries(LabelsOf(one.Labels), one.Points))],
            series.Count > request.Limit ? series[request.Limit - 1].Labels : null));
    }

    private static async Task<List<(string Labels, List<FigurePoint> Points)>> Read(
        NpgsqlDataSource database, FigureRequest request, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select labels, date_bin($5 * interval '1 second', at, $3) as bin, round(avg(value), 4) as value, max(highest) as highest
             from {OperationsTables.Samples}
             where name = $1 and at >= $3 and at < $4 and labels = any(array(
               select distinct labels from {OperationsTables.Samples}
               where name = $1 and at >= $3 and at < $4 and ($2::text is null or labels = $2) and ($6::text is null or labels > $6)
               order by labels limit $7))
             group by labels, bin order by labels, bin
             """);
        command.Parameters.AddWithValue(request.Figure.Name);
        command.Parameters.Add(SqlValue.OrNull(request.Labels));
        command.Parameters.AddWithValue(request.From);
        command.Parameters.AddWithValue(request.To);
        command.Parameters.AddWithValue((long)request.Step.TotalSeconds);
        command.Parameters.Add(SqlValue.OrNull(request.After));
        command.Parameters.AddWithValue(request.Limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var series = new List<(string Labels, List<FigurePoint> Points)>();
        while (await reader.ReadAsync(cancellation))
        {
            if (series.Count == 0 || series[^1].Labels != reader.GetString("labels"))
            {
                series.Add((reader.GetString("labels"), []));
            }

            series[^1].Points.Add(new FigurePoint(reader.GetFieldValue<Instant>("bin"), reader.GetDecimal("value"), reader.GetDecimal("highest")));
        }

        return series;
    }

    private static Dictionary<string, string> LabelsOf(string text) =>
        text.Length == 0 ? [] : new Dictionary<string, string> { [text.Split('=', 2)[0]] = text.Split('=', 2)[1] };
}
