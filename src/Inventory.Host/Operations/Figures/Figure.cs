namespace RetailSync.Inventory.Host.Operations.Figures;

/// <summary>A figure that is sampled each minute. Names are stored and never change.</summary>
/// <param name="Name">As <c>GET /v1/operations/series</c> takes it.</param>
/// <param name="Unit">What a value counts.</param>
/// <param name="Label">By what there is a series each: channel or host; null for one of the whole cluster.</param>
public sealed record Figure(string Name, string Unit, string? Label)
{
    public static readonly Figure ChannelLag = new("channel.lag", "seconds", "channel");
    public static readonly Figure ChannelWaiting = new("channel.waiting", "quantities", "channel");
    public static readonly Figure ChannelPublished = new("channel.published", "quantities", "channel");
    public static readonly Figure ChannelErrors = new("channel.errors", "dead letters", "channel");
    public static readonly Figure ChannelBudget = new("channel.budget", "calls", "channel");
    public static readonly Figure Holds = new("holds.open", "reservations", null);
    public static readonly Figure Quarantine = new("quarantine.open", "lines", null);
    public static readonly Figure LanesWaiting = new("lanes.waiting", "commands", "host");
    public static readonly Figure LanesCommit = new("lanes.commit", "seconds", "host");

    /// <summary>Every one, by name.</summary>
    public static readonly IReadOnlyList<Figure> All =
    [
        ChannelBudget, ChannelErrors, ChannelLag, ChannelPublished, ChannelWaiting, Holds, LanesCommit, LanesWaiting, Quarantine,
    ];

    /// <param name="of">Which channel or host; null where there is one series only.</param>
    public Sample Of(decimal value, string? of = null) => new(Name, of is null ? "" : $"{Label}={of}", value);
}

/// <param name="Labels"><c>channel=web</c>, or empty.</param>
public readonly record struct Sample(string Name, string Labels, decimal Value);
