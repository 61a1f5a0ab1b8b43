using NodaTime;
using RetailSync.Channels;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>Decides when a channel is read back: page by page, once in an interval that its settings can say, and within its rate limit.</summary>
public sealed class ScheduledReadBack(ReadBack readBack, CallBudget budget, IClock clock)
{
    private static readonly Duration PauseAfterFailure = Duration.FromMinutes(1);

    /// <summary>Reads one page back from the channel, when that is due.</summary>
    /// <param name="channel">The channel, which has nothing to publish and may be called.</param>
    /// <param name="locations">The number of its mapped locations.</param>
    public async Task ReadPage(OpenChannel channel, IChannel adapter, int locations, CancellationToken stopping)
    {
        var atMost = adapter.MaxReadBackSizeAt(locations);
        if (atMost == 0 || clock.GetCurrentInstant() < channel.ReadBackDueAt)
        {
            return;
        }

        var settings = AdapterSettings.Parse(channel.Channel.Settings);
        var interval = Duration.FromMinutes(settings.Whole("readBackMinutes", otherwise: 60, least: 1, most: 10_080));
        channel.ReadBackDueAt ??= clock.GetCurrentInstant() + interval;
        if (clock.GetCurrentInstant() < channel.ReadBackDueAt
            || (CallBudget.RateOf(channel.Channel, adapter) is { } rate && await budget.Take(channel.Id.Value, rate, stopping) > Duration.Zero))
        {
            return;
        }

        (channel.ReadBackUpTo, var shown) = await readBack.Compare(
            channel.Id, adapter, Adapters.NeedingMapping.Contains(channel.Channel.Adapter), atMost, channel.ReadBackUpTo ?? "",
            settings.OptionalText("readBack") == "repair", stopping);
        if (shown is not null)
        {
            await budget.Charge(channel.Id, shown.Calls, shown.RetryAfter, stopping);
        }

        // A read-back that failed is resumed soon, at the same page.
        if (channel.ReadBackUpTo is null || shown is { Failed: true })
        {
            channel.ReadBackDueAt = clock.GetCurrentInstant() + (shown is { Failed: true } ? Duration.Min(interval, PauseAfterFailure) : interval);
        }
    }
}
