using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Tests.Stock;

/// <summary>
/// Streams in memory, written as the lane writes them: decide, append, evolve. No host and no database. It gives the decider exactly
/// the history that it asks for, so a rule that asks for too little is found out.
/// </summary>
internal sealed class PositionsInMemory
{
    public static readonly Instant Morning = Instant.FromUtc(2026, 11, 23, 8, 0);

    private readonly Dictionary<PositionKey, List<StockEvent>> _streams = [];
    private readonly Dictionary<PositionKey, StockPosition> _positions = [];
    private readonly Dictionary<MovementId, StockFact> _recorded = [];

    public StockPosition this[PositionKey key] => _positions.GetValueOrDefault(key, StockPosition.Empty);

    public IReadOnlyList<StockEvent> Stream(PositionKey key) => _streams.GetValueOrDefault(key, []);

    public string Record(Movement movement)
    {
        var reported = StockDecider.Fact(movement, movement.Position);
        if (_recorded.TryGetValue(movement.Name, out var known))
        {
            return StockDecider.IsRepeat(known, reported) ? "duplicate" : "movement-id-reused";
        }

        var ends = new List<PositionKey> { movement.Position };
        if (movement is Transfer transfer)
        {
            ends.Add(transfer.Destination);
        }

        if (movement is TransferCancelled { To: { } to })
        {
            ends.Add(movement.Position with { Location = to });
        }

        if (movement is Correction correction)
        {
            var facts = Facts(movement.Position);
            if (!facts.Any(fact => fact.Source == correction.Name.Source && fact.Id == correction.Corrects))
            {
                return "unknown-movement";
            }

            if (History.Original((MovementCorrected)reported, facts) is StockDispatched dispatched)
            {
                ends.Add(movement.Position with { Location = LocationId.Parse(dispatched.To) });
            }
        }

        foreach (var end in ends)
        {
            var fact = StockDecider.Fact(movement, end);
            var position = this[end];
            var (happened, refusal) = StockDecider.Decide(position, fact, Asked(end, StockDecider.Need(position, fact)));
            if (refusal is not null)
            {
                return refusal.Code;
            }

            Append(end, happened!);
            _recorded.TryAdd(movement.Name, happened!);
        }

        return _recorded[movement.Name].Absorbed ? "absorbed" : "accepted";
    }

    /// <summary>What happened to a reservation, decided elsewhere.</summary>
    public void Append(PositionKey key, StockEvent happened)
    {
        if (!_streams.TryGetValue(key, out var stream))
        {
            _streams[key] = stream = [];
        }

        stream.Add(happened);
        _positions[key] = StockPosition.Evolve(this[key], happened);
    }

    /// <summary>Units of a reservation leave: a fact like any other.</summary>
    public void Ship(PositionKey key, StockFact shipped) =>
        Append(key, StockDecider.Decide(this[key], shipped, Asked(key, StockDecider.Need(this[key], shipped))).Happened!);

    private List<StockFact> Facts(PositionKey key) => [.. Stream(key).OfType<StockFact>()];

    private IReadOnlyList<StockFact> Asked(PositionKey key, HistoryNeed need) => need switch
    {
        { Whole: true } => Facts(key),
        { Since: { } since } => [.. Facts(key).Where(fact => fact.OccurredAt >= since)],
        _ => [],
    };
}

/// <summary>A shop's vocabulary: movements of one SKU at S001, an id each, minutes after the morning.</summary>
internal static class Shop
{
    public static readonly PositionKey Shelf = new(Sku.Parse("85123A"), LocationId.Parse("S001"));
    public static readonly PositionKey OtherShelf = Shelf with { Location = LocationId.Parse("S002") };

    public static Instant At(int minute) => PositionsInMemory.Morning + Duration.FromMinutes(minute);

    public static Receipt Receipt(string id, int minute, decimal quantity, string? document = null, string? status = null) =>
        new(new MovementId("wms", id), Shelf, At(minute), document, quantity, status);

    public static Sale Sale(string id, int minute, decimal quantity) => new(new MovementId("wms", id), Shelf, At(minute), null, quantity, null);

    public static Return Return(string id, int minute, decimal quantity, string? status = null) =>
        new(new MovementId("wms", id), Shelf, At(minute), null, quantity, status);

    public static Adjustment Adjustment(string id, int minute, decimal quantity) => new(new MovementId("wms", id), Shelf, At(minute), null, quantity, "found");

    public static Count Count(string id, int minute, decimal quantity) => new(new MovementId("wms", id), Shelf, At(minute), null, quantity);

    public static StatusChange Status(string id, int minute, decimal quantity, string? from, string? to) =>
        new(new MovementId("wms", id), Shelf, At(minute), null, quantity, from, to);

    public static Expected Expected(string id, int minute, decimal quantity, string document = "po-1") =>
        new(new MovementId("wms", id), Shelf, At(minute), document, quantity, new LocalDate(2026, 11, 25), SupplyKind.PurchaseOrder, 0.9m);

    public static Transfer Transfer(string id, int minute, decimal quantity, string document = "t-1") =>
        new(new MovementId("wms", id), Shelf, At(minute), document, quantity, OtherShelf.Location, new LocalDate(2026, 11, 24));

    public static Correction DidNotOccur(string id, string corrects) => new(new MovementId("wms", id), Shelf, At(600), null, corrects, null);

    public static Correction Incorrect(string id, string corrects, decimal right) => new(new MovementId("wms", id), Shelf, At(600), null, corrects, right);
}
