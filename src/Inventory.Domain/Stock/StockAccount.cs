using NodaTime;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>What a position holds, or what an event adds to it, in units, each a <see cref="Quantity"/>.</summary>
/// <param name="OnHand">Physical units; below 0 where more was sold than had arrived.</param>
/// <param name="Unsellable">Units of these in a status that is not sellable, 0 or more in a position.</param>
/// <param name="Reserved">Units in open holds, 0 or more in a position.</param>
/// <param name="InTransit">Units announced and not yet received, 0 or more in a position.</param>
public readonly record struct StockBalance(decimal OnHand, decimal Unsellable, decimal Reserved, decimal InTransit)
{
    public static StockBalance Of(StockPosition position) => new(position.OnHand, position.UnsellableTotal, position.Reserved, position.InTransitTotal);

    public static StockBalance operator -(StockBalance after, StockBalance before) =>
        new(after.OnHand - before.OnHand, after.Unsellable - before.Unsellable, after.Reserved - before.Reserved, after.InTransit - before.InTransit);
}

/// <summary>
/// A position's account over a time of recording: an opening balance, what every event added, a closing balance; the three add up by
/// construction. The time begins after <paramref name="from"/> and ends with <paramref name="to"/>, so the accounts of neighbouring times
/// join without a gap, and a balance is what <see cref="Knowledge.Then"/> says of that instant. In the books a hold ends when its end is recorded.
/// </summary>
/// <param name="from">Null from the first event on.</param>
/// <param name="to">Null to the last event.</param>
public sealed class StockAccount(Instant? from, Instant? to)
{
    private StockPosition _position = StockPosition.Empty;
    private Instant _latest = Instant.MinValue;

    public StockBalance Opening { get; private set; }

    /// <summary>After the events so far.</summary>
    public StockBalance Closing { get; private set; }

    /// <summary>Takes the events of the position's stream, all of them, in the order of their versions.</summary>
    /// <param name="change">What it added; without meaning when it is no part of the account.</param>
    /// <returns>Whether it was recorded within the time of the account.</returns>
    public bool Add(RecordedEvent recorded, out StockBalance change)
    {
        change = default;

        // Clocks of several hosts differ a little: nothing counts as recorded before what it follows.
        _latest = Instant.Max(_latest, recorded.RecordedAt);
        if (_latest > to)
        {
            return false;
        }

        _position = StockPosition.Evolve(_position, recorded.Happened);
        var before = Closing;
        Closing = StockBalance.Of(_position);
        change = Closing - before;
        if (_latest > from || from is null)
        {
            return true;
        }

        Opening = Closing;
        return false;
    }
}
