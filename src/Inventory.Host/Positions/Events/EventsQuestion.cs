using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Positions.Events;

/// <summary>Which events of a position are listed, and in which order.</summary>
/// <param name="From">Only those after this instant.</param>
/// <param name="To">Only those up to this instant.</param>
/// <param name="Types">Only those of these words; null for all.</param>
/// <param name="ByOccurrence">The instants and the order are those at which they occurred; those of a reservation occur when they are recorded.</param>
/// <param name="After">The version of the event that the page before ended with; null for the first page.</param>
/// <param name="Limit">At most so many.</param>
public sealed record EventsQuestion(Instant? From, Instant? To, IReadOnlyList<string>? Types, bool ByOccurrence, bool Descending, long? After, int Limit)
{
    public const string
        DescribesFrom = "from: only events after this instant", DescribesTo = "to: only events up to this instant",
        DescribesType = "type: only events of these types, with commas between them",
        DescribesBy = "by: `recorded` (default) or `occurred`: what `from`, `to` and the order mean; a step of a reservation occurs when it is recorded",
        DescribesOrder = "order: `asc` (default): oldest first; `desc`: newest first",
        DescribesLimit = "limit: 1 to 1,000, default 100",
        DescribesAfter = "after: `next` of the page before";

    private const string Transfer = "transfer", TransferCancelled = "transfer-cancelled";

    /// <summary>The stored names of each of the contract's words.</summary>
    private static readonly Dictionary<string, Type[]> Words = new()
    {
        ["receipt"] = [typeof(StockReceived)],
        ["sale"] = [typeof(StockSold)],
        ["return"] = [typeof(StockReturned)],
        ["adjustment"] = [typeof(StockAdjusted)],
        ["count"] = [typeof(StockCounted)],
        ["status"] = [typeof(StockReclassified)],
        ["expected"] = [typeof(StockExpected)],
        [Transfer] = [typeof(StockDispatched), typeof(StockAnnounced)],
        [TransferCancelled] = [typeof(StockDispatched), typeof(StockAnnounced)],
        ["correction"] = [typeof(MovementCorrected)],
        ["reserved"] = [typeof(StockReserved)],
        ["changed"] = [typeof(ReservationChanged)],
        ["confirmed"] = [typeof(ReservationConfirmed)],
        ["fulfilled"] = [typeof(ReservationFulfilled)],
        ["released"] = [typeof(ReservationReleased)],
        ["expired"] = [typeof(ReservationExpired)],
        ["supply-reserved"] = [typeof(SupplyReserved)],
        ["supply-released"] = [typeof(SupplyReleased)],
    };

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>, naming the field.</exception>
    public static EventsQuestion Of(IQueryCollection parameters)
    {
        var query = new QueryText(parameters, "from", "to", "type", "by", "order", "limit", "after");
        var types = query.Text("type")?.Split(',');
        return types?.FirstOrDefault(type => !Words.ContainsKey(type)) is not null
            ? throw ApiProblemException.Invalid(new FieldRefusal("type", $"must be some of {string.Join(", ", Words.Keys)}, with commas between them"))
            : new EventsQuestion(
                query.Instant("from"), query.Instant("to"), types, query.Choice("by", "recorded", "occurred") == "occurred",
                query.Choice("order", "asc", "desc") == "desc",
                query.Whole("after", 0, long.MaxValue) is { } after ? Math.Min(after, long.MaxValue - 1) : null, query.Limit()); // no position has as many
    }

    private static string[] NamesOf(IEnumerable<Type> types) => [.. types.Distinct().Select(type => InventorySchema.EventNames[type])];

    /// <summary>The statement for one more row than a page has: version, type, data, timestamp, correlation_id, seq_id and user_name.</summary>
    public string Sql(PositionKey position, NpgsqlParameterCollection parameters)
    {
        var (stream, direction) = (Parameter(position.ToString()), Descending ? "desc" : "asc");
        var at = ByOccurrence ? "coalesce((data->>'occurredAt')::timestamptz, timestamp)" : "timestamp";
        List<string> conditions = ["true"];
        string? first = null;
        if (From is { } from)
        {
            var instant = Parameter(from);
            conditions.Add($"{at} > {instant}");
            first = ByOccurrence ? null
                : $"coalesce((select max(version) from {AuditTables.Balances} where stream = {stream} and recorded_until <= {instant}), 0) + 1";
        }

        if (To is { } to)
        {
            conditions.Add($"{at} <= {Parameter(to)}");
        }

        if (Types is { } types)
        {
            conditions.Add($"type = any({Parameter(NamesOf(types.SelectMany(type => Words[type])))})");
            if (types.Contains(Transfer) != types.Contains(TransferCancelled))
            {
                conditions.Add($"(type <> all({Parameter(NamesOf(Words[Transfer]))}) "
                    + $"or data ? 'cancelled' = {(types.Contains(TransferCancelled) ? "true" : "false")})");
            }
        }

        // Versions go by the order of recording; events that occurred at one instant go by them.
        if (After is { } after && (after > 0 || !Descending))
        {
            var known = Parameter(after);
            if (ByOccurrence)
            {
                conditions.Add($"({at}, version) {(Descending ? "<" : ">")} (select {at}, version from {EventHistory.Of(stream, known, known)})");
            }
            else if (Descending)
            {
                conditions.Add($"version < {known}");
            }
            else
            {
                first = first is null ? $"{known} + 1" : $"greatest({first}, {known} + 1)";
            }
        }

        return $"""
            select version, type, data::text as data, timestamp, correlation_id, seq_id, user_name
            from {EventHistory.Of(stream, first)} where {string.Join(" and ", conditions)}
            order by {(ByOccurrence ? $"{at} {direction}, " : "")}version {direction} limit {Parameter(Limit + 1)}
            """;

        string Parameter(object value)
        {
            parameters.AddWithValue(value);
            return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
        }
    }
}
