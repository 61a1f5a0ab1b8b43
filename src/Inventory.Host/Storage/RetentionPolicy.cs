using NodaTime;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>
/// For how many days each class of data is kept once nothing of it is open any more; 0 keeps it for ever. Events, and with them reservations, rules, chains and
/// checkpoints, are kept for ever: they are what everything else can be made from; those of closed years only move, into the archive. Section <c>Retention</c>
/// of the configuration.
/// </summary>
[Section("Retention")]
public sealed record RetentionPolicy
{
    private const int Longest = 36_500;
    private const int MostYears = 100;

    /// <summary>Quarantined lines after they were replayed or dismissed.</summary>
    [Setting("days", 0, Longest)]
    public int QuarantineDays { get; init; } = 90;

    /// <summary>
    /// What was sent of documents, with the outcome of each. Until then a document that replaces or cancels one finds the lines that it does not name.
    /// </summary>
    [Setting("days", 0, Longest)]
    public int DocumentDays { get; init; } = 400;

    /// <summary>Numbers in the feeds of channels that newer ones of the same SKU have taken the place of.</summary>
    [Setting("days", 0, Longest)]
    public int PublicationDays { get; init; } = 90;

    /// <summary>Drifts of channels: read-back quantities that differed from acknowledged ones.</summary>
    [Setting("days", 0, Longest)]
    public int ChannelDriftDays { get; init; } = 90;

    /// <summary>Reconciliations of which no drift waits for a person. A year and more, since their accuracy can be asked for that long.</summary>
    [Setting("days", 0, Longest)]
    public int ReconciliationDays { get; init; } = 400;

    /// <summary>Alerts after they were resolved.</summary>
    [Setting("days", 0, Longest)]
    public int AlertDays { get; init; } = 90;

    /// <summary>Dead letters: messages of ours that could not be handled.</summary>
    [Setting("days", 0, Longest)]
    public int DeadLetterDays { get; init; } = 30;

    /// <summary>
    /// How many whole years, in UTC and by recording, have to be over after a year before its events are archived: with 1, those of 2026 are from the first
    /// instant of 2028 on. 0 leaves every event where it is.
    /// </summary>
    [Setting("years", 0, MostYears)]
    public int ArchiveAfterYears { get; init; }

    /// <summary>What was recorded before this belongs into the archive; null when nothing does.</summary>
    public Instant? ArchivedBefore(Instant now) => ArchiveAfterYears == 0 ? null : Instant.FromUtc(now.InUtc().Year - ArchiveAfterYears, 1, 1, 0, 0);

    /// <summary>Dead letters from before this are deleted.</summary>
    public Instant DeadLettersSince(Instant now) => DeadLetterDays == 0 ? Instant.MinValue : now - Duration.FromDays(DeadLetterDays);
}
