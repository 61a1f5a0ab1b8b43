using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <param name="Reservation">As it is after the decision, or as it was before when nothing changed; null when there is none or it was refused.</param>
/// <param name="Changed">False when the answer is that of an earlier request.</param>
/// <param name="Refusal">Why not; null when the answer is yes.</param>
/// <param name="DecidedAt">The instant of the decision.</param>
/// <param name="Sequence">Of the last event that followed; 0 when none did.</param>
public sealed record ReservationAnswer(Reservation? Reservation, bool Changed, ReservationRefusal? Refusal, Instant DecidedAt, long Sequence);

/// <summary>A request about one reservation on its way through a lane.</summary>
/// <param name="provenance">Stored with the events.</param>
/// <param name="caller">A request whose caller has disconnected is not decided.</param>
internal abstract class ReservationCommand(PlanCache planning, Provenance provenance, CancellationToken caller) : LaneCommand(provenance)
{
    /// <summary>Of its first event, and most have one: made where it is asked for, since randomness costs a lane time.</summary>
    private readonly Guid _eventId = Guid.CreateVersion7();

    public ReservationAnswer? Answer { get; private set; }

    public override bool IsAbandoned => caller.IsCancellationRequested;

    /// <summary>Lines that are to be placed; none for a request that needs no stock.</summary>
    protected virtual IReadOnlyList<RequestedLine> Wanted => [];

    /// <summary>Every SKU that may be held, of a kit its components too, with where it is wanted.</summary>
    private (Sku Sku, LocationId? Location, LocalDate? By)[] Needed =>
        field ??= [.. Wanted.SelectMany(line => line.Skus, (line, sku) => (sku, line.Location, line.By))];

    /// <summary>SKUs of those for which all locations count.</summary>
    private readonly List<Sku> _spanning = [];

    /// <summary>Rules and locations as of the declared reads, so that the decision needs nothing that was not read.</summary>
    private Plan Plan { get; set; } = Plan.None;

    public override void DeclareReads(ReadSet reads)
    {
        Plan = planning.Now();
        _spanning.Clear();
        DeclareReservation(reads);
        foreach (var (sku, wantedAt, _) in Needed)
        {
            var spans = Plan.Rules.SpanLocations(sku);
            if (spans)
            {
                _spanning.AddRange(_spanning.Contains(sku) ? [] : [sku]);
                reads.FencedUse.Add(sku);
            }

            if (wantedAt is { } location && !spans)
            {
                reads.Positions.Add(new PositionKey(sku, location));
            }
            else
            {
                reads.Skus.Add(sku);
            }
        }
    }

    public override void DeclareDependentReads(ReadSet reads, LaneBatch read)
    {
        if (Existing(read).Reservation is { } reservation)
        {
            reads.Positions.UnionWith(reservation.Open.Select(units => units.Key));
            reads.Positions.UnionWith(reservation.SupplyPositions);
            reads.FencedUse.UnionWith(reservation.FencedUse.Select(part => part.Sku));
        }
    }

    public override ValueTask<bool> Decide(LaneBatch batch, Instant now)
    {
        var (existing, refusal) = Existing(batch);
        var decision = refusal is null ? Decision(batch, existing, now) : new ReservationDecision(null, [], refusal);
        if (decision.Refusal is { Shortages: not null } or { Limit: not null } or { Field: not null } && !batch.HasRevalidated)
        {
            return ValueTask.FromResult(false);
        }

        if (decision.Events.Count > 0)
        {
            batch.Put(decision.Reservation!);
            batch.Holds.Replace(existing, decision.Reservation!, now);
            batch.PutUse(existing, decision.Reservation!, _spanning);
            Guid? eventId = _eventId;
            foreach (var (key, happened) in decision.Events)
            {
                // Shipping is a fact like a sale: it meets the position's counts.
                var appended = happened is StockFact fact ? StockDecider.Decide(batch.Position(key), fact, []).Happened! : happened;
                batch.Append(key, appended, eventId ?? Guid.CreateVersion7(), movement: null, this);
                eventId = null;
            }
        }

        Answer = new ReservationAnswer(decision.Reservation, decision.Events.Count > 0, decision.Refusal, now, Sequence: 0);
        return ValueTask.FromResult(true);
    }

    public override void Committed(long sequence) => Answer = Answer! with { Sequence = sequence };

    /// <summary>A request that cannot be stored is refused, as for a movement; it is no failure of the host.</summary>
    public override void Poisoned(Exception cause) =>
        Answer = new ReservationAnswer(null, Changed: false, ReservationRefusal.Unrecordable, default, Sequence: 0);

    /// <summary>Names the reservation.</summary>
    protected abstract void DeclareReservation(ReadSet reads);

    /// <returns>The reservation that is meant, null when there is none; or why it cannot be said which.</returns>
    protected abstract (Reservation? Reservation, ReservationRefusal? Refusal) Existing(LaneBatch batch);

