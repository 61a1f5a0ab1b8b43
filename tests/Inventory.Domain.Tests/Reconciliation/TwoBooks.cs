using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Domain.Tests.Stock;
using static RetailSync.Inventory.Domain.Tests.Stock.Shop;

namespace RetailSync.Inventory.Domain.Tests.Reconciliation;

/// <summary>
/// Our book and another system's, of one SKU, in memory. The comparison is taken at minute 300; each movement is recorded a second after it happened, unless it
/// is late.
/// </summary>
internal sealed class TwoBooks
{
    public const int Taken = 300;

    private readonly PositionsInMemory _stock = new();
    private readonly Dictionary<PositionKey, List<RecordedEvent>> _ours = [];
    private readonly List<TheirCount> _counts = [];
    private readonly List<TheirDocument> _documents = [];
    private int _made;

    public Duration Grace { get; set; }

    /// <summary>Our movements of another SKU's or an uncompared location, by document.</summary>
    public List<(string Document, LocationId Location)> Elsewhere { get; } = [];

    public TwoBooks Ours(params IEnumerable<Movement> movements)
    {
        foreach (var movement in movements)
        {
            var before = Ends(movement).ToDictionary(end => end, end => _stock.Stream(end).Count);
            _stock.Record(movement);
            foreach (var (end, count) in before)
            {
                Stream(end).AddRange(_stock.Stream(end).Skip(count)
                    .Select(happened => new RecordedEvent(movement.OccurredAt + Duration.FromSeconds(1), happened)));
            }
        }

        return this;
    }

    /// <summary>What happened to a reservation at the shelf.</summary>
    public TwoBooks Ours(int minute, ReservationEvent happened)
    {
        Stream(Shelf).Add(new RecordedEvent(At(minute), happened));
        return this;
    }

    public TwoBooks Holds(string order, int minute, decimal quantity, int lastsTo = 10_000) =>
        Ours(minute, new StockReserved(order, quantity, "web", At(lastsTo)));

    public TwoBooks Releases(string order, int minute, decimal quantity) => Ours(minute, new ReservationReleased(order, -quantity));

    /// <summary>Theirs, with a document of the same book for each.</summary>
    public TwoBooks Theirs(string document, string type, int minute, decimal quantity, PositionKey? at = null, string? status = null)
    {
        _documents.Add(new TheirDocument(document, type, at ?? Shelf, quantity, At(minute), status));
        return this;
    }

    public TwoBooks Counted(decimal? onHand, decimal? reserved = null, PositionKey? at = null,
        params IReadOnlyList<(string Status, decimal Quantity)> unsellable)
    {
        _counts.Add(new TheirCount(at ?? Shelf, onHand, unsellable.ToDictionary(status => status.Status, status => status.Quantity), reserved));
        return this;
    }

    public IReadOnlyList<Drift> Compare()
    {
        var books = new SkuBooks(
            [.. _counts.Select(count => new ComparedPosition(count, Stream(count.Position)))], _documents, Elsewhere.ToLookup(
                booked => booked.Document, booked => booked.Location));
        Instant? from = _documents.Count == 0 ? null : _documents.Min(document => document.OccurredAt);
        return CompareSku.Compare(books, new ComparisonTerms(At(Taken), Grace, from));
    }

    /// <summary>As a person would write it down: <c>S001 onHand +2: missing-movement S-9 +2</c>.</summary>
    public IReadOnlyList<string> Summary() =>
    [
        .. Compare().Select(drift => FormattableString.Invariant(
            $"{drift.Position.Location} {drift.Field} {drift.Difference:+0.##;-0.##}: {string.Join(", ", drift.Attribution.Select(Summary))}")),
    ];

    public Sale Sale(int minute, decimal quantity, string? document = null, PositionKey? at = null) =>
        new(NewId(), at ?? Shelf, At(minute), document, quantity, null);

    public Receipt Receipt(int minute, decimal quantity, string? document = null, string? status = null, PositionKey? at = null) =>
        new(NewId(), at ?? Shelf, At(minute), document, quantity, status);

    public Count Count(int minute, decimal quantity, PositionKey? at = null) => new(NewId(), at ?? Shelf, At(minute), null, quantity);

    private MovementId NewId() => new("wms", FormattableString.Invariant($"m{++_made}"));

    private static string Summary(Attribution part) => FormattableString.Invariant($"{Word(part.Cause)} {part.Document ?? "-"} {part.Quantity:+0.##;-0.##}");

    private static string Word(DriftCause cause) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(cause.ToString());

    private List<RecordedEvent> Stream(PositionKey key)
    {
        if (!_ours.TryGetValue(key, out var stream))
        {
            _ours[key] = stream = [];
        }

        return stream;
    }

    private static IEnumerable<PositionKey> Ends(Movement movement) => movement is Transfer transfer
        ? [movement.Position, transfer.Destination] : [movement.Position];
}
