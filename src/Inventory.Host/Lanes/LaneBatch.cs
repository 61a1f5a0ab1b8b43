using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <param name="Key">The position, whose stream it goes into.</param>
/// <param name="Version">Its place in the stream, from 1.</param>
/// <param name="Happened">What happened.</param>
/// <param name="EventId">Fixed for the command, so that an attempt whose commit was in doubt can be recognised.</param>
/// <param name="Movement">The source's id, when it is to be remembered with this event.</param>
/// <param name="Cause">The command that it follows from.</param>
internal sealed record PendingEvent(PositionKey Key, long Version, StockEvent Happened, Guid EventId, MovementId? Movement, LaneCommand Cause);

/// <summary>
/// The working state of one attempt: positions as the commands so far leave them, and the events to append. Nothing of it is true for
/// anybody else before the commit.
/// </summary>
internal sealed class LaneBatch(LaneStore store, PositionCache cache, IReadOnlyDictionary<MovementId, KnownMovement> recorded)
{
    private readonly Dictionary<PositionKey, StockPosition> _positions = [];
    private readonly Dictionary<MovementId, KnownMovement> _pending = [];

    public List<PendingEvent> Events { get; } = [];

    /// <summary>The positions that were changed, as they are after the batch.</summary>
    public IReadOnlyDictionary<PositionKey, StockPosition> Changed => _positions;

    public StockPosition Position(PositionKey key) => _positions.TryGetValue(key, out var position) ? position : cache[key];

    public bool IsKnown(MovementId name, out KnownMovement known) => _pending.TryGetValue(name, out known) || recorded.TryGetValue(name, out known);

    /// <summary>What was recorded at the position, as far as <paramref name="need"/> asks, with what this batch appends to it.</summary>
    /// <exception cref="LaneConflictException">The store knows more of this position than we do.</exception>
    public async ValueTask<IReadOnlyList<StockFact>> History(PositionKey key, HistoryNeed need)
    {
        if (need.IsNothing)
        {
            return [];
        }

        var pending = Events.Where(pending => pending.Key == key).ToList();
        var (facts, version) = await store.ReadHistory(key, need);
        if (version + pending.Count != Position(key).Version)
        {
            throw new LaneConflictException($"The stream of {key} is at version {version}.");
        }

        return [.. facts, .. pending.Select(pending => pending.Happened).OfType<StockFact>()];
    }

    /// <summary>Reads positions that no <see cref="LaneCommand.Ask"/> could name.</summary>
    public async ValueTask Load(PositionKey key)
    {
        if (!cache.Has(key))
        {
            await store.ReadPositions([key], cache);
        }
    }

    public void Append(PositionKey key, StockEvent happened, Guid eventId, MovementId? movement, LaneCommand cause)
    {
        var position = StockPosition.Evolve(Position(key), happened);
        _positions[key] = position;
        Events.Add(new PendingEvent(key, position.Version, happened, eventId, movement, cause));
        if (movement is { } name)
        {
            _pending.Add(name, new KnownMovement(eventId, key, (StockFact)happened, Sequence: 0));
        }
    }
}