    /// <summary>The rule, with what it needs of the batch.</summary>
    protected abstract ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now);

    /// <summary>What a kit is held of is known once it is decided: the limits of its components are judged by that.</summary>
    protected ReservationDecision WithinQuotas(ReservationDecision decision, Reservation? before, HoldQuotas? quotas, LaneBatch batch, Instant now) =>
        quotas is not null && decision is { Events.Count: > 0, Reservation: { } after } && Wanted.Any(line => line.Kit is not null)
            && quotas.Refusal(after, before, batch.Holds, now) is { } beyond
            ? new ReservationDecision(null, [], beyond)
            : decision;

    /// <summary>The lines, those of kits with where the channel may sell them.</summary>
    protected IReadOnlyList<RequestedLine> ForSale(IReadOnlyList<RequestedLine> lines, ChannelId channel, LaneBatch batch) =>
        lines.Any(line => line.Kit is not null)
            ? [.. lines.Select(line => line.Kit is null ? line : line with { SoldAt = SoldAt(line, channel, batch) })]
            : lines;

    private HashSet<LocationId> SoldAt(RequestedLine line, ChannelId channel, LaneBatch batch) =>
        (line.Location is { } wanted ? [wanted] : line.Kit!.Components.SelectMany(component => batch.Locations(component.Sku)))
        .Where(location => Plan.Rules.MaySell(channel, line.Sku, Plan.LocationOf(location))).ToHashSet();

    /// <summary>What the lines may be held from.</summary>
    /// <param name="zone">The channel's time zone; null where no line has a day.</param>
    /// <param name="now">The instant of the decision.</param>
    protected IReadOnlyDictionary<Sku, ChannelStock> Stock(LaneBatch batch, ChannelId channel, Reservation? kept, DateTimeZone? zone, Instant now)
    {
        if (Needed is [{ Location: { } only, By: null } one] && _spanning.Count == 0)
        {
            return new Dictionary<Sku, ChannelStock>(1) { [one.Sku] = batch.Stock(one.Sku, channel, [only], Plan, kept) };
        }

        var stock = new Dictionary<Sku, ChannelStock>();
        foreach (var needed in Needed.GroupBy(needed => needed.Sku))
        {
            var locations = needed.Any(one => one.Location is null) || _spanning.Contains(needed.Key)
                ? batch.Locations(needed.Key)
                : needed.Select(one => one.Location!.Value).Distinct();
            stock.Add(needed.Key, batch.Stock(needed.Key, channel, locations, Plan, kept, needed.Any(one => one.By is not null) ? Ahead : null));
        }

        return stock;

        AheadStock Ahead(SkuStock all) => AheadStock.Of(channel, all, planning.RulesAt(Plan, now), now, zone ?? DateTimeZone.Utc);
    }
}

internal sealed class HoldStockCommand(HoldStock request, HoldQuotas? quotas, PlanCache planning, Provenance provenance, CancellationToken caller)
    : ReservationCommand(planning, provenance, caller)
{
    private static readonly Dictionary<Sku, ChannelStock> Nothing = [];

    protected override IReadOnlyList<RequestedLine> Wanted => request.Lines;

    protected override void DeclareReservation(ReadSet reads) => reads.NewReservations.Add(request.Key);

    protected override (Reservation? Reservation, ReservationRefusal? Refusal) Existing(LaneBatch batch) => (batch.Reservation(request.Key), null);

    protected override ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now)
    {
        if (existing is null && quotas?.Refusal(request, batch.Holds, now) is { } beyond)
        {
            return new ReservationDecision(null, [], beyond);
        }

        var wanted = existing is null && request.Lines.Any(line => line.Kit is not null)
            ? request with { Lines = ForSale(request.Lines, request.Channel, batch) } : request;
        var decision = ReservationDecider.Hold(
            wanted, existing, existing is null ? Stock(batch, request.Channel, kept: null, request.Zone, now) : Nothing, now);
        return WithinQuotas(decision, existing, quotas, batch, now);
    }
}

internal sealed class ReservationStepCommand(
    ReservationStep step, Func<ChannelId, bool> isMeant, Func<Reservation, Instant, bool> isExpected, HoldQuotas? quotas, PlanCache planning,
    Provenance provenance,
    CancellationToken caller)
    : ReservationCommand(planning, provenance, caller)
{
    protected override IReadOnlyList<RequestedLine> Wanted => step is ChangeReservation change ? change.Lines : [];

    protected override void DeclareReservation(ReadSet reads) => reads.Reservations.Add(step.Id);

    /// <summary>Another channel's reservation is answered as unknown, so that its existence is not revealed.</summary>
    protected override (Reservation? Reservation, ReservationRefusal? Refusal) Existing(LaneBatch batch) =>
        ReservationRefusal.OneOf(batch.Reservations(step.Id), isMeant);

    protected override ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now)
    {
        if (existing is not null && !isExpected(existing, now))
        {
            return new ReservationDecision(null, [], ReservationRefusal.Changed);
        }

        if (step is ChangeReservation change && existing?.StateAt(now) == ReservationState.Held
            && quotas?.Refusal(change, existing, batch.Holds, now) is { } beyond)
        {
            return new ReservationDecision(null, [], beyond);
        }

        var zone = existing is null ? null : (step as ChangeReservation)?.Zones?.GetValueOrDefault(existing.Channel) ?? existing.Zone;
        var wanted = existing is not null && step is ChangeReservation changed
            ? changed with { Lines = ForSale(changed.Lines, existing.Channel, batch) } : step;
        var decision = ReservationDecider.Step(
            wanted, existing, existing is null ? new Dictionary<Sku, ChannelStock>() : Stock(batch, existing.Channel, existing, zone, now), now);
        return WithinQuotas(decision, existing, quotas, batch, now);
    }
}

/// <summary>Records the expiry of a hold, if it has expired.</summary>
internal sealed class ExpireReservationCommand(ReservationKey key, PlanCache planning, Provenance provenance)
    : ReservationCommand(planning, provenance, CancellationToken.None)
{
    protected override void DeclareReservation(ReadSet reads) => reads.Reservations.Add(key.Id);

    protected override (Reservation? Reservation, ReservationRefusal? Refusal) Existing(LaneBatch batch) => (batch.Reservation(key), null);

    protected override ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now) => ReservationDecider.Expire(existing!, now);
}
