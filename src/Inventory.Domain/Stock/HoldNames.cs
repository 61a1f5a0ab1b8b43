namespace RetailSync.Inventory.Domain.Stock;

/// <summary>
/// Names the reservations of a history. Events that older builds stored do not say whose reservation they are about: an id was of one
/// channel only then. All of those come before any that says it, so such an event is about the first reservation of its id in the history.
/// </summary>
internal sealed class HoldNames
{
    private readonly Dictionary<string, string?> _first = [];

    /// <param name="channel">What the event says; null when it says nothing.</param>
    /// <returns>The same for all events of one reservation, and for no other reservation's.</returns>
    public (string? Channel, string Id) Of(string? channel, string id)
    {
        if (!_first.TryGetValue(id, out var first) || first is null)
        {
            _first[id] = first = channel;
        }

        return (channel ?? first, id);
    }
}
