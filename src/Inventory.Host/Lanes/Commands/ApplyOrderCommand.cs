using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <param name="Hold">What keeps the order's units afterwards; null when nothing does, nor ever did.</param>
/// <param name="Unplaced">Messages whose units have no known location.</param>
/// <param name="Sequence">Of the last event that followed; 0 when none did.</param>
/// <param name="Moved">SKUs of which something was recorded: also what the order no longer has, and gives back.</param>
/// <param name="Refusal">A movement of its own that could not be recorded; null when all were, and when this is not null nothing has happened.</param>
internal sealed record AppliedOrder(Reservation? Hold, IReadOnlySet<string> Unplaced, long Sequence, IReadOnlySet<Sku> Moved, StockRefusal? Refusal);

/// <summary>Brings stock and hold of one order to the state of its messages, in one transaction.</summary>
internal sealed class ApplyOrderCommand(OrderPlan plan, PlanCache planning, Provenance provenance, CancellationToken caller) : LaneCommand(provenance)
{
    private AppliedOrder? _applied;

    /// <summary>Rules and locations as of the declared reads, so that the decision needs nothing that was not read.</summary>
    private Plan Plan { get; set; } = Plan.None;

    public AppliedOrder Applied => _applied!;

    public override bool IsAbandoned => caller.IsCancellationRequested;

    /// <summary>The order is refused with a reason that its channel can read; its messages are kept.</summary>
    public override void Poisoned(Exception cause) =>
        _applied = new AppliedOrder(
            null, new HashSet<string>(), 0, new HashSet<Sku>(), new StockRefusal(
                "unrecordable", "The order could not be stored. Its messages are kept for review."));

    /// <summary>Every SKU that anything may be held, shipped or returned of.</summary>
    private IEnumerable<Sku> Skus => plan.State.Lines.Select(line => line.Sku).Concat(plan.State.Effects.Select(effect => effect.Sku))
        .Concat(plan.State.Kits.SelectMany(kit => kit.Kit.Components.Select(one => one.Sku).Append(kit.Sku))).Distinct();

    public override void DeclareReads(ReadSet reads)
    {
        Plan = planning.Now();
        reads.Reservations.Add(plan.Hold);
        if (plan.Reserved is { } reserved)
        {
            reads.Reservations.Add(reserved);
        }

        foreach (var sku in Skus)
        {
            reads.Skus.Add(sku);
            if (Plan.Rules.SpanLocations(sku))
            {
                reads.FencedUse.Add(sku);
            }
        }
    }

    public override void DeclareDependentReads(ReadSet reads, LaneBatch read)
    {
        if (Existing(read, Instant.MinValue) is { } hold)
        {
            reads.Positions.UnionWith(hold.Lines.SelectMany(line => line.Allocations.Select(units => new PositionKey(line.Sku, units.Location))));
            reads.Positions.UnionWith(hold.SupplyPositions);
            reads.FencedUse.UnionWith(hold.FencedUse.Select(part => part.Sku));
        }
    }

    public override async ValueTask<bool> Decide(LaneBatch batch, Instant now)
    {
        var existing = Existing(batch, now);
        if (existing?.Ledger is { } ledger && ledger.UpTo > plan.UpTo)
        {
            // A concurrent request that read more messages has settled the order.
            _applied = new AppliedOrder(existing, new HashSet<string>(), 0, new HashSet<Sku>(), null);
            return true;
        }

        if (!batch.HasRevalidated
            && plan.State.Lines.GroupBy(line => line.Sku, line => line.Open - line.SetAside).Any(open => open.Sum() > Kept(existing, open.Key)))
        {
            // It may find an oversell, which must not be based on cached positions: these are read again first.
            return false;
        }

        var inStock = OrderDecider.InStock(plan, existing, key => Free(batch.Position(key)), sku => MostAvailable(batch, sku));
        var recorded = OrderDecider.Record(inStock, existing, sku => MostAvailable(batch, sku), now, await SoldByOthers(batch, inStock, existing));
        var movements = recorded.Steps.OfType<MovementStep>().ToList();
        if (movements.Count > 0)
        {
            var reads = new ReadSet();
            reads.Movements.UnionWith(movements.Select(step => (step.Movement.Name, step.Key)));
            reads.Positions.UnionWith(movements.Select(step => step.Key));
            await batch.Read(reads);
        }

        foreach (var step in movements)
        {
            // Each is checked before anything is appended; of several at one position the later ones are checked against the earlier ones on appending.
            if (await Refusal(batch, step) is { } refusal)
            {
                if (!batch.IsLocked)
                {
                    // Another host may have settled the order since its hold was read, and recorded this movement: it is decided again under locks.
                    throw new LaneConflictException($"{refusal.Code}: the order may have been settled meanwhile.");
                }

                _applied = new AppliedOrder(existing, recorded.Unplaced, 0, new HashSet<Sku>(), refusal);
                return true;
            }
        }

        foreach (var step in recorded.Steps)
        {
            await Append(batch, step);
        }

        var stock = Skus.ToDictionary(sku => sku, sku => batch.Stock(sku, plan.Channel, batch.Locations(sku), Plan, recorded.Hold));
        var held = OrderDecider.Hold(inStock, recorded.Hold, existing?.State == ReservationState.Held, stock, now, IsSold);
        foreach (var step in held.Steps)
        {
            await Append(batch, step);
        }

        if (recorded.Steps.Count + held.Steps.Count > 0)
        {
            var after = held.Hold! with { Version = (existing?.Version ?? 0) + 1 };
            batch.Put(after);
            batch.PutUse(existing, after, Skus.Where(Plan.Rules.SpanLocations));
            held = held with { Hold = after };
        }

        var moved = recorded.Steps.Concat(held.Steps).Select(step => step.Key.Sku).ToHashSet();
        _applied = new AppliedOrder(held.Hold ?? existing, recorded.Unplaced, 0, moved, null);
        return true;
    }

