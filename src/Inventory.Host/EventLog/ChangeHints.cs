namespace RetailSync.Inventory.Host.EventLog;

/// <summary>Says that something has changed, for those who show it: never what it is now, which has to be read.</summary>
/// <param name="Topic">What kind of thing.</param>
/// <param name="Id">Which one; null where it may be any of the topic.</param>
/// <param name="Sequence">An event that a reader has to have seen, for <c>?minSequence=</c>.</param>
/// <param name="Channel">The channel that may see it; null where it is no channel's.</param>
/// <param name="Location">The location whose store may see it; null where it is at none.</param>
public readonly record struct ChangeHint(string Topic, string? Id, long Sequence, string? Channel = null, string? Location = null)
{
    public const string Position = "position";
    public const string Reservation = "reservation";
    public const string Rule = "rule";
    public const string Channels = "channel";
    public const string Alert = "alert";
    public const string Reconciliation = "reconciliation";
    public const string Quarantine = "quarantine";

    public static readonly IReadOnlyList<string> Topics = [Alert, Channels, Position, Quarantine, Reconciliation, Reservation, Rule];
}

/// <summary>Where changes are announced that this host commits or follows. While nobody listens it costs a comparison. For many threads.</summary>
public sealed class ChangeHints
{
    private Action<ChangeHint>? _listener;

    /// <summary>Whether anybody listens: hints need not be made otherwise.</summary>
    public bool AreRead => Volatile.Read(ref _listener) is not null;

    public void Raise(ChangeHint hint) => Volatile.Read(ref _listener)?.Invoke(hint);

    /// <param name="listener">Returns at once, from any thread; null ends it.</param>
    public void ReadBy(Action<ChangeHint>? listener) => Volatile.Write(ref _listener, listener);
}
