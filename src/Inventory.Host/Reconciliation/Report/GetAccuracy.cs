using System.Data;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Report;

/// <summary>How exact our number at a place was, beside one system's.</summary>
/// <param name="Runs">Comparisons in the time.</param>
/// <param name="Compared">Positions compared in them.</param>
/// <param name="Matching">Positions that agreed, 0 or more.</param>
/// <param name="Accuracy">Matching of compared, 0 to 1, to four digits.</param>
public sealed record LocationAccuracy(string System, string Location, long Runs, long Compared, long Matching, decimal Accuracy);

/// <summary>The draft of a rule, with its reason. It is applied by a planner only.</summary>
/// <param name="Kind"><c>safety-stock</c>.</param>
/// <param name="Quantity">Units to keep back.</param>
/// <param name="Reason">The reason for it, in a sentence.</param>
public sealed record DraftRule(string Kind, string Sku, string Location, decimal Quantity, string Reason);

/// <summary>One time that on-hand differed.</summary>
/// <param name="N">The drift in it.</param>
/// <param name="TakenAt">When it was counted.</param>
/// <param name="Difference">Ours - theirs.</param>
/// <param name="Cause">The first cause of it.</param>
public sealed record DriftEvidence(Guid Run, int N, Instant TakenAt, decimal Difference, string Cause);

/// <summary>A position whose on-hand has differed.</summary>
/// <param name="Drifts">How often it differed.</param>
/// <param name="Overstated">How often our number was too high.</param>
/// <param name="Draft">A safety stock that would have covered most of that; null where it was not seen often enough.</param>
/// <param name="Evidence">The newest times, at most ten.</param>
public sealed record PositionAccuracy(
    string System, string Location, string Sku, long Drifts, long Overstated, DraftRule? Draft, IReadOnlyList<DriftEvidence> Evidence);

/// <param name="From">The beginning of the period.</param>
/// <param name="Locations">By system and location, at most 1,000.</param>
/// <param name="Items">Positions that have differed, those that did most often first.</param>
/// <param name="Next">For <c>after</c>; null at the end.</param>
public sealed record AccuracyAnswer(
    Instant From, [property: JsonPropertyName("places")] IReadOnlyList<LocationAccuracy> Locations, IReadOnlyList<PositionAccuracy> Items, string? Next);

public static class GetAccuracy
{
    private const int MostLocations = 1_000;
    private const int MostEvidence = 10;
    private const long LongestDays = 366;
    private const long DefaultDays = 30;

    [WolverineGet("/v1/reconciliations/accuracy")]
    [Authorize(Roles = $"{Role.Ops},{Role.Finance},{Role.Planner}")]
    [Describes("Accuracy of our numbers", "By system and location; positions that differ repeatedly have the draft of a safety-stock rule and "
        + "its evidence. Nothing is applied.",
        Query = ["system: only one system", "location: only one location", "sku: only one SKU",
            "days: back from now, 1 to 366, default 30", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<AccuracyAnswer>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "system", "location", "sku", "days", "limit", "after");
        var from = clock.GetCurrentInstant() - Duration.FromDays(query.Whole("days", 1, LongestDays) ?? DefaultDays);
        var (system, location, sku) = (GetReconciliation.SystemOf(query), query.Location("location")?.Value, query.Sku("sku")?.Value);
        var (limit, after) = (query.Limit(), (int)(query.Whole("after", 0, int.MaxValue) ?? 0));
        var locations = await ReadLocations(database, from, system, location, http.RequestAborted);
        var positions = await Positions(database, from, system, location, sku, after, limit + 1, http.RequestAborted);
        var hasMore = positions.Count > limit;
        return TypedResults.Ok(new AccuracyAnswer(
            from, locations, positions[..Math.Min(limit, positions.Count)], hasMore ? FormattableString.Invariant($"{after + limit}") : null));
    }

    private static async Task<List<LocationAccuracy>> ReadLocations(
        NpgsqlDataSource database, Instant from, string? system, string? location, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select r.system, p.location, count(*) as runs, sum(p.compared)::bigint as compared, sum(p.matching)::bigint as matching
             from {ReconciliationTables.Runs} r join {ReconciliationTables.Locations} p on p.run = r.id
             where r.taken_at >= $1 and ($2::text is null or r.system = $2) and ($3::text is null or p.location = $3)
             group by 1, 2 order by 1, 2 limit {MostLocations}
             """);
        AddTerms(command.Parameters, from, system, location);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var locations = new List<LocationAccuracy>();
        while (await reader.ReadAsync(cancellation))
        {
            var (compared, matching) = (reader.GetInt64("compared"), reader.GetInt64("matching"));
            locations.Add(new LocationAccuracy(
                reader.GetString("system"), reader.GetString("location"), reader.GetInt64("runs"), compared, matching,
                Math.Round((decimal)matching / compared, 4)));
        }

        return locations;
    }

    private static async Task<List<PositionAccuracy>> Positions(
        NpgsqlDataSource database, Instant from, string? system, string? location, string? sku, int skip, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select r.system, d.location, d.sku, count(*) as drifts, count(*) filter (where d.ours > d.theirs) as overstated,
               array_agg(d.ours - d.theirs order by r.taken_at desc, d.run) as differences, array_agg(d.run order by r.taken_at desc, d.run) as runs,
                 array_agg(d.n order by r.taken_at desc, d.run) as numbers,
               array_agg(r.taken_at order by r.taken_at desc, d.run) as instants,
               array_agg(d.attribution->0->>'cause' order by r.taken_at desc, d.run) as causes
             from {ReconciliationTables.Runs} r join {ReconciliationTables.Drifts} d on d.run = r.id
             where r.taken_at >= $1 and ($2::text is null or r.system = $2) and ($3::text is null or d.location = $3)
               and ($4::text is null or d.sku = $4) and d.field = 'onHand'
             group by 1, 2, 3 order by 4 desc, 1, 2, 3 offset $5 limit $6
             """);
        AddTerms(command.Parameters, from, system, location);
        command.Parameters.Add(SqlValue.OrNull(sku));
        command.Parameters.AddWithValue(skip);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var positions = new List<PositionAccuracy>();
        while (await reader.ReadAsync(cancellation))
        {
            var (differences, runs, numbers) = (reader.GetFieldValue<decimal[]>("differences"), reader.GetFieldValue<Guid[]>("runs"),
                reader.GetFieldValue<int[]>("numbers"));
            var (instants, causes) = (reader.GetFieldValue<Instant[]>("instants"), reader.GetFieldValue<string[]>("causes"));
            var (at, what, overstated) = (reader.GetString("location"), reader.GetString("sku"), reader.GetInt64("overstated"));
            var draft = SuggestedSafetyStock.From(differences) is { } quantity
                ? new DraftRule("safety-stock", what, at, quantity, FormattableString.Invariant(
                    $"{reader.GetString("system")} had fewer {overstated} times since {from}; {quantity:0.####} covers nine in ten of them"))
                : null;
            positions.Add(new PositionAccuracy(
                reader.GetString("system"), at, what, reader.GetInt64("drifts"), overstated, draft,
                [.. differences.Take(MostEvidence)
                    .Select((difference, index) => new DriftEvidence(runs[index], numbers[index], instants[index], difference, causes[index]))]));
        }

        return positions;
    }

    private static void AddTerms(NpgsqlParameterCollection parameters, Instant from, string? system, string? location)
    {
        parameters.AddWithValue(from);
        parameters.Add(SqlValue.OrNull(system));
        parameters.Add(SqlValue.OrNull(location));
    }
}
