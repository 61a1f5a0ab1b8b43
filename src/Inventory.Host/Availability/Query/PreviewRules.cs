using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <summary>What the rules would change for one channel.</summary>
/// <param name="Now">Units that are promised now, added up over the SKUs that were compared.</param>
/// <param name="With">The same with the rules.</param>
/// <param name="SkusChanged">SKUs of which another number would be promised.</param>
/// <param name="SkusSoldOut">Of these, SKUs that are promised now and no longer would be.</param>
public sealed record ChannelPreview(string Channel, decimal Now, decimal With, long SkusChanged, long SkusSoldOut);

/// <param name="Now">Units promised to the channel.</param>
/// <param name="With">The same with the rules.</param>
public sealed record PromisePreview(string Channel, decimal Now, decimal With);

/// <param name="Now">Units promised, of all compared channels together.</param>
/// <param name="With">The same with the rules.</param>
/// <param name="Channels">In the order of the answer's channels.</param>
/// <param name="Rules">Of each rule that is about the SKU, in the order of the request, where it would count and why not elsewhere.</param>
public sealed record SkuPreview(
    string Sku, decimal Now, decimal With, IReadOnlyList<PromisePreview> Channels, IReadOnlyList<RuleContestAnswer> Rules);

/// <summary>Where a proposed rule would count. A case is a channel, a location, or a location for a channel, by its kind.</summary>
/// <param name="Rule">Its id; one that was sent without has `proposed:` and its number in the request.</param>
/// <param name="Cases">How many it is about.</param>
/// <param name="Wins">Of these, those in which it would count.</param>
/// <param name="InsteadOf">Rules that count there now and no longer would.</param>
/// <param name="LosesTo">Rules that would still count at the others.</param>
public sealed record RuleContestAnswer(
    string Rule, int Cases, int Wins, IReadOnlyList<RuleRivalAnswer> InsteadOf, IReadOnlyList<RuleRivalAnswer> LosesTo);

/// <param name="Because">Why the one that wins does: more-specific, larger, smaller, forbids, higher-priority or lower-id.</param>
/// <param name="Cases">In how many cases.</param>
public sealed record RuleRivalAnswer(string Rule, string Because, int Cases);

/// <param name="AsOf">When this was so.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="SkusCompared">SKUs that were looked at.</param>
/// <param name="SkusChanged">Of these, SKUs of which another number would be promised to some channel.</param>
/// <param name="Channels">As they were asked for, else by id.</param>
/// <param name="Skus">The most affected ones, first.</param>
public sealed record PreviewAnswer(
    Instant AsOf, long AsOfSequence, long SkusCompared, long SkusChanged, IReadOnlyList<ChannelPreview> Channels, IReadOnlyList<SkuPreview> Skus);

/// <summary>
/// What proposed rules would change now, by the one formula and without a replay. Where they are about all SKUs, or many, memory is scanned: one scan at a time
/// for each host, which takes each SKU's lock as long as one question about it does.
/// </summary>
public sealed class PreviewRules(ReadAvailability availability, PlanCache planning)
{
    /// <summary>More SKUs than these are a scan.</summary>
    private const int SkusWithoutScan = 1_000;

    private readonly SemaphoreSlim _free = new(1);

    [WolverinePost("/v1/rules/preview")]
    [Authorize(Roles = $"{Role.Planner},{Role.Ops}")]
    [Describes("What rules would change now", "The numbers that are promised, and those that would be with these rules as if they were in force now, whatever "
        + "their dates: each takes the place of the one with its `id`, all others stay. For each SKU it says which rule wins, and why. Changes nothing, and "
        + "replays nothing.",
        Body = typeof(PreviewFields), RecordsEvents = true,
        Problems = ["400 invalid-request", "400 invalid-rule", "404 unknown-channel", "415 unsupported-media-type", "429 too-many-previews", "503 unavailable"])]
    public static async Task<Ok<PreviewAnswer>> Post(
        HttpContext http, [NotBody] PreviewRules preview, [NotBody] PlanCache planning, [NotBody] KnownChannels channels)
    {
        _ = new QueryText(http.Request);
        var body = await PreviewBody.Read(http.Request, planning.Book);
        var compared = body.Channels ?? await channels.All(Rules.Simulate.SimulationBody.ChannelsAtMost, http.RequestAborted);
        foreach (var channel in compared)
        {
            await channels.RequireKnown(channel, http.RequestAborted);
        }

        return TypedResults.Ok(await preview.Read(body, compared, http.RequestAborted));
    }