    private bool IsSold(Sku kit, LocationId location) => Plan.Rules.MaySell(plan.Channel, kit, Plan.LocationOf(location));

    public override void Committed(long sequence) => _applied = _applied! with { Sequence = sequence };

    private Reservation? Existing(LaneBatch batch, Instant now)
    {
        var reserved = plan.Reserved is { } id && batch.Reservation(new ReservationKey(plan.Channel, id)) is { } found ? found : null;
        return OrderDecider.Existing(plan, batch.Reservation(new ReservationKey(plan.Channel, plan.Hold)), reserved, now);
    }

    /// <summary>Sales of others that have shipped from the hold and stand, as their positions' histories say.</summary>
    private async ValueTask<List<SoldFromHold>> SoldByOthers(LaneBatch batch, OrderPlan inStock, Reservation? existing)
    {
        List<SoldFromHold> sold = [];
        foreach (var at in OrderDecider.SoldByOthers(inStock, existing))
        {
            var history = History.Effective(await batch.History(at, HistoryNeed.From(existing!.HeldAt)));
            sold.AddRange(
                from one in history
                where one.Fact is StockSold { Fulfilled: > 0 } sale && sale.Source != plan.Source
                && sale.Reservation == existing.Id && sale.Channel == plan.Channel.Value
                select new SoldFromHold(at, Math.Min(one.Quantity, ((StockSold)one.Fact).Fulfilled!.Value)));
        }

        return sold;
    }

    private static decimal Free(StockPosition position) => Math.Max(0, position.OnHand - position.UnsellableTotal - position.Reserved);

    private static decimal Kept(Reservation? hold, Sku sku) => hold?.Kept(sku) ?? 0;

    /// <summary>Where most of it is, whether or not the channel may sell from there: it has left from somewhere.</summary>
    private LocationId? MostAvailable(LaneBatch batch, Sku sku)
    {
        var stock = batch.Stock(sku, plan.Channel, batch.Locations(sku), Plan, kept: null);
        return stock.MostAvailable().Select(location => (LocationId?)location).FirstOrDefault();
    }

    /// <summary>Why a movement would be refused: its id is of another movement, or it corrects what cannot be corrected.</summary>
    private static async ValueTask<StockRefusal?> Refusal(LaneBatch batch, MovementStep step)
    {
        if (batch.IsKnown(step.Movement.Name, out _))
        {
            return StockRefusal.MovementIdReused(step.Movement.Name.Id);
        }

        if (step.Movement is not Correction correction)
        {
            return null;
        }

        var history = await batch.History(step.Key, HistoryNeed.Everything);
        var fact = (MovementCorrected)StockDecider.Fact(correction, step.Key);
        return history.Any(earlier => earlier.Source == fact.Source && earlier.Id == fact.Corrects)
            ? StockDecider.Decide(batch.Position(step.Key), fact, history).Refusal
            : StockRefusal.UnknownMovement(correction.Corrects, step.Key);
    }

    private async ValueTask Append(LaneBatch batch, OrderStep step)
    {
        if (step is HoldStep hold)
        {
            batch.Append(hold.Key, hold.Happened, Guid.CreateVersion7(), movement: null, this);
            return;
        }

        var (movement, fulfilled) = (MovementStep)step;
        var position = batch.Position(step.Key);
        var fact = StockDecider.Fact(movement, step.Key);
        var (happened, _) = StockDecider.Decide(position, fact, await batch.History(step.Key, StockDecider.Need(position, fact)));
        var recorded = happened is StockSold sold && fulfilled > 0 ? sold with { Fulfilled = fulfilled, Channel = plan.Channel.Value } : happened!;
        batch.Append(step.Key, recorded, Guid.CreateVersion7(), movement.Name, this);
    }
}
