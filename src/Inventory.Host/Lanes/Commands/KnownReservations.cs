using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <summary>The reservations that a batch has read, as its commands so far leave them.</summary>
internal sealed class KnownReservations
{
    private readonly Dictionary<string, List<Reservation>> _byId = [];
    private readonly HashSet<string> _read = [];

    /// <summary>Null when there is none; and when the id was not read, which is to say that it is taken for new.</summary>
    public Reservation? this[ReservationKey key]
    {
        get
        {
            foreach (var reservation in Of(key.Id))
            {
                if (reservation.Channel == key.Channel)
                {
                    return reservation;
                }
            }

            return null;
        }
    }

    /// <summary>Every channel's reservation of that id.</summary>
    public IReadOnlyList<Reservation> Of(string id) => _byId.TryGetValue(id, out var reservations) ? reservations : [];

    public IEnumerable<Reservation> All => _byId.Values.SelectMany(reservations => reservations);

    /// <summary>Whether every channel's reservation of that id is here.</summary>
    public bool IsRead(string id) => _read.Contains(id);

    /// <param name="ids">What was asked for.</param>
    /// <param name="found">What there is of them. One that the batch has opened meanwhile stays as it is: where there was one, the commit finds it out.</param>
    public void Read(IEnumerable<string> ids, IEnumerable<Reservation> found)
    {
        _read.UnionWith(ids);
        foreach (var reservation in found.Where(reservation => this[reservation.Key] is null))
        {
            Put(reservation);
        }
    }

    public void Put(Reservation reservation)
    {
        var reservations = _byId.TryGetValue(reservation.Id, out var known) ? known : _byId[reservation.Id] = [];
        reservations.RemoveAll(other => other.Channel == reservation.Channel);
        reservations.Add(reservation);
    }
}