    private async Task<PreviewAnswer> Read(PreviewBody body, IReadOnlyList<ChannelId> channels, CancellationToken cancellation)
    {
        var touched = body.Skus ?? RulePreview.Touched(planning.Book, body.Rules)?.ToList();
        if (touched is { Count: <= SkusWithoutScan })
        {
            var skus = body.Skus ?? WithKits(touched);
            var basis = await availability.Read([.. skus], 0, cancellation);
            return Compare(body, planning.Book, channels, skus, basis, cancellation);
        }

        if (!await _free.WaitAsync(TimeSpan.Zero, cancellation))
        {
            throw new ApiProblemException(StatusCodes.Status429TooManyRequests, "too-many-previews", "Another preview of all SKUs is running here. Try again.")
            { RetryAfterSeconds = 1 };
        }

        try
        {
            var basis = availability.FromMemory() ?? throw new DatabaseUnavailableException();
            var skus = touched is null ? basis.Book.Skus.Concat(Kits()).Distinct() : WithKits(touched);
            return await Task.Run(() => Compare(body, planning.Book, channels, skus, basis, cancellation), cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    private static PreviewAnswer Compare(
        PreviewBody body, RuleBook book, IReadOnlyList<ChannelId> channels, IEnumerable<Sku> skus, AvailabilityInputs basis, CancellationToken cancellation)
    {
        var (plan, now) = (basis.Plan, basis.AsOf);
        var tried = RulePreview.With(book, body.Rules, now);
        var with = plan with { Rules = tried.InForceAt(now) };
        var sums = new (decimal Now, decimal With, long Changed, long SoldOut)[channels.Count];
        var most = new PriorityQueue<(Sku Sku, decimal[] Now, decimal[] With), (decimal Difference, string Sku)>(LeastFirst);
        var (compared, changed) = (0L, 0L);
        foreach (var sku in skus)
        {
            cancellation.ThrowIfCancellationRequested();
            compared++;
            var before = Promises(sku, channels, basis, plan);
            var after = Promises(sku, channels, basis, with);
            var difference = 0m;
            for (var channel = 0; channel < channels.Count; channel++)
            {
                ref var sum = ref sums[channel];
                sum.Now += before[channel];
                sum.With += after[channel];
                sum.Changed += before[channel] != after[channel] ? 1 : 0;
                sum.SoldOut += before[channel] > 0 && after[channel] == 0 ? 1 : 0;
                difference += Math.Abs(after[channel] - before[channel]);
            }

            if (difference > 0)
            {
                changed++;
                most.Enqueue((sku, before, after), (difference, sku.Value));
                if (most.Count > body.Limit)
                {
                    most.Dequeue();
                }
            }
        }

        var shown = new List<SkuPreview>();
        while (most.TryDequeue(out var one, out _))
        {
            shown.Add(Show(one.Sku, one.Now, one.With));
        }

        shown.Reverse();
        return new PreviewAnswer(
            now, basis.Book.NewestSequence, compared, changed,
            [.. channels.Select((channel, index) => new ChannelPreview(
                channel.Value, sums[index].Now, sums[index].With, sums[index].Changed, sums[index].SoldOut))],
            shown);

        SkuPreview Show(Sku sku, decimal[] before, decimal[] after) => new(
            sku.Value, before.Sum(), after.Sum(),
            [.. channels.Select((channel, index) => new PromisePreview(channel.Value, before[index], after[index]))],
            [.. from rule in body.Rules
                let contest = RulePreview.Contest(
                    tried.Find(rule.Id).Latest!, basis.Book.Stock(sku, with, now).Stock, channels, plan.Rules, with.Rules)
                where contest is not null
                select new RuleContestAnswer(contest.Rule.Value, contest.Cases, contest.Wins, Rivals(contest.InsteadOf), Rivals(contest.LosesTo))]);
    }

    private static decimal[] Promises(Sku sku, IReadOnlyList<ChannelId> channels, AvailabilityInputs basis, Plan plan)
    {
        var stock = basis.Book.Stock(sku, plan, basis.AsOf).Stock;
        return [.. channels.Select(channel => ChannelPromise.Of(channel, stock, plan.Rules).Quantity)];
    }

    private static RuleRivalAnswer[] Rivals(IReadOnlyList<RuleRival> rivals) =>
        [.. rivals.Select(rival => new RuleRivalAnswer(rival.Rule.Value, rival.Because, rival.Cases))];

    private static readonly Comparer<(decimal Difference, string Sku)> LeastFirst = Comparer<(decimal Difference, string Sku)>.Create((left, right) =>
        left.Difference != right.Difference ? left.Difference.CompareTo(right.Difference) : string.CompareOrdinal(right.Sku, left.Sku));

    private IEnumerable<Sku> Kits() => planning.Book.Kits.SelectMany(kit => kit.All).Select(version => RuleScope.Of(version.Body).Sku).OfType<Sku>();

    private List<Sku> WithKits(IReadOnlyList<Sku> skus)
    {
        var rules = planning.Now().Rules;
        return [.. skus.Concat(skus.SelectMany(rules.KitsNeeding)).Distinct()];
    }
}
