using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Serialization;
using NodaTime;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Reservations.Reading;

/// <summary>What a step did to the units that are kept at one position.</summary>
/// <param name="Change">Units that it added to those that are kept, below 0 for fewer; 0 where only their state changed.</param>
/// <param name="Document">By what they are expected; left out for units in stock.</param>
/// <param name="Shipped">Units that left; left out where none did.</param>
public sealed record StepLine(
    string Sku, string Location, decimal Change,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Document = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Shipped = null);

/// <summary>A step of a reservation's life.</summary>
/// <param name="Type"><c>held</c>, <c>changed</c>, <c>confirmed</c>, <c>fulfilled</c>, <c>sold</c> (a sale named it), <c>released</c>, <c>expired</c> or
/// <c>supplied</c> (supply came, or is planned otherwise).</param>
/// <param name="At">When it was recorded.</param>
/// <param name="By">Who: the key's name, the token's <c>sub</c> or a job of the product's own; null for what is older than this record.</param>
/// <param name="Role">In which role; <c>product</c> for a job of the product's own.</param>
/// <param name="Step">The caller's id for it; null where it had none, or where several steps did the same.</param>
/// <param name="Sequence">The newest of its events.</param>
public sealed record ReservationLifeStep(
    string Type, Instant At, string? By, string? Role, string? CorrelationId, string? Step, long Sequence, IReadOnlyList<StepLine> Lines);

/// <summary>Something that was recorded of a reservation at one position.</summary>
/// <param name="By">Who: a stored <see cref="Actor"/>.</param>
internal sealed record HoldRecord(PositionKey Position, StockEvent Happened, Instant At, string? CorrelationId, string? By, long Sequence);

/// <summary>The life of a reservation as its events say it: what was recorded at once, by one request, is one step.</summary>
internal static class ReservationLife
{
    /// <param name="records">In the order of recording.</param>
    public static IReadOnlyList<ReservationLifeStep> Of(Reservation reservation, IReadOnlyList<HoldRecord> records) =>
        [.. records.GroupBy(record => (record.At, record.CorrelationId)).Select((step, index) => Step(reservation, [.. step], isFirst: index == 0))];

    private static ReservationLifeStep Step(Reservation reservation, IReadOnlyList<HoldRecord> records, bool isFirst)
    {
        var (first, by) = (records[0], Actor.Parse(records[0].By));
        var type = isFirst ? "held" : TypeOf(records);
        var lines = records.Select(Line).ToList();
        return new ReservationLifeStep(
            type, first.At, by?.Name, by?.Role, first.CorrelationId, NameOf(reservation.Steps, type, first.CorrelationId, lines),
            records.Max(record => record.Sequence), lines);
    }

    /// <summary>A shipment confirms what it leaves, so it comes before.</summary>
    private static string TypeOf(IReadOnlyList<HoldRecord> records) =>
        Has<ReservationFulfilled>(records) ? "fulfilled"
        : Has<StockSold>(records) ? "sold"
        : Has<ReservationReleased>(records) ? "released"
        : Has<ReservationExpired>(records) ? "expired"
        : Has<ReservationConfirmed>(records) ? "confirmed"
        : Has<ReservationChanged>(records) ? "changed"
        : "supplied";

    private static bool Has<T>(IReadOnlyList<HoldRecord> records) => records.Any(record => record.Happened is T);

    private static StepLine Line(HoldRecord record)
    {
        var (sku, location) = (record.Position.Sku.Value, record.Position.Location.Value);
        return record.Happened switch
        {
            ReservationFulfilled fulfilled => new StepLine(sku, location, -fulfilled.Quantity, Shipped: fulfilled.Quantity),
            StockSold { Fulfilled: { } units } => new StepLine(sku, location, -units, Shipped: units),
            SupplyEvent supply => new StepLine(sku, location, supply.Units, supply.Document),
            ReservationEvent changed => new StepLine(sku, location, changed.Change),
            _ => new StepLine(sku, location, 0),
        };
    }

    /// <summary>
    /// The caller's id of a step: that of the only one which asked for just these units; where none did, of the only one which asked for all of them. What the
    /// product does by itself has its correlation id for one.
    /// </summary>
    private static string? NameOf(
        ImmutableSortedDictionary<string, string> steps, string type, string? correlationId, IReadOnlyList<StepLine> lines)
    {
        if (correlationId is not null && steps.ContainsKey(correlationId))
        {
            return correlationId;
        }

        var verb = type switch { "confirmed" => "confirm", "fulfilled" => "fulfil", "released" => "release", _ => null };
        if (verb is null)
        {
            return null;
        }

        var shipped = lines.Where(line => line.Shipped is not null).GroupBy(line => line.Sku)
            .ToDictionary(units => units.Key, units => units.Sum(line => line.Shipped!.Value));
        var asked = (from step in steps
                     where !step.Key.StartsWith('\n')
                     let parts = step.Value.Split('\n')
                     where parts[0] == verb
                     select (step.Key, Units: UnitsOf(parts[1..]), IsAll: parts.Length == 1)).ToList();
        var exact = asked.FindAll(step => verb == "fulfil" && !step.IsAll && IsSame(step.Units, shipped));
        return (exact.Count > 0 ? exact : asked.FindAll(step => verb != "fulfil" || step.IsAll)) is [var only] ? only.Key : null;
    }

    /// <summary>Units by SKU, of lines that begin with SKU and quantity; a quantity with a unit of its own is left out.</summary>
    private static Dictionary<string, decimal> UnitsOf(string[] lines) => (
        from line in lines
        let cells = line.Split('\t')
        let quantity = cells.Length > 1 && decimal.TryParse(cells[1], NumberStyles.Number, CultureInfo.InvariantCulture, out var units) ? units : (decimal?)null
        where quantity is not null
        group quantity.Value by cells[0] into ofSku
        select (ofSku.Key, Units: ofSku.Sum())).ToDictionary(ofSku => ofSku.Key, ofSku => ofSku.Units);

    private static bool IsSame(Dictionary<string, decimal> one, Dictionary<string, decimal> other) =>
        one.Count == other.Count && one.All(units => other.TryGetValue(units.Key, out var same) && same == units.Value);
}
