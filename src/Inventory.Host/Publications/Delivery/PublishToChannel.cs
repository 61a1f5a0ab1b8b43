using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;
using Wolverine.Attributes;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>One round of publishing to a channel: what is due of it and within its budget is published, or what the channel shows is looked at.</summary>
public sealed record PublishToChannel(string Channel);

/// <param name="Rest">Before the next round.</param>
/// <param name="MayEndEarly">The next round may come as soon as there are new numbers.</param>
public sealed record PublishingRound(TimeSpan Rest, bool MayEndEarly = false);

/// <summary>It waits for the budget first and takes the numbers after that, so what changed a hundred times meanwhile is published once.</summary>
[MessageTimeout(LongestRoundSeconds)]
[WolverineLogging( // ten rounds a second, of nothing as a rule; of failures the publisher speaks
    telemetryEnabled: false, successLogLevel: LogLevel.None, executionLogLevel: LogLevel.None, FailureLogLevel = LogLevel.Debug)]
public sealed class PublishToChannelHandler(
    OpenChannels channels, PublicationQueue queue, CallBudget budget, ChannelMappings mappings, PendingOperations tickets, ReadBack readBack,
    VendorNoticeTable vendorNotices, IClock clock, TimeProvider time, ILogger<PublishToChannelHandler> log)
{
    /// <summary>Why something is set aside that a mapping would help.</summary>
    public const string NotMapped = "The channel's id of this SKU is not known: it has no mapping.";

    /// <summary>Adapters limit each of their calls themselves; this is for one that makes many.</summary>
    private const int LongestRoundSeconds = 600;

    /// <summary>Calls in a row that come to nothing before it is left alone for a while.</summary>
    private const int FailureThreshold = 5;

    /// <summary>Something that was tried this often in company is tried alone: it may be what spoils the call.</summary>
    private const int AttemptsInCompany = 2;

    private static readonly PublishingRound AtOnce = new(TimeSpan.Zero);

    /// <summary>What another host finds out is seen after this.</summary>
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
            // Said where an operator looks.
            await queue.RecordFailure(channel.Id, 0, null, notReady.Message, stopping);
            channel.IsNotReady = true;
            return NothingToDo;
        }
    }

    private async Task<PublishingRound> Publish(OpenChannel channel, IChannel adapter, CancellationToken stopping)
    {
        if (!channel.HasBegun)
        {
            // Maybe set up otherwise: it gets its chance at once.
            await queue.RecordSuccess(channel.Id, hadFailed: true, stopping);
            channel.HasBegun = true;
        }

        await vendorNotices.Keep(channel.Channel, channel.Notices.Take(), stopping);
        await AskAboutTickets(channel, adapter, stopping);
        var state = await queue.Read(channel.Id, channel.MinimumInterval, adapter.BulkThreshold, stopping);
        var isOpen = state.OpenUntil is { } until && until > clock.GetCurrentInstant();
        if (state.Due == 0 || state.Paused || state.MustWait || isOpen)
        {
            await LookBack(channel, adapter, state.Places, mayCall: !state.Paused && !state.MustWait && state.OpenUntil is null, stopping);
            return Idle;
        }

        var (atMost, wait) = await MayTell(channel, adapter, state, stopping);
        if (wait > Duration.Zero)
        {
            return new(Duration.Min(wait, LongestWait).ToTimeSpan());
        }

        var taken = await queue.Take(channel.Id, channel.MinimumInterval, atMost, stopping);
        if (await Named(channel, adapter, taken, stopping) is { Count: > 0 } told)
        {
            await Tell(channel, adapter, told, state, stopping);
        }

        return taken.Count > 0 ? AtOnce : Idle;
    }

    /// <summary>How many numbers the next call may tell, taken out of the budget; or how long to wait for it.</summary>
    private async Task<(int AtMost, Duration Wait)> MayTell(OpenChannel channel, IChannel adapter, ChannelDeliveryState state, CancellationToken stopping)
    {
        // After a failure one thing alone tries whether the channel is well again.
        var alone = state.OpenUntil is not null || state.Attempts >= AttemptsInCompany;
        var hasTwoWays = adapter.BulkThreshold > 1;
        if (hasTwoWays && !alone && state.Due >= adapter.BulkThreshold
            && (adapter.BulkRate is not { } bulk || await budget.Take(CallBudget.Bulk(channel.Id), bulk, stopping) == Duration.Zero))
        {
            return (adapter.MaxBatchSizeAt(state.Places), Duration.Zero);
        }

        var atMost = alone || hasTwoWays ? 1 : adapter.MaxBatchSizeAt(state.Places);
        return (atMost, RateOf(channel.Channel, adapter) is { } rate ? await budget.Take(channel.Id.Value, rate, stopping) : Duration.Zero);
    }

    /// <summary>What became of what the channel took earlier.</summary>
    private async Task AskAboutTickets(OpenChannel channel, IChannel adapter, CancellationToken stopping)
    {
        if (adapter.BulkThreshold == 1
            || await tickets.Next(channel.Id, stopping) is not var (ticket, told)
            || await adapter.Poll(ticket, stopping) is not { } verdicts)
        {
            return;
        }

        var answers = told.Select(publication => (publication.Sku, Said: verdicts(publication.ExternalId)));
        var reply = new Reply([.. answers.Select(one => new SkuReply(one.Sku, one.Said.Verdict, one.Said.Detail))]);
        await queue.Record(channel.Id, told, reply, mayDie: true, stopping);
        await tickets.Done(channel.Id, ticket, stopping);
    }

    /// <summary>Nothing is to be told: a page of what the channel shows is looked at, when that is due.</summary>
    private async Task LookBack(OpenChannel channel, IChannel adapter, int places, bool mayCall, CancellationToken stopping)
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

        // A channel that does not answer is asked again soon, where it was left.
        if (channel.LookedAt is null || shown is { Failed: true })
        {
            channel.LookAgainAt = clock.GetCurrentInstant() + (shown is { Failed: true } ? Duration.Min(interval, PauseAfterSilence) : interval);
        }
    }

    /// <summary>What the channel can be told as it was taken. What has no name there and needs one is set aside, and said.</summary>
    private async Task<IReadOnlyList<Publication>> Named(
        OpenChannel channel, IChannel adapter, IReadOnlyList<(Publication Publication, bool IsMapped)> taken, CancellationToken stopping)
    {
        var unmapped = adapter.NeedsMapping ? taken.Where(one => !one.IsMapped).Select(one => one.Publication).ToList() : [];
        if (unmapped.Count > 0)
        {
            await queue.Record(channel.Id, unmapped, Channels.Reply.Of(unmapped, Verdict.Refused, NotMapped), mayDie: true, stopping);
        }

        return [.. taken.Select(one => one.Publication).Except(unmapped)];
    }

    private async Task Tell(OpenChannel channel, IChannel adapter, IReadOnlyList<Publication> told, ChannelDeliveryState state, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        var reply = await Reply(channel, adapter, told, stopping);
        var wasAskedToWait = reply.RetryAfter is not null;
        await queue.Record(channel.Id, told, reply, mayDie: state.OpenUntil is null && !wasAskedToWait, stopping);
        if (reply.Ticket is { } ticket)
        {
            var taken = reply.Replies.Where(one => one.Verdict == Verdict.Pending).Select(one => one.Sku).ToHashSet();
            await tickets.Keep(channel.Id, ticket, told.Where(publication => taken.Contains(publication.Sku)), stopping);
        }

        PublicationMetrics.Called(channel.Id.Value, told.Count, reply, time.GetElapsedTime(started));
        if (reply.Calls > 1)
        {
            await budget.Spend(channel.Id, reply.Calls - 1, stopping);
        }

        var drifts = (from one in reply.Replies
                      where one.Shows is not null
                      join publication in told on one.Sku equals publication.Sku
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

    /// <summary>An adapter that throws is one that does not know its channel: the call came to nothing.</summary>
    private async Task<Reply> Reply(OpenChannel channel, IChannel adapter, IReadOnlyList<Publication> told, CancellationToken stopping)
    {
        try
        {
            return await adapter.Publish(told, stopping);
        }
        catch (Exception failure) when (failure is not ChannelNotReadyException && !stopping.IsCancellationRequested)
        {
            log.LogWarning(failure, "The adapter {Adapter} of {Channel} failed", channel.Channel.Adapter, channel.Id);
            return Channels.Reply.Failed(told, $"The adapter failed: {failure.GetType().Name}.");
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
            log.LogWarning("{Channel} keeps failing and is left alone for a while: {Error}", channel.Id, error);
        }

        await queue.RecordFailure(channel.Id, failures, openUntil, error, stopping);
    }

    /// <summary>The tighter of what the vendor and what the operator allow. What an operator allows is spread evenly.</summary>
    internal static CallRate? RateOf(SalesChannel channel, IChannel adapter) => (channel.RateLimit, adapter.Rate) switch
    {
        ({ } own, { } vendors) when vendors.PerSecond <= own => vendors,
        ({ } own, _) => new CallRate(own, 1),
        (null, var vendors) => vendors,
    };
}
