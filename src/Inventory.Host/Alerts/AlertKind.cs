namespace RetailSync.Inventory.Host.Alerts;

/// <summary>What can be wrong, and how much it hurts the business.</summary>
/// <param name="Name">The word for it.</param>
/// <param name="Severity">One of <see cref="Severities"/>.</param>
public sealed record AlertKind(string Name, string Severity)
{
    /// <summary>Orders that were accepted cannot be filled.</summary>
    public const string Critical = "critical";

    /// <summary>A number that channels promise by is probably wrong.</summary>
    public const string High = "high";

    /// <summary>What was planned does not happen.</summary>
    public const string Medium = "medium";

    /// <summary>Something has no effect.</summary>
    public const string Low = "low";

    /// <summary>Worst first.</summary>
    public static readonly string[] Severities = [Critical, High, Medium, Low];

    public static readonly AlertKind ReservedAboveOnHand = new("reserved-above-on-hand", Critical);
    public static readonly AlertKind PositionBelowZero = new("position-below-zero", High);
    public static readonly AlertKind StatusBelowZero = new("status-below-zero", High);
    public static readonly AlertKind ReservedDiffers = new("reserved-differs", High);
    public static readonly AlertKind HistoryDiffers = new("history-differs", Critical);
    public static readonly AlertKind CheckpointDiffers = new("checkpoint-differs", Critical);
    public static readonly AlertKind CheckpointNotPushed = new("checkpoint-not-pushed", High);
    public static readonly AlertKind OrderOversold = new("order-oversold", Critical);
    public static readonly AlertKind PromiseAtRisk = new("promise-at-risk", High);
    public static readonly AlertKind SaleNotHeld = new("sale-not-held", High);
    public static readonly AlertKind PublishingFails = new("channel-not-told", High);
    public static readonly AlertKind ChannelBehind = new("channel-behind", High);
    public static readonly AlertKind PublicationSetAside = new("publication-set-aside", High);
    public static readonly AlertKind MessageSetAside = new("message-set-aside", High);
    public static readonly AlertKind SkuNotMapped = new("sku-not-mapped", Medium);
    public static readonly AlertKind LocationNotMapped = new("location-not-mapped", Medium);
    public static readonly AlertKind ClockOff = new("clock-off", High);
    public static readonly AlertKind BrokerAway = new("broker-away", High);
    public static readonly AlertKind WorkNotAssigned = new("work-not-assigned", High);
    public static readonly AlertKind RingFenceAboveStock = new("ring-fence-above-stock", Medium);
    public static readonly AlertKind FollowersHeldBack = new("followers-held-back", Medium);
    public static readonly AlertKind ChannelHoldsMost = new("channel-holds-most", Medium);
    public static readonly AlertKind NotCollected = new("not-collected", Medium);
    public static readonly AlertKind RepeatedDrift = new("repeated-drift", Medium);
    public static readonly AlertKind VendorVersion = new("vendor-version", Medium);
    public static readonly AlertKind RuleMatchesNothing = new("rule-matches-nothing", Low);

    /// <summary>Every kind, worst first.</summary>
    public static readonly IReadOnlyList<AlertKind> All =
    [
        .. from field in typeof(AlertKind).GetFields()
           where field.FieldType == typeof(AlertKind)
           let kind = (AlertKind)field.GetValue(null)!
           orderby Array.IndexOf(Severities, kind.Severity), kind.Name
           select kind,
    ];
}
