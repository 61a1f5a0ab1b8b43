using NodaTime;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>An order as its messages say it is: the same whatever order they arrived in.</summary>
/// <param name="Revision">Of what is wanted; null when no message that counts had one.</param>
/// <param name="IsKnown">Whether a message has said what is wanted. Before that the order is known by what has happened to it only.</param>
/// <param name="Lines">By SKU, in ordinal order; then what kits need, by component and kit.</param>
/// <param name="Effects">What has to be recorded of stock because of it.</param>
/// <param name="Fates">Messages that did not simply count, by id.</param>
public sealed record OrderState(
    long? Revision, bool IsKnown, IReadOnlyList<OrderLineState> Lines, IReadOnlyList<OrderEffect> Effects, IReadOnlyDictionary<string, OrderMessageFate> Fates)
{
    /// <summary>The store where it is picked up; null for an order that ships.</summary>
    public LocationId? Pickup { get; init; }

    /// <summary>The kits among what it is about, by SKU. Their components are lines of their own, each with its <see cref="OrderLineState.Kit"/>.</summary>
    public IReadOnlyList<OrderKitState> Kits { get; init; } = [];

    /// <summary>As the channel states them, where <see cref="Lines"/> are those of stock: one for each SKU, whatever it is wanted for.</summary>
    internal IReadOnlyList<OrderLineState> Stated
    {
        get => field ?? Lines;
        init;
    }
}

/// <summary>Why a message did not simply count.</summary>
public enum OrderMessageFate
{
    /// <summary>It needs another one first: the order itself, a shipment, a line that is not known yet.</summary>
    Waiting,

    /// <summary>A newer one said what is wanted.</summary>
    Outdated,

    /// <summary>A shipment that was cancelled.</summary>
    Undone,
}

/// <summary>What an order is about, of one SKU.</summary>
/// <param name="Ordered">Units wanted by the newest message that says so, shipped ones included.</param>
/// <param name="Cancelled">Units taken back from that since, refunds before shipping included.</param>
/// <param name="Shipped">Units that have left, cancelled shipments left out. May be above what was ordered: it is a fact.</param>
/// <param name="Returned">Units that have come back.</param>
/// <param name="Wanted">Where <see cref="Open"/> units are wanted; they add up to it.</param>
public sealed record OrderLineState(Sku Sku, decimal Ordered, decimal Cancelled, decimal Shipped, decimal Returned, IReadOnlyList<WantedUnits> Wanted)
{
    /// <summary>Units that are to be held: max(0, ordered - cancelled - shipped).</summary>
    public decimal Open => Math.Max(0, Ordered - Cancelled - Shipped);

    /// <summary>Of <see cref="Open"/>, units that are set aside for the customer who picks them up; 0 for an order that ships.</summary>
    public decimal SetAside { get; init; }

    /// <summary>The kit whose component it is; null for units that are wanted by their own SKU.</summary>
    public Sku? Kit { get; init; }

    internal OrderItem Item => new(Sku, Kit);

    /// <summary>Where the order's lines want it: the first location that one of them names, also once nothing is open; null when none does.</summary>
    public LocationId? Preferred { get; init; }
}

/// <param name="Location">Where; null where the channel leaves that to us.</param>
/// <param name="Quantity">Units, above 0.</param>
public readonly record struct WantedUnits(LocationId? Location, decimal Quantity);

/// <summary>What happens to stock because of one line of a message.</summary>
public enum OrderEffectKind
{
    /// <summary>Units leave.</summary>
    Ship,

    /// <summary>Units come back.</summary>
    Return,

    /// <summary>Units are set aside in the store where they are picked up: still there, and not for sale.</summary>
    SetAside,
}

/// <summary>Units that have to be recorded as moved because of one line of a message: so many in all, however often that is found out.</summary>
/// <param name="Message">The message's id; empty where several messages state one total.</param>
/// <param name="Part">Which part of it: the line's number from 0, or the SKU.</param>
/// <param name="Quantity">Units in all, 0 or more. It falls where a shipment is cancelled or a later message shows that less came back.</param>
/// <param name="Location">Where; null where the channel does not say.</param>
/// <param name="Status">Of units that come back unsellable, and of those that are set aside.</param>
public sealed record OrderEffect(
    string Message, string Part, OrderEffectKind Kind, Sku Sku, decimal Quantity, LocationId? Location, string? Status, Instant OccurredAt)
{
    /// <summary><inheritdoc cref="OrderReport.IsDone" path="/summary"/></summary>
    public bool IsDone { get; init; }

    /// <summary>The kit whose component it is; null for units that were stated by their own SKU.</summary>
    public Sku? Kit { get; init; }

    internal OrderItem Item => new(Sku, Kit);

    /// <summary>Of units that are set aside: when they no longer are, where they are fewer than were recorded.</summary>
    public Instant EndedAt { get; init; }

    /// <summary>Unique among the effects of the order. Ids of messages have no control characters.</summary>
    public string Key => $"{Message}\n{Part}";
}
