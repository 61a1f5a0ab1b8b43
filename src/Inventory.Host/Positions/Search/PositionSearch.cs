using System.Globalization;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Positions.Search;

/// <summary>A position that is looked at in a search, with the numbers that it is chosen and sorted by.</summary>
/// <param name="Position">Without what the clock has freed.</param>
/// <param name="SafetyStock">Units kept back by rule.</param>
/// <param name="SupplyOver">Of expected units that are promised, those that the clock has freed.</param>
public readonly record struct PositionSeen(PositionKey Key, StockPosition Position, decimal SafetyStock, decimal SupplyOver)
{
    public decimal Available => Position.OnHand - Position.UnsellableTotal - Position.Reserved - SafetyStock;
}

/// <summary>Which positions are searched for.</summary>
/// <param name="Beginning">Of SKUs that begin with this, or have a name that does, in whatever case; empty for all.</param>
/// <param name="Sku">Of this SKU only.</param>
/// <param name="Location">At this location only.</param>
/// <param name="Group">At the locations of this group only.</param>
/// <param name="State">Only those in this state, a word of <see cref="States"/>.</param>
public sealed record PositionFilter(string Beginning, Sku? Sku, LocationId? Location, string? Group, string? State)
{
    public const string
        DescribesQ = "q: of SKUs that begin with this, or have another name that does, in whatever case", DescribesGroup = "group: at locations of this group",
        DescribesState = "state: `below-zero` (on-hand), `below-safety` (less is left than the safety stock), `never-counted`, or `held-beyond-on-hand`";

    private static readonly Dictionary<string, Predicate<PositionSeen>> States = new()
    {
        ["below-zero"] = seen => seen.Position.OnHand < 0,
        ["below-safety"] = seen => seen.SafetyStock > 0 && seen.Available < 0,
        ["never-counted"] = seen => seen.Position.CountedAt is null,
        ["held-beyond-on-hand"] = seen => seen.Position.Reserved > seen.Position.OnHand,
    };

    /// <summary>The parameters that <see cref="Of"/> reads.</summary>
    public static readonly string[] Parameters = ["q", "sku", "location", "group", "state"];

    /// <summary>Whether every SKU has to be looked at, unless a text says how it begins.</summary>
    public bool LooksAtProfiles => Location is not null || Group is not null || State is not null;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>, naming the field; 403: a location that the caller may not see.</exception>
    public static PositionFilter Of(QueryText query, Caller caller)
    {
        var location = query.Location("location");
        if (location is { } one)
        {
            caller.RequireToSee(one);
        }

        return new PositionFilter(query.Text("q") ?? "", query.Sku("sku"), location, query.Text("group"), query.Choice("state", [.. States.Keys]));
    }

    public bool Covers(LocationProfile profile) =>
        (Location is not { } location || profile.Id == location) && (Group is not { } group || profile.Groups.Contains(group));

    public bool Covers(in PositionSeen seen) => State is null || States[State](seen);
}

/// <summary>In which order positions are found.</summary>
/// <param name="Column">A word of <see cref="Columns"/>; null by SKU.</param>
/// <param name="Descending">From the greatest on.</param>
public readonly record struct PositionSort(string? Column, bool Descending)
{
    public const string Describes =
        "sort: `sku` (default), `onHand`, `unsellable`, `reserved`, `inTransit`, `safetyStock` or `available`; with `-` before it from the greatest on";

    private static readonly Dictionary<string, Func<PositionSeen, decimal>> Columns = new()
    {
        ["onHand"] = seen => seen.Position.OnHand,
        ["unsellable"] = seen => seen.Position.UnsellableTotal,
        ["reserved"] = seen => seen.Position.Reserved,
        ["inTransit"] = seen => seen.Position.InTransitTotal,
        ["safetyStock"] = seen => seen.SafetyStock,
        ["available"] = seen => seen.Available,
    };

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static PositionSort Of(QueryText query)
    {
        var sort = query.Choice("sort", ["sku", "-sku", .. Columns.Keys, .. Columns.Keys.Select(column => $"-{column}")]) ?? "sku";
        var column = sort.TrimStart('-');
        return new PositionSort(column == "sku" ? null : column, sort[0] == '-');
    }

    public PositionPlace PlaceOf(in PositionSeen seen) => new(Column is null ? 0 : Columns[Column](seen), seen.Key);

    /// <summary>Below 0 where one comes before the other. Equal numbers go by SKU and location, ascending.</summary>
    public int Compare(in PositionPlace one, in PositionPlace other)
    {
        var order = one.Number.CompareTo(other.Number);
        return order != 0 ? (Descending ? -order : order) : Column is null && Descending ? -ByKey(one.Key, other.Key) : ByKey(one.Key, other.Key);
    }

    private static int ByKey(PositionKey one, PositionKey other) =>
        SkuOrder.ByText.Compare(one.Sku, other.Sku) is not 0 and var order ? order : string.CompareOrdinal(one.Location.Value, other.Location.Value);
}

/// <summary>
/// Where a position is in an order. A page begins behind the place that the one before ended with, wherever that position is by now: one whose numbers do not
/// change is on exactly one page.
/// </summary>
/// <param name="Number">What it is sorted by; 0 by SKU.</param>
public readonly record struct PositionPlace(decimal Number, PositionKey Key)
{
    /// <summary>For <c>next</c>. A number has no <c>~</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Number}~{Key}");

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: it was not given out by us.</exception>
    public static PositionPlace? Of(QueryText query)
    {
        if (query.Text("after") is not { } text)
        {
            return null;
        }

        try
        {
            var parts = text.Split('~', 2);
            return parts.Length == 2 && decimal.TryParse(parts[0], NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture,
                out var number) ? new PositionPlace(number, PositionKey.Parse(parts[1])) : throw new FormatException();
        }
        catch (FormatException)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
        }
    }
}
