using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Rules;

namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <summary>
/// What supply that has come, or does not come as it was promised, means for the reservations that await it, in the transaction of what a batch does: a
/// receipt's units are held for them before anybody else sees them.
/// </summary>
internal static class AllocateSupply
{
    /// <summary>Whether a fact may concern units that are kept of a position's supply.</summary>
    /// <param name="position">As it is before the fact is appended.</param>
    public static bool IsConcerned(StockPosition position, StockFact fact) => !position.SupplyHeld.IsEmpty
        && (fact.InTransit is not null || (fact is StockReceived { Document: { } document } && position.SupplyHeld.ContainsKey(document)));

    /// <param name="facts">What the command has appended, in its order; none where it is the time that has changed something.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <param name="cause">The command in whose name the events are appended.</param>
    public static async ValueTask Run(
        LaneBatch batch, Sku sku, IReadOnlyList<(StockFact Fact, LocationId At)> facts, PlanCache planning, Instant now, LaneCommand cause)
    {
        var plan = planning.Now();
        var spans = plan.Rules.SpanLocations(sku);
        var reads = new ReadSet();
        reads.Skus.Add(sku);
        if (spans)
        {
            reads.FencedUse.Add(sku);
        }

        await batch.Read(reads);
        var awaiting = await batch.Awaiting(sku);
        if (awaiting.Count == 0)
        {
            return;
        }

        var locations = batch.Locations(sku).Union(batch.Changed.Where(changed => changed.Key.Sku == sku).Select(changed => changed.Key.Location));
        var supply = new SupplyPlan(
            sku, locations.Select(location => KeyValuePair.Create(location, batch.Position(new PositionKey(sku, location)))), awaiting,
            batch.FencedUse(sku), plan, planning.RulesAt(plan, now), now);
        foreach (var (fact, at) in facts)
        {
            supply.Follow(fact, at);
        }

        if (facts.Count == 0)
        {
            supply.Replan();
        }

        foreach (var decision in supply.Decisions().ToList())
        {
            var before = batch.Reservation(decision.Reservation!.Key)!;
            batch.Put(decision.Reservation);
            batch.Holds.Replace(before, decision.Reservation, now);
            batch.PutUse(before, decision.Reservation, spans ? [sku] : []);
            foreach (var (key, happened) in decision.Events)
            {
                batch.Append(key, happened, Guid.CreateVersion7(), movement: null, cause);
            }
        }
    }
}

/// <summary>Finds other supply for what is late, or has lost its own, of a SKU.</summary>
internal sealed class ReplanSupplyCommand(Sku sku, PlanCache planning, Security.Provenance provenance) : LaneCommand(provenance)
{
    public override void DeclareReads(ReadSet reads) => reads.Skus.Add(sku);

    public override async ValueTask<bool> Decide(LaneBatch batch, Instant now)
    {
        await AllocateSupply.Run(batch, sku, [], planning, now, this);
        return true;
    }

    public override void Committed(long sequence)
    {
    }
}
