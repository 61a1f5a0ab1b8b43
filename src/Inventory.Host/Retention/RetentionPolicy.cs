namespace RetailSync.Inventory.Host.Retention;

/// <summary>
/// For how many days each class of data is kept once nothing of it is open any more; 0 keeps it for ever. Events, and with them reservations, rules, chains and checkpoints, are kept for ever:
/// they are what everything else can be made from. Section <c>Retention</c> of the configuration.
/// </summary>
public sealed record RetentionPolicy
{
    public const string Section = "Retention";

    private const int Longest = 36_500;

    /// <summary>Quarantined lines after they were replayed or dismissed.</summary>
    public int QuarantineDays { get; init; } = 90;

    /// <summary>Numbers in the feeds of channels that newer ones of the same SKU have taken the place of.</summary>
    public int PublicationDays { get; init; } = 90;

    /// <summary>What channels were found to show instead of what they had been told.</summary>
    public int ChannelDriftDays { get; init; } = 90;

    /// <summary>Reconciliations of which no drift waits for a person. A year and more, since their accuracy can be asked for that long.</summary>
    public int ReconciliationDays { get; init; } = 400;

    /// <summary>Alerts after they were resolved.</summary>
    public int AlertDays { get; init; } = 90;

    /// <summary>Messages of ours that could not be handled, after they were set aside.</summary>
    public int DeadLetterDays { get; init; } = 30;

    /// <exception cref="InvalidOperationException">A number of days is none.</exception>
    public static RetentionPolicy Of(IConfiguration configuration)
    {
        var policy = configuration.GetSection(Section).Get<RetentionPolicy>() ?? new RetentionPolicy();
        foreach (var (name, days) in new[]
        {
            (nameof(QuarantineDays), policy.QuarantineDays), (nameof(PublicationDays), policy.PublicationDays), (nameof(ChannelDriftDays), policy.ChannelDriftDays),
            (nameof(ReconciliationDays), policy.ReconciliationDays), (nameof(AlertDays), policy.AlertDays), (nameof(DeadLetterDays), policy.DeadLetterDays),
        })
        {
            if (days is < 0 or > Longest)
            {
                throw new InvalidOperationException($"{Section}:{name} must be 0 to {Longest} days; 0 keeps for ever.");
            }
        }

        return policy;
    }
}
