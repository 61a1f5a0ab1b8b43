namespace RetailSync.Inventory.Domain.Oversells;

/// <summary>What has to become better, so that it does not happen again.</summary>
public enum OversellCause
{
    /// <summary>The units were gone before the order was placed, and that was reported after it.</summary>
    LateTillEvent,

    /// <summary>We knew before the order was placed, and the channel did not yet.</summary>
    PublishDelay,

    /// <summary>Rules took back what had been promised, or keep units that are there.</summary>
    Rule,

    /// <summary>The books were wrong: units were found missing or unfit, although they had not been sold.</summary>
    Count,

    /// <summary>The channel sells by another quantity than the published one, or nothing could be published to it.</summary>
    Mapping,

    /// <summary>The units went to another buyer after the order was placed and before it was reported.</summary>
    LateOrder,

    /// <summary>None of these.</summary>
    Unexplained,
}

/// <summary>Why an order could not be filled.</summary>
public sealed record OversellVerdict(OversellCause Cause, string Why)
{
    /// <summary>
    /// The first hop that explains it. Within the promised time whatever took the units is to blame, since a number can never be with a channel at once;
    /// after it, that had not been published to the channel.
    /// </summary>
    public static OversellVerdict Of(OversellStory story)
    {
        if (story.HasNoName)
        {
            return new(OversellCause.Mapping, "The SKU has no mapping at the channel, so its quantity could not be published.");
        }

        if (story.Shows >= story.Requested && !(story.Acknowledged >= story.Requested))
        {
            return new(OversellCause.Mapping, "The channel showed more than it had acknowledged: its listing may be of another item.");
        }

        if (story.HasAgedOut)
        {
            return new(OversellCause.Unexplained, "The quantities that were to be published at that time are no longer kept.");
        }

        if (!story.WasEnough)
        {
            return new(OversellCause.Unexplained, "There never was a quantity to publish that is enough for the order.");
        }

        if (story.Fell?.AcknowledgedAt <= story.PlacedAt)
        {
            return new(OversellCause.Unexplained, "The channel had the lower number before the order was placed, and sold more.");
        }

        var isRule = story.Fell is { ByRule: true };
        if ((isRule ? story.Fell?.At : story.Taken?.RecordedAt) is not { } knownAt)
        {
            return story.Free >= story.Requested - story.Held
                ? new(OversellCause.Rule, "The units are there, and rules keep them from this order.")
                : new(OversellCause.Unexplained, "Nothing that was recorded took the units.");
        }

        if (story.PlacedAt - knownAt > story.Promise)
        {
            return new(OversellCause.PublishDelay, "The change was recorded, and not published to the channel within the promised time.");
        }

        return (isRule, story.Taken) switch
        {
            (true, _) => new(OversellCause.Rule, "Rules withdrew what had been published to the channel."),
            (_, { IsCount: true }) => new(OversellCause.Count, "The units were found missing or unfit: the books had been wrong."),
            _ when knownAt <= story.PlacedAt => new(OversellCause.PublishDelay, "The order was placed while the number was on its way to the channel."),
            (_, { } taken) when taken.OccurredAt <= story.PlacedAt =>
                new(OversellCause.LateTillEvent, "The units were gone before the order was placed, and that was reported after it."),
            _ => new(OversellCause.LateOrder, "The units went to another buyer after the order was placed and before it was reported."),
        };
    }
}
