using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.SalesChannels;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>
/// Tells one channel, as it is registered in one version, on one host of the cluster. It waits for the budget first and takes the numbers
/// after that, so what changed a hundred times meanwhile is told once.
/// </summary>
internal sealed class Publisher(
    SalesChannel channel, Adapters adapters, PublicationQueue queue, CallBudget budget, ChannelMappings mappings, Tickets tickets, ReadBack readBack, ItsOrders itsOrders, Turns turns, Nudge nudge, VendorNoticeTable vendorNotices, IClock clock, TimeProvider time, ILogger<Publisher> log)
{
    /// <summary>Why something is set aside that a mapping would help.</summary>
    public const string NotMapped = "The channel's id of this SKU is not known: it has no mapping.";

    /// <summary>Calls in a row that come to nothing before it is left alone for a while.</summary>
    private const int MostFailures = 5;

    /// <summary>Something that was tried this often in company is tried alone: it may be what spoils the call.</summary>
    private const int AttemptsInCompany = 2;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(1);
    private static readonly Duration PauseAfterSilence = Duration.FromMinutes(1);
    private static readonly Duration ShortestOpening = Duration.FromSeconds(2);
    private static readonly Duration LongestOpening = Duration.FromSeconds(30);

    private readonly ChannelId _id = ChannelId.Parse(channel.Id);
    private readonly Duration _minimumInterval = channel.MinimumInterval is { } text && Durations.TryParse(text, out var interval) ? interval : Duration.Zero;

    private readonly VendorNotices _notices = new(clock);

    private string? _lookedAt;
    private Instant? _lookAgainAt;

    public async Task Work(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                if (await turns.Take($"publish/{channel.Id}", stopping))
                {
                    using var adapter = adapters.Open(channel, _notices);
                    await Publish(adapter, stopping);
                }
            }
            catch (ChannelNotReadyException notReady)
            {
                await Note(notReady.Message, stopping);
            }
            catch (Exception failure) when (!stopping.IsCancellationRequested)
            {
                log.LogWarning(failure, "Publishing to {Channel} stumbled; going on", channel.Id);
            }

            await Task.Delay(LongPause, time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task Publish(IChannel adapter, CancellationToken stopping)
    {
        // Begun anew, maybe set up otherwise: it gets its chance at once.
        await queue.Worked(_id, hadFailed: true, stopping);
        while (!stopping.IsCancellationRequested && await turns.Take($"publish/{channel.Id}", stopping))
        {
            var next = nudge.Next;
            await vendorNotices.Keep(channel, _notices.Take(), stopping);
            await AskAboutTickets(adapter, stopping);
            var state = await queue.Read(_id, _minimumInterval, adapter.FewestInBulk, stopping);
            var isOpen = state.OpenUntil is { } until && until > clock.GetCurrentInstant();
            if (state.Due == 0 || state.Paused || state.MustWait || isOpen)
            {
                await LookBack(adapter, state.Places, mayCall: !state.Paused && !state.MustWait && state.OpenUntil is null, stopping);
                await nudge.Wait(next, Pause, stopping);
                continue;
            }

            var (atMost, wait) = await MayTell(adapter, state, stopping);
            if (wait > Duration.Zero)
            {
                await Task.Delay(Duration.Min(wait, Duration.FromSeconds(1)).ToTimeSpan(), time, stopping);
                continue;
            }

            var told = await Named(adapter, await queue.Take(_id, _minimumInterval, atMost, stopping), stopping);
            if (told.Count > 0)
            {
                await Tell(adapter, told, state, stopping);
            }
        }
    }

    /// <summary>How many numbers the next call may tell, taken out of the budget; or how long to wait for it.</summary>
    private async Task<(int AtMost, Duration Wait)> MayTell(IChannel adapter, LineState state, CancellationToken stopping)
    {
        // After a failure one thing alone tries whether the channel is well again.
        var alone = state.OpenUntil is not null || state.Attempts >= AttemptsInCompany;
        var hasTwoWays = adapter.FewestInBulk > 1;
        if (hasTwoWays && !alone && state.Due >= adapter.FewestInBulk
            && (adapter.BulkRate is not { } bulk || await budget.Take(CallBudget.Bulk(_id), bulk, stopping) == Duration.Zero))
        {
            return (adapter.MostPerCallAt(state.Places), Duration.Zero);
        }

        var atMost = alone || hasTwoWays ? 1 : adapter.MostPerCallAt(state.Places);
        return (atMost, Rate(adapter) is { } rate ? await budget.Take(_id.Value, rate, stopping) : Duration.Zero);
    }

    /// <summary>What became of what the channel took earlier.</summary>
    private async Task AskAboutTickets(IChannel adapter, CancellationToken stopping)
    {
        if (adapter.FewestInBulk == 1 || await tickets.Next(_id, stopping) is not var (ticket, told) || await adapter.Ask(ticket, stopping) is not { } verdicts)
        {
            return;
        }

        var reply = new Reply([.. told.Select(publication => (publication.Sku, Said: verdicts(publication.Theirs))).Select(one => new SkuReply(one.Sku, one.Said.Verdict, one.Said.Detail))]);
        await queue.Record(_id, told, reply, mayDie: true, stopping);
        await tickets.Done(_id, ticket, stopping);
    }

    /// <summary>Nothing is to be told: a page of what the channel shows is looked at, when that is due.</summary>
    private async Task LookBack(IChannel adapter, int places, bool mayCall, CancellationToken stopping)
    {
        var atMost = adapter.MostPerShowAt(places);
        if (atMost == 0 || !mayCall)
        {
            return;
        }

        var settings = AdapterSettings.Parse(channel.Settings);
        var interval = Duration.FromMinutes(settings.Whole("readBackMinutes", otherwise: 60, least: 1, most: 10_080));
        _lookAgainAt ??= clock.GetCurrentInstant() + interval;
        if (clock.GetCurrentInstant() < _lookAgainAt || (Rate(adapter) is { } rate && await budget.Take(_id.Value, rate, stopping) > Duration.Zero))
        {
            return;
        }

        var inItsOrders = adapter.SubtractsItsOrders ? await itsOrders.ByPlace(_id, stopping) : (_, _) => new Dictionary<string, decimal>();
        (_lookedAt, var shown) = await readBack.Compare(_id, adapter, atMost, _lookedAt ?? "", inItsOrders, settings.OptionalText("readBack") == "repair", stopping);
        if (shown?.Calls > 1)
        {
            await budget.Spend(_id, shown.Calls - 1, stopping);
        }

        if (shown?.RetryAfter is { } pause)
        {
            await budget.Pause(_id, pause, stopping);
        }

        // A channel that does not answer is asked again soon, where it was left.
        if (_lookedAt is null || shown is { Failed: true })
        {
            _lookAgainAt = clock.GetCurrentInstant() + (shown is { Failed: true } ? Duration.Min(interval, PauseAfterSilence) : interval);
        }
    }

    /// <summary>What the channel can be told as it was taken. What has no name there and needs one is set aside, and said.</summary>
    private async Task<IReadOnlyList<Publication>> Named(IChannel adapter, IReadOnlyList<(Publication Publication, bool IsMapped)> taken, CancellationToken stopping)
    {
        var unmapped = adapter.NeedsMapping ? taken.Where(one => !one.IsMapped).Select(one => one.Publication).ToList() : [];
        if (unmapped.Count > 0)
        {
            await queue.Record(_id, unmapped, Channels.Reply.Of(unmapped, Verdict.Refused, NotMapped), mayDie: true, stopping);
        }

        IReadOnlyList<Publication> named = [.. taken.Select(one => one.Publication).Except(unmapped)];
        if (!adapter.SubtractsItsOrders || named.Count == 0)
        {
            return named;
        }

        var inItsOrders = await itsOrders.ByPlace(_id, stopping);
        return [.. named.Select(publication => publication.Places.Count == 0
            ? publication with { InItsOrders = inItsOrders(publication.Sku, new Dictionary<string, decimal> { [""] = publication.Quantity })[""] }
            : publication with { Places = [.. WithOrders(publication.Places, inItsOrders(publication.Sku, publication.Places.ToDictionary(place => place.Place, place => place.Quantity)))] })];
    }

    private static IEnumerable<PlacedQuantity> WithOrders(IReadOnlyList<PlacedQuantity> places, IReadOnlyDictionary<string, decimal> kept) =>
        places.Select(place => place with { InItsOrders = kept[place.Place] });

    private async Task Tell(IChannel adapter, IReadOnlyList<Publication> told, LineState state, CancellationToken stopping)
    {
        var started = time.GetTimestamp();
        var reply = await Reply(adapter, told, stopping);
        var wasAskedToWait = reply.RetryAfter is not null;
        await queue.Record(_id, told, reply, mayDie: state.OpenUntil is null && !wasAskedToWait, stopping);
        if (reply.Ticket is { } ticket)
        {
            var taken = reply.Replies.Where(one => one.Verdict == Verdict.Taken).Select(one => one.Sku).ToHashSet();
            await tickets.Keep(_id, ticket, told.Where(publication => taken.Contains(publication.Sku)), stopping);
        }

        PublicationMetrics.Called(channel.Id, told.Count, reply, time.GetElapsedTime(started));
        if (reply.Calls > 1)
        {
            await budget.Spend(_id, reply.Calls - 1, stopping);
        }

        var drifts = (from one in reply.Replies
                      where one.Shows is not null
                      join publication in told on one.Sku equals publication.Sku
                      select (one.Sku, publication.Believed, one.Shows!.Value)).ToList();
        if (drifts.Count > 0)
        {
            await mappings.Note(_id, drifts, stopping);
        }

        if (reply.RetryAfter is { } pause)
        {
            await budget.Pause(_id, pause, stopping);
        }

        if (!reply.CallFailed)
        {
            await queue.Worked(_id, state.Failures > 0, stopping);
        }
        else if (!wasAskedToWait)
        {
            await Fail(state.Failures + 1, reply.Replies.Select(one => one.Detail).FirstOrDefault(), stopping);
        }
    }

    /// <summary>An adapter that throws is one that does not know its channel: the call came to nothing.</summary>
    private async Task<Reply> Reply(IChannel adapter, IReadOnlyList<Publication> told, CancellationToken stopping)
    {
        try
        {
            return await adapter.Tell(told, stopping);
        }
        catch (Exception failure) when (failure is not ChannelNotReadyException && !stopping.IsCancellationRequested)
        {
            log.LogWarning(failure, "The adapter {Adapter} of {Channel} failed", channel.Adapter, channel.Id);
            return Channels.Reply.Failed(told, $"The adapter failed: {failure.GetType().Name}.");
        }
    }

    private async Task Fail(int failures, string? error, CancellationToken stopping)
    {
        Instant? openUntil = null;
        if (failures >= MostFailures)
        {
            var opening = Duration.Min(ShortestOpening * Math.Pow(2, Math.Min(failures - MostFailures, 10)), LongestOpening);
            openUntil = clock.GetCurrentInstant() + opening;
        }

        if (failures == MostFailures)
        {
            log.LogWarning("{Channel} keeps failing and is left alone for a while: {Error}", channel.Id, error);
        }

        await queue.Failed(_id, failures, openUntil, error, stopping);
    }

    /// <summary>As it is set up nothing can be told: said where an operator looks, and tried again when it is set up otherwise.</summary>
    private async Task Note(string error, CancellationToken stopping)
    {
        try
        {
            await queue.Failed(_id, 0, null, error, stopping);
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stopping);
        }
        catch (Exception trouble) when (trouble is Npgsql.NpgsqlException or OperationCanceledException)
        {
            // Said next time, or no longer of interest.
        }
    }

    private CallRate? Rate(IChannel adapter) => RateOf(channel, adapter);

    /// <summary>The tighter of what the vendor and what the operator allow. What an operator allows is spread evenly.</summary>
    internal static CallRate? RateOf(SalesChannel channel, IChannel adapter) => (channel.RateLimit, adapter.Rate) switch
    {
        ({ } own, { } vendors) when vendors.PerSecond <= own => vendors,
        ({ } own, _) => new CallRate(own, 1),
        (null, var vendors) => vendors,
    };
}
