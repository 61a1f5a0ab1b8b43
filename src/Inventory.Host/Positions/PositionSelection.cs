using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Positions;

/// <summary>Which positions an audit is about, by SKU, then location.</summary>
/// <param name="Sku">Of this SKU only.</param>
/// <param name="Location">At this location only.</param>
/// <param name="After">Only those behind this position.</param>
/// <param name="Limit">At most so many; null for all of them.</param>
public sealed record PositionSelection(Sku? Sku = null, LocationId? Location = null, PositionKey? After = null, int? Limit = null)
{
    /// <summary>Only those of which something had been recorded by this instant.</summary>
    public Instant? FirstRecordedBy { get; init; }

    /// <summary>Only at these locations; null for all.</summary>
    public IReadOnlyList<string>? AmongLocations { get; init; }

    /// <summary>Only these; null for all.</summary>
    public IReadOnlyList<PositionKey>? Keys { get; init; }

    private const string Schema = Projections.InventorySchema.Name;

    public static PositionSelection One(PositionKey key) => new(key.Sku, key.Location);

    /// <summary>The position that a page before ended with.</summary>
    /// <exception cref="ApiProblemException">400: it was not given out by us.</exception>
    public static PositionKey? ReadAfter(QueryText query)
    {
        try
        {
            return query.Text("after") is { } after ? PositionKey.Parse(after) : null;
        }
        catch (FormatException)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
        }
    }

    /// <summary>The query for their <c>sku</c>, <c>location</c> and <c>version</c>, and its parameters.</summary>
    public string AddTo(NpgsqlParameterCollection parameters) =>
        $"select sku, location, version from {Schema}.{PositionTable.Name} as position {Clauses(parameters)}";

    /// <summary>The clauses <c>where</c>, <c>order by</c> and <c>limit</c> of a query over <c>position</c>, and their parameters.</summary>
    public string Clauses(NpgsqlParameterCollection parameters)
    {
        List<string> conditions = ["true"];
        if (Sku is { } sku)
        {
            conditions.Add($"position.sku = {Parameter(sku.Value)}");
        }

        if (Location is { } location)
        {
            conditions.Add($"position.location = {Parameter(location.Value)}");
        }

        if (AmongLocations is { } among)
        {
            conditions.Add($"position.location = any({Parameter(among.ToArray())})");
        }

        if (Keys is { } keys)
        {
            var (skus, locations) = (keys.Select(key => key.Sku.Value).ToArray(), keys.Select(key => key.Location.Value).ToArray());
            conditions.Add($"(position.sku, position.location) in (select * from unnest({Parameter(skus)}, {Parameter(locations)}))");
        }

        if (After is { } after)
        {
            conditions.Add($"(position.sku, position.location) > ({Parameter(after.Sku.Value)}, {Parameter(after.Location.Value)})");
        }

        if (FirstRecordedBy is { } instant)
        {
            conditions.Add(
                $"exists (select 1 from {EventHistory.Of("position.sku || '@' || position.location", to: "1")} where timestamp <= {Parameter(instant)} offset 0)");
        }

        var limit = Limit is { } atMost ? $"limit {Parameter(atMost)}" : "";
        return $"where {string.Join(" and ", conditions)} order by position.sku, position.location {limit}";

        string Parameter(object value)
        {
            parameters.AddWithValue(value);
            return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
        }
    }
}
