using RetailSync.Cli.SampleDay;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Host.Tests.Reconciliation;

/// <summary>What was planted, as a comparison should name it.</summary>
public sealed record PlantedCause(DriftCause Cause, string? Document, PositionKey Position, DriftField Field, decimal Quantity);

/// <summary>An order that we keep units for although it was cancelled.</summary>
public sealed record PlantedOrder(string Id, PositionKey Position, decimal Quantity);

/// <summary>
/// A trading day as two systems have it: another one that has everything right, and us, with every known cause of a difference planted once, each at SKUs of
/// its own. What comes of comparing the two is known beforehand.
/// </summary>
public sealed class PlantedDay
{
    private readonly List<Movement> _clean;
    private readonly List<Movement> _ours;
    private readonly List<PlantedCause> _causes = [];
    private readonly HashSet<Sku> _used = [];
    private readonly Dictionary<PositionKey, Instant> _counted;
    private readonly HashSet<MovementId> _corrected;

    /// <param name="day">The day, its faults left to <see cref="Ours"/>.</param>
    /// <param name="takenAt">When the other system counts: after the end of the day, and after the orders are held here.</param>
    public PlantedDay(TradingDay day, Instant takenAt)
    {
        TakenAt = takenAt;
        _clean = [.. day.Movements().DistinctBy(movement => movement.Name)];
        _ours = [.. _clean];
        _counted = _clean.OfType<Count>().GroupBy(count => count.Position).ToDictionary(counts => counts.Key, counts => counts.Max(count => count.OccurredAt));
        _corrected = [.. _clean.OfType<Correction>().Select(correction => correction.Corrected)];
        Orders = [PlantLostRelease()];
        PlantMissing();
        PlantDuplicate();
        PlantMisTimed();
        PlantWrongQuantity();
        PlantWrongLocation();
        var stolen = PlantUnexplained();
        Counts = [.. Truth().Select(
            position => stolen.Position == position.Position ? position with { OnHand = position.OnHand - stolen.Quantity } : position)];
        Documents = [.. _clean.Select(Document).OfType<TheirDocument>(),
            .. Orders.Select(order => new TheirDocument(order.Id, "cancellation", order.Position, order.Quantity, takenAt))];
    }

    public Instant TakenAt { get; }

    /// <summary>What is sent to us, in its order.</summary>
    public IReadOnlyList<Movement> Ours => _ours;

    /// <summary>What is to be held here before <see cref="TakenAt"/>.</summary>
    public IReadOnlyList<PlantedOrder> Orders { get; }

    public IReadOnlyList<TheirCount> Counts { get; }

    public IReadOnlyList<TheirDocument> Documents { get; }

    public IReadOnlyList<PlantedCause> Causes => _causes;

    private void PlantMissing()
    {
        var sale = TakeSale();
        _ours.Remove(sale);
        Plant(DriftCause.MissingMovement, sale, sale.Quantity);
    }

    private void PlantDuplicate()
    {
        var receipt = Take<Receipt>(receipt => receipt is { Document: not null, Status: null });
        _ours.Add(receipt with { Name = receipt.Name with { Id = $"{receipt.Name.Id}-again" } });
        Plant(DriftCause.DuplicateMovement, receipt, receipt.Quantity);
    }

    /// <summary>By a till's wrong clock it happened before the morning's count.</summary>
    private void PlantMisTimed()
    {
        var sale = TakeSale();
        Replace(sale, sale with { OccurredAt = _counted[sale.Position] - Duration.FromMinutes(30) });
        Plant(DriftCause.MisTimedMovement, sale, sale.Quantity);
    }

    private void PlantWrongQuantity()
    {
        var sale = TakeSale();
        Replace(sale, sale with { Quantity = sale.Quantity + 7 });
        Plant(DriftCause.WrongQuantity, sale, -7);
    }

