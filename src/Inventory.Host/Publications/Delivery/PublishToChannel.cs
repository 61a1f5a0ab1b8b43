using NodaTime;
using RetailSync.Channels;
using RetailSync.Channels.Promises;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Publications.PromiseChanges;
using Wolverine.Attributes;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>One round of publishing to a channel: publishes what is due and within its rate limit, or else reads a page back from the channel.</summary>
public sealed record PublishToChannel(string Channel);

/// <param name="Rest">The pause before the next round.</param>
/// <param name="MayEndEarly">Whether new quantities end that pause.</param>
public sealed record PublishingRound(TimeSpan Rest, bool MayEndEarly = false);

/// <summary>It waits for the rate limit first and reads the quantities after that, so that a quantity that changed a hundred times is published once.</summary>
[MessageTimeout(LongestRoundSeconds)]
[WolverineLogging( // ten rounds a second, most of them empty; failures are logged by the publisher
    telemetryEnabled: false, successLogLevel: LogLevel.None, executionLogLevel: LogLevel.None, FailureLogLevel = LogLevel.Debug)]
public sealed class PublishToChannelHandler(
    OpenChannels channels, PublicationQueue queue, BatchPublisher batches, ScheduledReadBack readBacks, CallBudget budget, VendorNoticeTable vendorNotices,
    PublishPromises promises, IClock clock)
{
    /// <summary>The timeout of a round. Adapters have a timeout for each call; this one is for rounds of many calls.</summary>
    private const int LongestRoundSeconds = 600;

    /// <summary>A publication that failed this often in a batch is retried alone: it may be the reason why the batch fails.</summary>
    private const int AttemptsInBatch = 2;

    private static readonly PublishingRound AtOnce = new(TimeSpan.Zero);

    /// <summary>The polling interval in which changes that another host detected are found.</summary>
    private static readonly PublishingRound Idle = new(TimeSpan.FromMilliseconds(100), MayEndEarly: true);

    private static readonly PublishingRound NothingToDo = new(TimeSpan.FromSeconds(1));
    private static readonly Duration LongestWait = Duration.FromSeconds(1);

    public async Task<PublishingRound> Handle(PublishToChannel message, CancellationToken stopping)
    {
        if (await channels.Get(message.Channel, stopping) is not { IsNotReady: false } channel)
        {
            return NothingToDo;
        }

        try
        {
            return await Publish(channel, channel.Adapter, stopping);
        }
        catch (ChannelNotReadyException notReady)
        {
            // Recorded, so that the channel's status shows it to the operator.
            await queue.RecordFailure(channel.Id, 0, null, notReady.Message, stopping);
            channel.IsNotReady = true;
            return NothingToDo;
        }
    }

    private async Task<PublishingRound> Publish(OpenChannel channel, IChannel adapter, CancellationToken stopping)
    {
        if (!channel.HasBegun)
        {
            // The settings may have changed: the circuit is closed and publishing starts at once.
            await queue.RecordSuccess(channel.Id, hadFailed: true, stopping);
            channel.HasBegun = true;
        }

        await vendorNotices.Keep(channel.Channel, channel.Notices.Take(), stopping);
        await batches.PollPendingOperation(channel, adapter, stopping);
        var state = await queue.Read(channel.Id, channel.MinimumInterval, adapter.BulkThreshold, stopping);
        var isOpen = state.OpenUntil is { } until && until > clock.GetCurrentInstant();
        if (state is { HasPromises: true, Paused: false, MustWait: false } && !isOpen
            && adapter is IPromiseChannel carrier && !await promises.Publish(channel, carrier, state, stopping))
        {
            return Idle;
        }

        if (state.Due == 0 || state.Paused || state.MustWait || isOpen)
        {
            if (!state.Paused && !state.MustWait && state.OpenUntil is null)
            {
                await readBacks.ReadPage(channel, adapter, state.Locations, stopping);
            }

            return Idle;
        }

        var (atMost, wait) = await TakeBudget(channel, adapter, state, stopping);
        if (wait > Duration.Zero)
        {
            return new(Duration.Min(wait, LongestWait).ToTimeSpan());
        }

        var taken = await queue.Take(channel.Id, channel.MinimumInterval, atMost, stopping);
        await batches.Publish(channel, adapter, taken, state, stopping);
        return taken.Count > 0 ? AtOnce : Idle;
    }

    /// <summary>Takes the next call out of the rate limit: the size of its batch, or how long to wait for it.</summary>
    private async Task<(int AtMost, Duration Wait)> TakeBudget(OpenChannel channel, IChannel adapter, ChannelDeliveryState state, CancellationToken stopping)
    {
        // After a failure a single publication probes whether the channel has recovered.
        var isSingle = state.OpenUntil is not null || state.Attempts >= AttemptsInBatch;
        var hasBulk = adapter.BulkThreshold > 1;
        if (hasBulk && !isSingle && state.Due >= adapter.BulkThreshold
            && (adapter.BulkRate is not { } bulk || await budget.Take(CallBudget.Bulk(channel.Id), bulk, stopping) == Duration.Zero))
        {
            return (adapter.MaxBatchSizeAt(state.Locations), Duration.Zero);
        }

        var atMost = isSingle || hasBulk ? 1 : adapter.MaxBatchSizeAt(state.Locations);
        return (atMost, CallBudget.RateOf(channel.Channel, adapter) is { } rate ? await budget.Take(channel.Id.Value, rate, stopping) : Duration.Zero);
    }
}
