using System.Collections.Immutable;
using NodaTime;

namespace RetailSync.Inventory.Domain.Stock.Folds;

/// <summary>What is left of a hold at a position.</summary>
/// <param name="Open">Units still held, above 0.</param>
public readonly record struct OpenHold(decimal Open, Instant? EndsAt);

/// <summary>
/// Follows what the clock may end of a position's reserved units. What is confirmed stays in reserved, and what has shipped, was given
/// back or has ended is not in it.
/// </summary>
internal sealed class HoldExpiryTracker
{
    /// <summary>Parts a reservation from the document whose supply it keeps; neither has a control character.</summary>
    internal const char OfSupply = '\n';

    private readonly HoldNames _names = new();
    private readonly Dictionary<(string? Channel, string Id), OpenHold> _held = [];

    /// <param name="held">By the text of the <see cref="Reservations.ReservationKey"/>; by the id alone where nothing says whose it is.</param>
    public HoldExpiryTracker(IEnumerable<KeyValuePair<string, OpenHold>> held)
    {
        foreach (var (name, hold) in held)
        {
            var slash = name.IndexOf('/', StringComparison.Ordinal);
            _held[slash < 0 ? _names.Of(null, name) : _names.Of(name[..slash], name[(slash + 1)..])] = hold;
        }
    }

    public void Follow(RecordedEvent recorded)
    {
        if (recorded.Happened is SupplyEvent supply)
        {
            Follow(supply);
            return;
        }

        if (HoldEvent.Of(recorded.Happened) is not { } hold)
        {
            return;
        }

        var name = _names.Of(hold.Channel, hold.Reservation);
        switch (hold.Effect)
        {
            case HoldEffect.Held:
                _held[name] = new OpenHold(hold.Units, hold.ExpiresAt);
                break;
            case HoldEffect.Changed:
                // It may have been held elsewhere until now, and nothing of it may be left here: then its end is recorded elsewhere too, and no event
                // here would remove it.
                Set(name, hold.Units, recorded.HoldEnds);
                break;
            case var _ when hold.EndsExpiry:
                _held.Remove(name);
                break;
            case HoldEffect.Shipped when _held.ContainsKey(name):
                Set(name, hold.Units, ends: null);
                break;
        }
    }

    /// <summary>The units of expired holds.</summary>
    public decimal Over(Instant at) => _held.Count == 0 ? 0
        : _held.Where(hold => hold.Value.EndsAt <= at && !hold.Key.Id.Contains(OfSupply, StringComparison.Ordinal)).Sum(hold => hold.Value.Open);

    /// <summary>The same of supply, by document.</summary>
    public IEnumerable<(string Document, decimal Units)> SupplyOver(Instant at) =>
        from hold in _held
        where hold.Value.EndsAt <= at
        let document = hold.Key.Id.IndexOf(OfSupply, StringComparison.Ordinal) + 1
        where document > 0
        select (hold.Key.Id[document..], hold.Value.Open);

    public ImmutableDictionary<string, OpenHold> ToImmutable() => _held.Count == 0
        ? PositionCheckpoint.Beginning.Holds
        : PositionCheckpoint.Beginning.Holds.SetItems(
            _held.Select(hold => KeyValuePair.Create(hold.Key.Channel is { } channel ? $"{channel}/{hold.Key.Id}" : hold.Key.Id, hold.Value)));

    private void Follow(SupplyEvent supply)
    {
        var name = _names.Of(supply.Channel, $"{supply.Reservation}{OfSupply}{supply.Document}");
        switch (supply)
        {
            case SupplyReserved { ExpiresAt: null }:
                _held.Remove(name);
                break;
            case SupplyReserved { ExpiresAt: var ends }:
                Set(name, supply.Units, ends);
                break;
            case var _ when _held.ContainsKey(name):
                Set(name, supply.Units, ends: null);
                break;
        }
    }

    private void Set((string? Channel, string Id) name, decimal change, Instant? ends)
    {
        var hold = _held.GetValueOrDefault(name, new OpenHold(0, ends));
        if (hold.Open + change is not 0 and var open)
        {
            _held[name] = hold with { Open = open };
        }
        else
        {
            _held.Remove(name);
        }
    }
}
