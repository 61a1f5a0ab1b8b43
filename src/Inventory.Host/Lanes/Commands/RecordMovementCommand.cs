using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Lanes.Commands;

/// <summary>A movement on its way through a lane: known already, or one event at each of its positions.</summary>
/// <param name="kitAt">The kit that its SKU was at an instant; null for a SKU that never was one.</param>
internal sealed class RecordMovementCommand(Movement movement, Func<Instant, Kit?>? kitAt, PlanCache planning, Provenance provenance)
    : LaneCommand(provenance)
{
    /// <summary>The kit that is sold or comes back; null for every other movement.</summary>
    private readonly Kit? _kit = movement is Sale or Return ? kitAt?.Invoke(movement.OccurredAt) : null;

    private readonly Guid _eventId = Guid.CreateVersion7();

    public MovementOutcome Outcome { get; private set; }

    /// <summary>What it moves.</summary>
    public IEnumerable<Sku> Skus => (_kit?.Components ?? []).Select(component => component.Sku).Prepend(movement.Position.Sku);

    public override void DeclareReads(ReadSet reads)
    {
        reads.Movements.Add((movement.Name, movement.Position));
        reads.Positions.Add(movement.Position);
        reads.Positions.UnionWith(_kit is null ? [] : KitSale.Components(_kit, movement.Position.Location));
        switch (movement)
        {
            case Transfer transfer:
                reads.Positions.Add(transfer.Destination);
                break;
            case TransferCancelled { To: { } to }:
                reads.Positions.Add(movement.Position with { Location = to });
                break;
            case TransferCancelled:
                reads.Skus.Add(movement.Position.Sku);
                break;
            case Sale { Reservation: { } reservation }:
                reads.Reservations.Add(reservation);
                break;
        }
    }

    public override void DeclareDependentReads(ReadSet reads, LaneBatch read)
    {
        if (movement is Correction)
        {
            // It may be refused, and a refusal has no commit that would detect a repeat: so its id is always looked up.
            reads.Movements.Add((movement.Name, movement.Position));
        }

        if (movement is TransferCancelled { To: null })
        {
            reads.Skus.Add(movement.Position.Sku);
        }

        if (movement is Sale { Reservation: { } id })
        {
            // What a sale confirms is at its own location.
            reads.Positions.UnionWith(
                read.Reservations(id).SelectMany(reservation => reservation.Open).Select(units => units.Key)
                .Where(key => key.Location == movement.Position.Location));
        }
    }

    public override async ValueTask<bool> Decide(LaneBatch batch, Instant now)
    {
        var reported = StockDecider.Fact(Stated, movement.Position);
        if (batch.IsKnown(movement.Name, out var known))
        {
            Outcome = Recognise(known, reported);
            return true;
        }

        if (movement is Correction correction)
        {
            await Correct(batch, correction, (MovementCorrected)reported, now);
            return true;
        }

        if (movement is TransferCancelled cancelled)
        {
            return await Cancel(batch, cancelled, (StockDispatched)reported, now);
        }

        if (_kit is not null)
        {
            await MoveKit(batch, _kit, now);
            return true;
        }

        var (happened, _) = await Decide(batch, movement.Position, reported);
        var announced = movement is Transfer transfer ? await Decide(batch, transfer.Destination, StockDecider.Fact(movement, transfer.Destination)) : default;
        if (movement is Sale { Reservation: { } id } sale)
        {
            happened = Ship(batch, sale, id, (StockSold)happened!, now);
        }

        await Append(batch, movement.Position, happened!, announced.Happened, now);
        return true;
    }

    public override void Committed(long sequence) => Outcome = Outcome with { Sequence = sequence };

    public override void Poisoned(Exception cause) =>
        Outcome = new MovementOutcome(Commands.Outcome.Rejected, "unrecordable", "The line could not be stored. It is kept in quarantine.", 0);

    /// <summary>
    /// Both ends of a transfer are undone. Where the source does not say where the goods were to go, it is the other location that expects the document by a
    /// transfer; where none does they left to a customer, and only this end is undone.
    /// </summary>
    private async ValueTask<bool> Cancel(LaneBatch batch, TransferCancelled cancelled, StockDispatched reported, Instant now)
    {
        var destinations = cancelled.To is { } named ? [named] : Expecting(batch, cancelled);
        if (destinations.Count != 1 && !batch.HasRevalidated)
        {
            return false;
        }

        if (destinations.Count > 1)
        {
            Outcome = new MovementOutcome(
                Commands.Outcome.Rejected, "invalid-line", $"to: several locations expect document '{cancelled.Document}'; name one.", 0);
            return true;
        }

        var (happened, _) = await Decide(batch, movement.Position, destinations.Count == 0 ? reported : reported with { To = destinations[0].Value });
        if (destinations.Count == 0)
        {
            await Append(batch, movement.Position, happened!, atDestination: null, now);
            return true;
        }

        Destination = movement.Position with { Location = destinations[0] };
        var (announced, _) = await Decide(batch, Destination, StockDecider.Fact(movement, Destination));
        await Append(batch, movement.Position, happened!, announced, now);
        return true;
    }

    private static List<LocationId> Expecting(LaneBatch batch, TransferCancelled cancelled) =>
    [
        .. from location in batch.Locations(cancelled.Position.Sku)
        .Union(batch.Changed.Where(changed => changed.Key.Sku == cancelled.Position.Sku).Select(changed => changed.Key.Location))
           where location != cancelled.Position.Location
             && batch.Position(cancelled.Position with { Location = location }).InTransit.TryGetValue(cancelled.Document, out var outstanding)
             && outstanding.Kind == SupplyKind.Transfer
           orderby location.Value
           select location,
    ];

    /// <summary>The movement with the number of kits that it states, where its SKU is or was one.</summary>
    private Movement Stated => movement switch
    {
        Sale sale when _kit is not null => KitSale.AsStated(sale, sale.Quantity),
        Return back when _kit is not null => KitSale.AsStated(back, back.Quantity),
        Correction { Quantity: { } kits } when kitAt is not null => KitSale.AsStated(movement, kits),
        _ => movement,
    };

    /// <summary>Prepacked kits first, which is what the movement's own event says, then components; all of it in one transaction.</summary>
    private async ValueTask MoveKit(LaneBatch batch, Kit kit, Instant now)
    {
        var parts = await Parts(batch, kit, now);
        if (parts.Count == 0)
        {
            Outcome = FractionalKit;
            return;
        }

        foreach (var part in parts)
        {
            var (happened, _) = await Decide(batch, part.Position, StockDecider.Fact(part, part.Position));
            var moved = part is Sale { Reservation: { } id, Quantity: > 0 } sale ? Ship(batch, sale, id, (StockSold)happened!, now) : happened!;
            if (part.Position == movement.Position)
            {
                await Append(batch, part.Position, moved, atDestination: null, now);
            }
            else
            {
                StockFact component = moved is StockSold sold ? sold with { Kit = kit.Sku.Value } : (StockReturned)moved with { Kit = kit.Sku.Value };
                batch.Append(part.Position, component, Guid.CreateVersion7(), movement: null, this);
            }
        }
    }

    /// <summary>What is moved at the kit's own position, then at those of its components; nothing where its quantity is no whole number.</summary>
    private async ValueTask<IReadOnlyList<Movement>> Parts(LaneBatch batch, Kit kit, Instant now)
    {
        if (Stated is Return back)
        {
            return IsWhole(back.Quantity) ? KitReturn.Parts(back, kit, await batch.History(back.Position, HistoryNeed.Everything)) : [];
        }

        var sale = (Sale)Stated;
        var named = sale.Reservation is { } reservation
            ? batch.Reservations(reservation).Where(one => sale.Channel is null || one.Channel == sale.Channel).ToList() : [];
        return IsWhole(sale.Quantity) ? KitSale.Parts(sale, kit, batch.Position(sale.Position), named, now) : [];
    }

    private static bool IsWhole(decimal kits) => decimal.Truncate(kits) == kits;

    private static MovementOutcome FractionalKit =>
        new(Commands.Outcome.Rejected, "fractional-unit", "A kit is moved whole: its quantity must be a whole number.", 0);

    /// <summary>A correction meets the whole history of the position; that of a transfer also that of the other end.</summary>
    private async ValueTask Correct(LaneBatch batch, Correction correction, MovementCorrected reported, Instant now)
    {
        var history = await batch.History(movement.Position, HistoryNeed.Everything);
        if (!history.Any(fact => fact is not StockAnnounced && fact.Source == reported.Source && fact.Id == reported.Corrects))
        {
            Outcome = Rejected(StockRefusal.UnknownMovement(correction.Corrects, movement.Position));
            return;
        }

        var original = History.Original(reported, history);
        var components = await ComponentsMoved(batch, reported, original);
        var (own, ofComponents) = (reported, reported with { AsStated = null });
        decimal? assembled = null;
        if (components.Count > 0 && correction.Quantity is { } kits)
        {
            if (!IsWhole(kits))
            {
                Outcome = FractionalKit;
                return;
            }

            if (components.Select(one => one.Units / one.PerKit).Distinct().Count() > 1)
            {
                Outcome = new MovementOutcome(
                    Commands.Outcome.Rejected, "invalid-line",
                    "declaration: the kit was set otherwise since; correct it as 'did-not-occur', and send it again with another id.", 0);
                return;
            }

            (var prepacked, assembled) = KitSale.Corrected(kits, original.Quantity);
            own = reported with { Quantity = prepacked };
        }

        var (happened, refusal) = StockDecider.Decide(batch.Position(movement.Position), own, history);
        if (refusal is not null)
        {
            Outcome = Rejected(refusal);
            return;
        }

        StockFact? atDestination = null;
        if (original is StockDispatched { To: not "" } dispatched)
        {
            Destination = movement.Position with { Location = LocationId.Parse(dispatched.To) };
            var reads = new ReadSet();
            reads.Positions.Add(Destination);
            await batch.Read(reads);
            var other = await batch.History(Destination, HistoryNeed.Everything);
            (atDestination, _) = StockDecider.Decide(batch.Position(Destination), reported, other);
        }

        await Append(batch, movement.Position, happened!, atDestination, now);
        foreach (var (at, perKit, _, facts) in components)
        {
            var right = assembled is { } many ? ofComponents with { Quantity = many * perKit } : ofComponents;
            if (StockDecider.Decide(batch.Position(at), right, facts).Happened is { } corrected)
            {
                batch.Append(at, corrected, Guid.CreateVersion7(), movement: null, this);
            }
        }
    }

    /// <summary>
    /// The components that were moved with a kit: how many one kit needs, how many were moved, and all facts of their positions; nothing where none was.
    /// </summary>
    private async ValueTask<List<(PositionKey At, decimal PerKit, decimal Units, IReadOnlyList<StockFact> History)>> ComponentsMoved(
        LaneBatch batch, MovementCorrected reported, StockFact original)
    {
        List<(PositionKey, decimal, decimal, IReadOnlyList<StockFact>)> components = [];
        if (original is not (StockSold or StockReturned) || kitAt?.Invoke(original.OccurredAt) is not { } kit)
        {
            return components;
        }

        var reads = new ReadSet();
        reads.Positions.UnionWith(KitSale.Components(kit, movement.Position.Location));
        await batch.Read(reads);
        foreach (var component in kit.Components)
        {
            var at = new PositionKey(component.Sku, movement.Position.Location);
            var history = await batch.History(at, HistoryNeed.Everything);
            if (history.Any(fact => fact.Source == reported.Source && fact.Id == reported.Corrects))
            {
                components.Add((at, component.Quantity, History.Original(reported, history).Quantity, history));
            }
        }

        return components;
    }

    /// <summary>The sale names a reservation: it ships what is held for it there, and an alert is raised for the rest.</summary>
    private StockSold Ship(LaneBatch batch, Sale sale, string id, StockSold happened, Instant now)
    {
        var named = batch.Reservations(id).Where(reservation => sale.Channel is null || reservation.Channel == sale.Channel);
        var sold = ReservationDecider.Sell(named, sale.Position, sale.Quantity, now);
        if (sold.Shipped < sale.Quantity)
        {
            batch.Findings.Add(NotHeld.By(sale, id, sold));
        }

        if (sold.After is not { } after)
        {
            return happened;
        }

        batch.Put(after);
        foreach (var (key, followed) in sold.Beside)
        {
            batch.Append(key, followed, Guid.CreateVersion7(), movement: null, this);
        }

        return happened with { Fulfilled = sold.Shipped, Channel = after.Channel.Value };
    }

    private PositionKey Destination { get; set; } = movement is Transfer transfer ? transfer.Destination : movement.Position;

    private async ValueTask Append(LaneBatch batch, PositionKey at, StockFact happened, StockFact? atDestination, Instant now)
    {
        var isConcerned = AllocateSupply.IsConcerned(batch.Position(at), happened)
            || (atDestination is not null && AllocateSupply.IsConcerned(batch.Position(Destination), atDestination));
        batch.Append(at, happened, _eventId, movement.Name, this);
        if (atDestination is not null)
        {
            batch.Append(Destination, atDestination, Guid.CreateVersion7(), movement: null, this);
        }

        if (isConcerned)
        {
            await AllocateSupply.Run(
                batch, at.Sku, atDestination is null ? [(happened, at.Location)] : [(happened, at.Location), (atDestination, Destination.Location)],
                planning, now, this);
        }

        Outcome = new MovementOutcome(happened.Absorbed ? Commands.Outcome.Absorbed : Commands.Outcome.Accepted, null, null, 0);
    }

    private static async ValueTask<(StockFact? Happened, StockRefusal? Refusal)> Decide(LaneBatch batch, PositionKey at, StockFact fact)
    {
        var position = batch.Position(at);
        return StockDecider.Decide(position, fact, await batch.History(at, StockDecider.Need(position, fact)));
    }

    /// <summary>
    /// What we have already recorded: by this very command, when the commit of an earlier attempt was in doubt and had been made; else a duplicate or a clash.
    /// </summary>
    private MovementOutcome Recognise(KnownMovement known, StockFact reported)
    {
        if (known.EventId == _eventId)
        {
            return new MovementOutcome(known.Fact!.Absorbed ? Commands.Outcome.Absorbed : Commands.Outcome.Accepted, null, null, known.Sequence);
        }

        return IsHere(known) && StockDecider.IsRepeat(known.Fact!, reported)
            ? new MovementOutcome(Commands.Outcome.Duplicate, null, null, known.Sequence)
            : Rejected(StockRefusal.MovementIdReused(movement.Name.Id));
    }

    /// <summary>Whether it was recorded at this position, or at that of the SKU which the name that it states meant then.</summary>
    private bool IsHere(KnownMovement known) => known.At == movement.Position
        || (known is { At: { } at, Fact: { } fact } && at.Location == movement.Position.Location
            && (fact.AsStated?.Sku ?? at.Sku.Value) == (movement.AsStated?.Sku ?? movement.Position.Sku.Value));

    private static MovementOutcome Rejected(StockRefusal refusal) => new(Commands.Outcome.Rejected, refusal.Code, refusal.Detail, 0);
}
