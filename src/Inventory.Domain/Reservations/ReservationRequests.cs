using System.Globalization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reservations;

/// <param name="Quantity">Above 0.</param>
/// <param name="Location">Where it is to come from; null leaves that to us.</param>
/// <param name="AllowBackorder">May be held beyond stock as far as a backorder rule allows.</param>
public sealed record RequestedLine(Sku Sku, decimal Quantity, LocationId? Location, bool AllowBackorder)
{
    /// <summary>The last day on which what stock does not cover may come, in the channel's time zone; null for a line that wants stock.</summary>
    public LocalDate? By { get; init; }

    /// <summary>What the caller stated, where that is not in the SKU's own name and unit; null where it is.</summary>
    public AsStated? AsStated { get; init; }

    /// <summary>
    /// The kit that the SKU is at the instant of the request; null where it is none. The hold is of what that needs, whatever the kit is later.
    /// </summary>
    public Kit? Kit { get; init; }

    /// <summary>
    /// Of a kit: where the channel may sell it, of the locations that have any of its components, or of the one that is wanted. Null for everywhere.
    /// </summary>
    public IReadOnlySet<LocationId>? SoldAt { get; init; }

    /// <summary>Whether a kit may be assembled for it at all.</summary>
    internal bool MayBeAssembled => SoldAt is null || (Location is { } wanted ? SoldAt.Contains(wanted) : SoldAt.Count > 0);

    /// <summary>Every SKU that it may be held of.</summary>
    public IEnumerable<Sku> Skus => Kit is null ? [Sku] : [Sku, .. Kit.Components.Select(component => component.Sku)];

    private string? Day => By is { } day ? string.Create(CultureInfo.InvariantCulture, $"\t{day:uuuu-MM-dd}") : null;

    internal string Content => string.Create(CultureInfo.InvariantCulture,
        $"{AsStated?.Sku ?? Sku.Value}\t{(AsStated is { } stated ? $"{stated.Quantity} {stated.Unit}" : Quantity)}\t{Location?.Value}\t{AllowBackorder}{Day}");
}

/// <summary>Keep these units, all or none.</summary>
public sealed record HoldStock(string Id, ChannelId Channel, Duration HoldFor, IReadOnlyList<RequestedLine> Lines)
{
    /// <inheritdoc cref="Reservation.Priority"/>
    public int Priority { get; init; }

    /// <summary>The channel's time zone, in which the days of its lines are; null where no line has one.</summary>
    public DateTimeZone? Zone { get; init; }

    public static readonly Duration DefaultHold = Duration.FromMinutes(15);
    public static readonly Duration ShortestHold = Duration.FromSeconds(1);
    public static readonly Duration LongestHold = Duration.FromDays(30);

    public ReservationKey Key => new(Channel, Id);

    internal string Content => string.Join('\n', Lines.Select(line => line.Content).Prepend(
        string.Create(
            CultureInfo.InvariantCulture, $"{Channel.Value}\t{DurationPattern.Roundtrip.Format(HoldFor)}{(Priority == 0 ? "" : $"\t{Priority}")}")));
}

/// <summary>Something that is done to a reservation.</summary>
/// <param name="Step">The caller's id for this step: the same one is answered as the first time. Null when it gave none.</param>
public abstract record ReservationStep(string Id, string? Step)
{
    internal abstract string Content { get; }

    protected static string ContentOf(string verb, IReadOnlyList<RequestedLine>? lines) =>
        string.Join('\n', (lines ?? []).Select(line => line.Content).Prepend(verb));
}

/// <summary>These lines instead of those that are held.</summary>
public sealed record ChangeReservation(string Id, IReadOnlyList<RequestedLine> Lines) : ReservationStep(Id, null)
{
    /// <summary>Of the channels that may be meant, where a line has a day.</summary>
    public IReadOnlyDictionary<ChannelId, DateTimeZone>? Zones { get; init; }

    internal override string Content => ContentOf("change", Lines);
}

/// <summary>It no longer expires.</summary>
/// <param name="Lines">What is kept when it is less than what was held; null keeps everything.</param>
public sealed record ConfirmReservation(string Id, string? Step, IReadOnlyList<RequestedLine>? Lines) : ReservationStep(Id, Step)
{
    internal override string Content => ContentOf("confirm", Lines);
}

/// <summary>Units ship.</summary>
/// <param name="Lines">What ships; null ships everything that has not shipped.</param>
public sealed record FulfilReservation(string Id, string? Step, IReadOnlyList<RequestedLine>? Lines) : ReservationStep(Id, Step)
{
    internal override string Content => ContentOf("fulfil", Lines);
}

/// <summary>What has not shipped is given back.</summary>
public sealed record ReleaseReservation(string Id, string? Step) : ReservationStep(Id, Step)
{
    internal override string Content => ContentOf("release", null);
}

/// <summary>Releases units of a reservation at the locations where they are held; the rest of the reservation stays as it is.</summary>
/// <param name="Quantity">Units, above 0.</param>
public sealed record GiveBackUnits(string Id, string Step, PositionKey At, decimal Quantity) : ReservationStep(Id, Step)
{
    internal RequestedLine Line => new(At.Sku, Quantity, At.Location, AllowBackorder: false);

    internal override string Content => ContentOf("give back", [Line]);
}
