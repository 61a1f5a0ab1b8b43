using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;
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
    OpenChannels channels, PublicationQueue queue, CallBudget budget, ChannelMappings mappings, PendingOperations tickets, ReadBack readBack,
    VendorNoticeTable vendorNotices, IClock clock, TimeProvider time, ILogger<PublishToChannelHandler> log)
{
    /// <summary>The reason of dead letters that a mapping would resolve.</summary>
    public const string NotMapped = "The channel's id of this SKU is not known: it has no mapping.";

    /// <summary>The timeout of a round. Adapters have a timeout for each call; this one is for rounds of many calls.</summary>
    private const int LongestRoundSeconds = 600;

    /// <summary>Consecutive failed calls that open the circuit.</summary>
    private const int FailureThreshold = 5;

    /// <summary>A publication that failed this often in a batch is retried alone: it may be the reason why the batch fails.</summary>
    private const int AttemptsInBatch = 2;

    private static readonly PublishingRound AtOnce = new(TimeSpan.Zero);

    /// <summary>The polling interval in which changes that another host detected are found.</summary>
    private static readonly PublishingRound Idle = new(TimeSpan.FromMilliseconds(100), MayEndEarly: true);

    private static readonly PublishingRound NothingToDo = new(TimeSpan.FromSeconds(1));
    private static readonly Duration LongestWait = Duration.FromSeconds(1);
    private static readonly Duration PauseAfterSilence = Duration.FromMinutes(1);
    private static readonly Duration ShortestOpening = Duration.FromSeconds(2);
    private static readonly Duration LongestOpening = Duration.FromSeconds(30);

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
        await PollPendingOperation(channel, adapter, stopping);
        var state = await queue.Read(channel.Id, channel.MinimumInterval, adapter.BulkThreshold, stopping);
        var isOpen = state.OpenUntil is { } until && until > clock.GetCurrentInstant();
        if (state.Due == 0 || state.Paused || state.MustWait || isOpen)
        {
            await ReadBackPage(channel, adapter, state.Places, mayCall: !state.Paused && !state.MustWait && state.OpenUntil is null, stopping);
            return Idle;
        }

        var (atMost, wait) = await TakeBudget(channel, adapter, state, stopping);
        if (wait > Duration.Zero)
        {
            return new(Duration.Min(wait, LongestWait).ToTimeSpan());
        }

        var taken = await queue.Take(channel.Id, channel.MinimumInterval, atMost, stopping);
        if (await Mapped(channel, adapter, taken, stopping) is { Count: > 0 } publications)
        {
            await PublishBatch(channel, adapter, publications, state, stopping);
        }

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
            return (adapter.MaxBatchSizeAt(state.Places), Duration.Zero);
        }

        var atMost = isSingle || hasBulk ? 1 : adapter.MaxBatchSizeAt(state.Places);
        return (atMost, RateOf(channel.Channel, adapter) is { } rate ? await budget.Take(channel.Id.Value, rate, stopping) : Duration.Zero);
    }

    /// <summary>Polls a pending operation and records its results.</summary>
    private async Task PollPendingOperation(OpenChannel channel, IChannel adapter, CancellationToken stopping)
    {
        if (adapter.BulkThreshold == 1
            || await tickets.Next(channel.Id, stopping) is not var (ticket, publications)
            || await adapter.Poll(ticket, stopping) is not { } verdicts)
        {
            return;
        }

        var answers = publications.Select(publication => (publication.Sku, Said: verdicts(publication.ExternalId)));
        var reply = new Reply([.. answers.Select(one => new SkuReply(one.Sku, one.Said.Verdict, one.Said.Detail))]);
        await queue.Record(channel.Id, publications, reply, mayDie: true, stopping);
        await tickets.Done(channel.Id, ticket, stopping);
    }

    /// <summary>While nothing is to be published: reads one page back from the channel, when that is due.</summary>
    private async Task ReadBackPage(OpenChannel channel, IChannel adapter, int places, bool mayCall, CancellationToken stopping)
    {
        var atMost = adapter.MaxReadBackSizeAt(places);
        if (atMost == 0 || !mayCall || clock.GetCurrentInstant() < channel.LookAgainAt)
        {
            return;
        }

        var settings = AdapterSettings.Parse(channel.Channel.Settings);
        var interval = Duration.FromMinutes(settings.Whole("readBackMinutes", otherwise: 60, least: 1, most: 10_080));
        channel.LookAgainAt ??= clock.GetCurrentInstant() + interval;
        if (clock.GetCurrentInstant() < channel.LookAgainAt
            || (RateOf(channel.Channel, adapter) is { } rate && await budget.Take(channel.Id.Value, rate, stopping) > Duration.Zero))
        {
            return;
        }

        (channel.LookedAt, var shown) = await readBack.Compare(
            channel.Id, adapter, atMost, channel.LookedAt ?? "", settings.OptionalText("readBack") == "repair", stopping);
        if (shown?.Calls > 1)
        {
            await budget.Spend(channel.Id, shown.Calls - 1, stopping);
        }

        if (shown?.RetryAfter is { } pause)
        {
            await budget.Pause(channel.Id, pause, stopping);
        }

        // A read-back that failed is resumed soon, at the same page.
        if (channel.LookedAt is null || shown is { Failed: true })
        {
            channel.LookAgainAt = clock.GetCurrentInstant() + (shown is { Failed: true } ? Duration.Min(interval, PauseAfterSilence) : interval);
        }
    }

    /// <summary>The publications that can be sent. Those that need a mapping and have none become dead letters.</summary>
    private async Task<IReadOnlyList<Publication>> Mapped(
        OpenChannel channel, IChannel adapter, IReadOnlyList<(Publication Publication, bool IsMapped)> taken, CancellationToken stopping)
    {
        var unmapped = adapter.NeedsMapping ? taken.Where(one => !one.IsMapped).Select(one => one.Publication).ToList() : [];
        if (unmapped.Count > 0)
        {
            await queue.Record(channel.Id, unmapped, Channels.Reply.Of(unmapped, Verdict.Refused, NotMapped), mayDie: true, stopping);
        }

        return [.. taken.Select(one => one.Publication).Except(unmapped)];
    }

    private async Task PublishBatch(
        OpenChannel channel, IChannel adapter, IReadOnlyList<Publication> publications, ChannelDeliveryState state, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        var reply = await Reply(channel, adapter, publications, stopping);
        var wasAskedToWait = reply.RetryAfter is not null;
        await queue.Record(channel.Id, publications, reply, mayDie: state.OpenUntil is null && !wasAskedToWait, stopping);
        if (reply.Ticket is { } ticket)
        {
            var taken = reply.Replies.Where(one => one.Verdict == Verdict.Pending).Select(one => one.Sku).ToHashSet();
            await tickets.Keep(channel.Id, ticket, publications.Where(publication => taken.Contains(publication.Sku)), stopping);
        }

        PublicationMetrics.Called(channel.Id.Value, publications.Count, reply, time.GetElapsedTime(started));
        if (reply.Calls > 1)
        {
            await budget.Spend(channel.Id, reply.Calls - 1, stopping);
        }

        var drifts = (from one in reply.Replies
                      where one.Shows is not null
                      join publication in publications on one.Sku equals publication.Sku
                      select (one.Sku, publication.Believed, one.Shows!.Value)).ToList();
        if (drifts.Count > 0)
        {
            await mappings.Note(channel.Id, drifts, stopping);
        }

        if (reply.RetryAfter is { } pause)
        {
            await budget.Pause(channel.Id, pause, stopping);
        }

        if (!reply.CallFailed)
        {
            await queue.RecordSuccess(channel.Id, state.Failures > 0, stopping);
        }
        else if (!wasAskedToWait)
        {
            await Fail(channel, state.Failures + 1, reply.Replies.Select(one => one.Detail).FirstOrDefault(), stopping);
        }
    }

    /// <summary>Calls the adapter; an exception that it throws is a failed call.</summary>
    private async Task<Reply> Reply(OpenChannel channel, IChannel adapter, IReadOnlyList<Publication> publications, CancellationToken stopping)
    {
        try
        {
            return await adapter.Publish(publications, stopping);
        }
        catch (Exception failure) when (failure is not ChannelNotReadyException && !stopping.IsCancellationRequested)
        {
            log.LogWarning(failure, "The adapter {Adapter} of {Channel} failed", channel.Channel.Adapter, channel.Id);
            return Channels.Reply.Failed(publications, $"The adapter failed: {failure.GetType().Name}.");
        }
    }

    private async Task Fail(OpenChannel channel, int failures, string? error, CancellationToken stopping)
    {
        Instant? openUntil = null;
        if (failures >= FailureThreshold)
        {
            var opening = Duration.Min(ShortestOpening * Math.Pow(2, Math.Min(failures - FailureThreshold, 10)), LongestOpening);
            openUntil = clock.GetCurrentInstant() + opening;
        }

        if (failures == FailureThreshold)
        {
            log.LogWarning("{Channel} keeps failing; its circuit is open: {Error}", channel.Id, error);
        }

        await queue.RecordFailure(channel.Id, failures, openUntil, error, stopping);
    }

    /// <summary>The lower of the vendor's rate limit and the operator's. The operator's allows no burst.</summary>
    internal static CallRate? RateOf(SalesChannel channel, IChannel adapter) => (channel.RateLimit, adapter.Rate) switch
    {
        ({ } own, { } vendors) when vendors.PerSecond <= own => vendors,
        ({ } own, _) => new CallRate(own, 1),
        (null, var vendors) => vendors,
    };
}
