using NodaTime;

namespace RetailSync.Inventory.Domain.Reservations;

/// <param name="Sku">What there is too little of.</param>
/// <param name="Location">Where; null when any location would have done.</param>
/// <param name="Requested">By all lines together.</param>
/// <param name="Available">What could have been held.</param>
public sealed record Shortage(Sku Sku, LocationId? Location, decimal Requested, decimal Available)
{
    /// <summary>Of a kit: the component that there are the fewest kits of; null where the SKU itself was asked for.</summary>
    public Sku? Component { get; init; }

    /// <summary>The day by which it could have come too; null where stock was wanted.</summary>
    public LocalDate? By { get; init; }
}

/// <summary>Why a request about a reservation was refused; the code is the contract's word for it.</summary>
public sealed record ReservationRefusal(string Code, string Detail, IReadOnlyList<Shortage>? Shortages = null)
{
    public static readonly ReservationRefusal Unknown = new("unknown-reservation", "There is no such reservation.");
    public static readonly ReservationRefusal Ambiguous =
        new("ambiguous-reservation", "Several channels have a reservation of this id: name the channel, as in ?channel=web.");
    public static readonly ReservationRefusal IdReused = new("reservation-id-reused", "A reservation with this id was made with other content.");
    public static readonly ReservationRefusal StepReused = new("step-id-reused", "A step with this id was taken with other content.");
    public static readonly ReservationRefusal Expired = new("reservation-expired", "The hold has expired, and its units are free again.");
    public static readonly ReservationRefusal Changed = new("precondition-failed", "It has changed since it was read: read it again.");
    public static readonly ReservationRefusal AlreadyConfirmed =
        new("reservation-already-confirmed", "The reservation is confirmed and cannot be changed any more.");
    public static readonly ReservationRefusal PartlyShipped =
        AlreadyConfirmed with { Detail = "A part of it has shipped: the reservation cannot be changed any more." };
    public static readonly ReservationRefusal AlreadyReleased = new("reservation-already-released", "The reservation was released.");
    public static readonly ReservationRefusal AlreadyFulfilled = new("reservation-already-fulfilled", "Everything has shipped.");

    public static readonly ReservationRefusal SupplyNotReceived =
        new("supply-not-received", "Units that would ship are held against supply that has not come yet.");

    /// <summary>The database refuses its content, whatever is tried.</summary>
    public static readonly ReservationRefusal Unrecordable = new("unrecordable", "The request could not be stored, and nothing has changed.");

    public static readonly ReservationRefusal FractionalKit = new("fractional-unit", "A kit is held whole: its quantity must be a whole number.");

    /// <summary>Which limit of the channel's was met, of <see cref="HoldLimits"/>; null when it is none of those.</summary>
    public string? Limit { get; init; }

    /// <summary>The field of the request that is wrong, where only the decision shows that it is; null elsewhere.</summary>
    public string? Field { get; init; }

    public static ReservationRefusal InvalidDay(int line, string why) => new("invalid-request", why) { Field = $"lines[{line}].by" };

    public static ReservationRefusal HoldLimit(string limit, string detail) => new("hold-limit", detail) { Limit = limit };

    /// <summary>The reservation that a caller means by an id, among every channel's of that id.</summary>
    /// <param name="named">Reservations of one id.</param>
    /// <param name="isMeant">Whether the caller may mean a reservation of that channel; another one is absent for it.</param>
    /// <returns>The reservation, null when there is none; or <see cref="Ambiguous"/>.</returns>
    public static (Reservation? Reservation, ReservationRefusal? Refusal) OneOf(IEnumerable<Reservation> named, Func<ChannelId, bool> isMeant) =>
        named.Where(reservation => isMeant(reservation.Channel)).Take(2).ToList() switch
        {
            [] => (null, null),
            [var only] => (only, null),
            _ => (null, Ambiguous),
        };

    /// <param name="shortages">Where none is of a line that wants stock, it is supply that is missing.</param>
    public static ReservationRefusal Insufficient(IReadOnlyList<Shortage> shortages) => shortages.All(shortage => shortage.By is not null)
        ? new("insufficient-supply", "There is less in stock and on its way in time than was asked for; nothing was held.", shortages)
        : new("insufficient-stock", "There is less than was asked for; nothing was held.", shortages);

    public static ReservationRefusal MoreThanHeld(Sku sku) => new("more-than-held", $"Less of {sku} is held and not shipped.");
}
