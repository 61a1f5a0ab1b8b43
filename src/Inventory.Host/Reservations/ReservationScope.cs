using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>
/// Which reservations a caller may read, and how much of each: a channel its own, a store those with lines at its location and of these no other lines. One
/// reservation, its life and the list of them all narrow by this alone; what a caller may do with one is decided by <see cref="Caller.MayReserveFor"/>.
/// </summary>
internal sealed record ReservationScope(Caller Caller)
{
    /// <summary>The roles that may read any.</summary>
    public const string Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}";

    /// <summary>Whether only its locations say what it sees.</summary>
    private bool IsOfStore => !Caller.SeesAll && !Caller.Roles.Contains(Role.Channel);

    /// <summary>A list has only those of these channels; null for all.</summary>
    public IReadOnlySet<string>? Channels => Caller.SeesAll || IsOfStore ? null : Caller.Channels;

    /// <returns>What the caller sees of a reservation; null when that is nothing.</returns>
    public Reservation? Seen(Reservation whole) => Caller.MaySee(whole.Channel) ? whole : whole.At(Caller.MaySee);

    /// <summary>The location at which a list has to be: a store's own, which it names where it has several.</summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>; 403: another's.</exception>
    public LocationId? At(LocationId? asked)
    {
        if (!IsOfStore)
        {
            return asked;
        }

        var location = asked ?? (Caller.Locations.Count == 1 ? LocationId.Parse(Caller.Locations.Single())
            : throw ApiProblemException.Invalid(new FieldRefusal("location", "must name one of your own locations")));
        Caller.RequireToSee(location);
        return location;
    }

    /// <exception cref="ApiProblemException">403: a channel asks for another's.</exception>
    public void RequireToSee(ChannelId channel)
    {
        if (Channels?.Contains(channel.Value) == false)
        {
            throw ApiProblemException.Forbidden();
        }
    }
}
