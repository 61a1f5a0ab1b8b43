using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// A cache of open reservations, with expiry by the clock: at the instant at which a hold expires its units are free in the cache, whether
/// or not the expiry has been recorded.
/// </summary>
internal sealed class ReservationCache(Func<Sku, SkuEntry> page)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReservationKey, (Reservation Reservation, bool IsOver)> _open = [];
    private readonly Dictionary<Sku, HashSet<ReservationKey>> _bySku = [];
    private readonly PriorityQueue<ReservationKey, Instant> _due = new();
    private readonly HoldTally _tally = new();

    /// <summary>The next instant of an expiry, in ticks: readers check it before they take the lock.</summary>
    private long _nextDue = long.MaxValue;

    /// <summary>How many are open, expired ones whose expiry is not recorded yet included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _open.Count;
            }
        }
    }

    public void Put(Reservation reservation)
    {
        lock (_lock)
        {
            if (_open.TryGetValue(reservation.Key, out var known))
            {
                if (known.Reservation.Version >= reservation.Version)
                {
                    return;
                }

                if (known.IsOver)
                {
                    Free(known.Reservation, -1);
                }
                else
                {
                    _tally.Add(known.Reservation, -1);
                }

                _open.Remove(reservation.Key);
                Index(known.Reservation, isOpen: false);
            }

            if (reservation.State is ReservationState.Held or ReservationState.Confirmed)
            {
                _open.Add(reservation.Key, (reservation, false));
                Index(reservation, isOpen: true);
                _tally.Add(reservation, 1);
                if (reservation.State == ReservationState.Held)
                {
                    _due.Enqueue(reservation.Key, reservation.ExpiresAt);
                    Interlocked.Exchange(ref _nextDue, Math.Min(_nextDue, reservation.ExpiresAt.ToUnixTimeTicks()));
                }
            }
        }
    }

    /// <summary>Frees the units of holds that have expired by now.</summary>
    public void Advance(Instant now)
    {
        if (now.ToUnixTimeTicks() < Interlocked.Read(ref _nextDue))
        {
            return;
        }

        lock (_lock)
        {
            while (_due.TryPeek(out var key, out var at) && at <= now)
            {
                _due.Dequeue();
                if (_open.TryGetValue(key, out var known) && !known.IsOver && known.Reservation.StateAt(now) == ReservationState.Expired)
                {
                    _open[key] = known with { IsOver = true };
                    Free(known.Reservation, 1);
                    _tally.Add(known.Reservation, -1);
                }
            }

            Interlocked.Exchange(ref _nextDue, _due.TryPeek(out _, out var next) ? next.ToUnixTimeTicks() : long.MaxValue);
        }
    }

    /// <summary>Reads the totals of channels' holds.</summary>
    public T Held<T>(Func<HoldTally, T> look)
    {
        lock (_lock)
        {
            return look(_tally);
        }
    }

    public IReadOnlyList<Reservation> Of(Sku sku)
    {
        lock (_lock)
        {
            return _bySku.TryGetValue(sku, out var keys)
                ? [.. keys.Select(key => _open[key]).Where(known => !known.IsOver).Select(known => known.Reservation)
                    .OrderBy(reservation => reservation.Id, StringComparer.Ordinal).ThenBy(reservation => reservation.Channel.Value, StringComparer.Ordinal)]
                : [];
        }
    }

    private void Free(Reservation reservation, int sign)
    {
        foreach (var (key, units) in reservation.Open)
        {
            page(key.Sku).AddOver(key.Location, sign * units);
        }

        foreach (var (key, document, units) in reservation.OpenSupply)
        {
            page(key.Sku).AddSupplyOver(key.Location, document, sign * units);
        }

        var expired = (reservation with { State = ReservationState.Expired }).FencedUse.ToDictionary(part => (part.Sku, part.Rule), part => part.Units);
        foreach (var part in reservation.FencedUse)
        {
            page(part.Sku).AddOver(part.Rule, sign * (part.Units - expired[(part.Sku, part.Rule)]));
        }
    }

    private void Index(Reservation reservation, bool isOpen)
    {
        foreach (var sku in reservation.Lines.Select(line => line.Sku).Distinct())
        {
            if (isOpen)
            {
                (_bySku.TryGetValue(sku, out var keys) ? keys : _bySku[sku] = []).Add(reservation.Key);
            }
            else if (_bySku.TryGetValue(sku, out var keys) && keys.Remove(reservation.Key) && keys.Count == 0)
            {
                _bySku.Remove(sku);
            }
        }
    }
}