    private void PlantWrongLocation()
    {
        var sale = Take<Sale>(sale => IsPlain(sale) && Elsewhere(sale) is not null);
        var wrong = Elsewhere(sale)!.Value;
        Replace(sale, sale with { Position = wrong });
        Plant(DriftCause.WrongLocation, sale, sale.Quantity);
        Plant(DriftCause.WrongLocation, sale with { Position = wrong }, -sale.Quantity);
    }

    private PlantedOrder PlantLostRelease()
    {
        var sale = TakeSale();
        var order = new PlantedOrder("order-that-was-cancelled", sale.Position, 1);
        _causes.Add(new PlantedCause(DriftCause.LostRelease, order.Id, order.Position, DriftField.Reserved, order.Quantity));
        return order;
    }

    /// <summary>They have fewer than any document says.</summary>
    private (PositionKey Position, decimal Quantity) PlantUnexplained()
    {
        var sale = TakeSale();
        const decimal stolen = 1.0625m; // no movement of the day is of that quantity
        _causes.Add(new PlantedCause(DriftCause.Unexplained, null, sale.Position, DriftField.OnHand, stolen));
        return (sale.Position, stolen);
    }

    private void Plant(DriftCause cause, Movement movement, decimal quantity) =>
        _causes.Add(new PlantedCause(cause, movement.Document, movement.Position, DriftField.OnHand, quantity));

    private void Replace(Movement right, Movement wrong) => _ours[_ours.IndexOf(right)] = wrong;

    private Sale TakeSale() => Take<Sale>(IsPlain);

    /// <summary>
    /// The first that fits, of a SKU that nothing was planted at, after the last count of its position, and the only line of its document there.
    /// </summary>
    private T Take<T>(Func<T, bool> fits)
        where T : Movement
    {
        var lines = _clean.CountBy(movement => (movement.Document, movement.Position)).ToDictionary();
        var taken = _clean.OfType<T>().First(movement =>
            !_used.Contains(movement.Position.Sku) && !_corrected.Contains(movement.Name) && _counted.TryGetValue(movement.Position, out var counted)
            && movement.OccurredAt > counted && lines[(movement.Document, movement.Position)] == 1 && fits(movement));
        _used.Add(taken.Position.Sku);
        return taken;
    }

    private static bool IsPlain(Sale sale) => sale is { Document: not null, Reservation: null };

    /// <summary>Another location with that SKU, whose last count is older.</summary>
    private PositionKey? Elsewhere(Sale sale) => _counted
        .Where(counted => counted.Key.Sku == sale.Position.Sku && counted.Key != sale.Position && counted.Value < sale.OccurredAt)
        .OrderBy(counted => counted.Key.Location.Value, StringComparer.Ordinal)
        .Select(counted => (PositionKey?)counted.Key)
        .FirstOrDefault();

    /// <summary>What is really there, as the domain folds it.</summary>
    private IEnumerable<TheirCount> Truth()
    {
        var facts = new Dictionary<PositionKey, List<RecordedEvent>>();
        foreach (var movement in _clean)
        {
            Add(movement.Position, movement);
            if (movement is Transfer transfer)
            {
                Add(transfer.Destination, movement);
            }
        }

        foreach (var (position, events) in facts)
        {
            var there = PositionAsOf.Of(events, TakenAt, Knowledge.Now);
            yield return new TheirCount(position, there.OnHand, there.Unsellable, Reserved: 0);
        }

        void Add(PositionKey position, Movement movement)
        {
            if (!facts.TryGetValue(position, out var events))
            {
                facts[position] = events = [];
            }

            events.Add(new RecordedEvent(movement.OccurredAt, StockDecider.Fact(movement, position)));
        }
    }

    /// <summary>As it was corrected, if it was: they have no wrong line in their books.</summary>
    private TheirDocument? Document(Movement movement)
    {
        if (!_corrected.Contains(movement.Name))
        {
            return TheirDocument.Of(movement);
        }

        var right = _clean.OfType<Correction>().Last(correction => correction.Corrected == movement.Name).Quantity;
        return right is { } quantity && TheirDocument.Of(movement) is { } document ? document with { Quantity = quantity } : null;
    }
}
