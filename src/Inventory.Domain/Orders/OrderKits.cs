using RetailSync.Inventory.Domain.Kits;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>A kit of an order, in whole kits. Its numbers add up as those of a line do.</summary>
/// <param name="Kit">As it was when the message was taken that said first that it is wanted.</param>
/// <param name="Ordered">Kits wanted by the newest message that says so, shipped ones included.</param>
/// <param name="Cancelled">Kits of which nothing more is wanted although they have not shipped as wholes.</param>
/// <param name="Shipped">Kits of which every component has left, by kit or one by one.</param>
/// <param name="Returned">Kits of which every component has come back.</param>
/// <param name="SetAside">Open kits that are set aside as wholes for the customer who picks them up.</param>
/// <param name="Components">What is known of each component; none where a message names the kit and says nothing of it that counts.</param>
public sealed record OrderKitState(
    Kit Kit, decimal Ordered, decimal Cancelled, decimal Shipped, decimal Returned, decimal SetAside, IReadOnlyList<OrderLineState> Components)
{
    public Sku Sku => Kit.Sku;

    /// <summary>Kits of which anything is to be held: max(0, ordered - cancelled - shipped).</summary>
    public decimal Open => Math.Max(0, Ordered - Cancelled - Shipped);

    /// <summary>Where open kits are wanted.</summary>
    public IReadOnlyList<WantedUnits> Wanted =>
    [
        .. from component in Components
           let perKit = Kit.Components.First(one => one.Sku == component.Sku).Quantity
           from part in component.Wanted
           group decimal.Ceiling(part.Quantity / perKit) by part.Location into kits
           orderby kits.Key is null, kits.Key?.Value
           select new WantedUnits(kits.Key, kits.Max()),
    ];
}

/// <summary>
/// Kits in the messages of an order. What messages say of a kit is said of its components, so that shipments, cancellations and returns by kit and by component
/// add up; the kit's own numbers are read back from theirs. Pure.
/// </summary>
internal static class OrderKits
{
    /// <summary>
    /// The messages with a line for each component where they have one of a kit. A kit is what it was when the message was taken that first says that it is
    /// wanted. A line of a component counts for the line that wants it by its own SKU, where there is one; else for the kit, the first by SKU.
    /// </summary>
    public static (IReadOnlyCollection<OrderReport> Reports, IReadOnlyList<Kit> Kits) Expand(IReadOnlyCollection<OrderReport> stated)
    {
        if (!stated.Any(report => report.Lines?.Any(line => line.Kit is not null) == true))
        {
            return (stated, []);
        }

        var kits = (from report in stated
                    orderby IsWanted(report) descending, report.Arrival
                    from line in report.Lines ?? []
                    group line.Kit by line.Sku into named
                    let kit = named.First()
                    where kit is not null
                    orderby kit.Sku.Value
                    select kit).OrderBy(kit => kit.Sku.Value, StringComparer.Ordinal).ToList();
        var byThemselves = stated.Where(IsWanted).SelectMany(report => report.Lines ?? []).Select(line => line.Sku).ToHashSet();
        var parts = kits.SelectMany(kit => kit.Components, (kit, component) => (component.Sku, Part: new OrderKitPart(kit.Sku, component.Quantity)))
            .Where(one => !byThemselves.Contains(one.Sku)).DistinctBy(one => one.Sku).ToDictionary(one => one.Sku, one => one.Part);
        return ([.. stated.Select(report => report with { Lines = report.Lines?.SelectMany(Expanded).ToList() })], kits);

        IEnumerable<OrderLine> Expanded(OrderLine line, int index) => kits.Find(kit => kit.Sku == line.Sku) is { } kit
            ? kit.Components.Select(component => line with
            {
                Sku = component.Sku,
                Quantity = line.Quantity * component.Quantity,
                Part = new OrderKitPart(kit.Sku, component.Quantity),
                Number = index,
            })
            : [line with { Part = parts.GetValueOrDefault(line.Sku), Number = index }];
    }

    /// <summary>What the lines of their components say of kits.</summary>
    public static IReadOnlyList<OrderKitState> States(IReadOnlyList<Kit> kits, OrderState state) =>
        [.. kits.Select(kit => State(kit, [.. state.Lines.Where(line => line.Kit == kit.Sku)]))];

    private static OrderKitState State(Kit kit, IReadOnlyList<OrderLineState> lines)
    {
        var components = kit.Components.Select(component => (component.Quantity, Line: lines.FirstOrDefault(line => line.Sku == component.Sku))).ToList();
        var (ordered, shipped) = (Whole(line => line.Ordered), Whole(line => line.Shipped));
        var open = components.Max(one => decimal.Ceiling((one.Line?.Open ?? 0) / one.Quantity));

        // Cancelled one by one, those kits are cancelled of which nothing is open although they have not shipped.
        var cancelled = Whole(line => line.Cancelled);
        cancelled = Math.Max(0, ordered - cancelled - shipped) == open ? cancelled : Math.Max(0, ordered - shipped - open);
        return new OrderKitState(kit, ordered, cancelled, shipped, Whole(line => line.Returned), Whole(line => line.SetAside), lines);

        decimal Whole(Func<OrderLineState, decimal> units) =>
            components.Min(one => decimal.Floor((one.Line is { } line ? units(line) : 0) / one.Quantity));
    }

    private static bool IsWanted(OrderReport report) => report.Type is OrderMessageType.Order or OrderMessageType.Change;
}
