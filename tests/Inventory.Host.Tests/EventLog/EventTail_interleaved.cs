using CsCheck;
using RetailSync.Inventory.Host.EventLog;
using Xunit.Abstractions;

namespace RetailSync.Inventory.Host.Tests.EventLog;

/// <summary>
/// Several followers over transactions of real PostgreSQL that take sequences early, record late, give up, and end in any order. After each read a model says
/// what had to be returned.
/// <c>RETAILSYNC_TAIL_HISTORIES</c> is how many histories (default 40), <c>CsCheck_Seed</c> the first of them.
/// </summary>
public sealed class EventTail_interleaved(EmptyLedger ledger, ITestOutputHelper output) : IClassFixture<EmptyLedger>
{
    private const int Writers = 4;
    private const int Followers = 3;

    private static readonly Gen<Step[]> Histories = Gen.Select(
        Gen.Frequency(
            (4, Gen.Const(Do.Take)), (3, Gen.Const(Do.Record)), (3, Gen.Const(Do.Commit)), (1, Gen.Const(Do.RollBack)), (1, Gen.Const(Do.GiveUp)),
            (2, Gen.Const(Do.Burn)),
            (8, Gen.Const(Do.Read)), (1, Gen.Const(Do.Restart)), (1, Gen.Const(Do.FromNow))),
        Gen.Int[0, 11], Gen.Int[1, 9], (what, who, count) => new Step(what, who, count)).Array[20, 90];

    private readonly Dictionary<string, long> _counts = [];

    private enum Do
    {
        Take, Record, Commit, RollBack, GiveUp, Burn, Read, Restart, FromNow,
    }

    private readonly record struct Step(Do What, int Who, int Count);

    [Fact]
    public async Task Every_event_comes_once_and_none_is_held_back()
    {
        var histories = int.TryParse(Environment.GetEnvironmentVariable("RETAILSYNC_TAIL_HISTORIES"), out var asked) ? asked : 40;
        var seed = Environment.GetEnvironmentVariable("CsCheck_Seed");
        output.WriteLine($"{histories} histories, seed {seed ?? "chosen by CsCheck and printed where one fails"}");

        await Histories.SampleAsync(Play, output.WriteLine, seed, iter: histories, threads: 1);

        output.WriteLine(string.Join(", ", _counts.Select(count => $"{count.Value} {count.Key}")));
        Assert.True(_counts["events returned"] > histories, "The histories recorded next to nothing.");
    }

    /// <summary>Nobody waits for anybody: what a snapshot and a lock look like at the same moment is left to PostgreSQL.</summary>
    [Fact]
    public async Task Every_event_comes_once_under_concurrent_commits()
    {
        var committed = new System.Collections.Concurrent.ConcurrentBag<long>();
        var start = await Newest();
        var random = new Random(20261129);
        (int Take, string Ends)[] Plan() => [.. Enumerable.Range(0, 120).Select(_ => (random.Next(1, 30), random.Next(10) < 8 ? "commit" : "rollback"))];
        var plans = Enumerable.Range(0, 6).Select(_ => Plan()).ToArray();
        var writing = Task.WhenAll(plans.Select(plan => Task.Run(async () =>
        {
            foreach (var (take, ends) in plan)
            {
                var writer = await (await ledger.Begin()).Take(take);
                await writer.Record();
                await writer.End(ends);
                foreach (var sequence in ends == "commit" ? writer.Taken : [])
                {
                    committed.Add(sequence);
                }
            }
        })));

        var followed = await Task.WhenAll(new[] { 7, 100, 10_000 }.Select(atMost => Task.Run(async () =>
        {
            var (tail, returned) = (new EventTail(ledger.Database, start) { RangesAtOnce = atMost % 100 }, new List<long>());
            for (var emptyAtTheEnd = 0; emptyAtTheEnd < 3;)
            {
                var isOver = writing.IsCompleted;
                var read = await tail.Read(atMost, default);
                returned.AddRange(read.Select(happened => happened.Sequence));
                emptyAtTheEnd += isOver && read.Count == 0 ? 1 : 0;
            }

            Assert.Equal(tail.Newest, tail.CompleteUpTo);
            return returned;
        })));

        await writing;
        output.WriteLine($"{committed.Count} events of {plans.Sum(plan => plan.Length)} transactions");
        var expected = committed.Order().ToList();
        Assert.All(followed, returned => Assert.Equal(expected, returned.Order()));
    }

    private async Task Play(Step[] steps)
    {
        var start = await Newest();
        var committed = new SortedSet<long>();
        var writers = new LedgerWriter?[Writers];
        var followers = Enumerable.Range(0, Followers).Select(number => new Follower(Tail(start, number * 2), [])).ToArray();
        try
        {
            foreach (var (what, who, count) in steps)
            {
                Count("steps");
                var (at, follower) = (who % Followers, followers[who % Followers]);
                switch (what)
                {
                    case Do.Read:
                        await Read(follower, count, committed, writers);
                        break;
                    case Do.Restart:
                        followers[at] = new Follower(
                            Tail(follower.Tail.CompleteUpTo, who), [.. follower.Known.Where(known => known <= follower.Tail.CompleteUpTo)]);
                        Count("restarts");
                        break;
                    case Do.FromNow:
                        followers[at] = new Follower(
                            await EventTail.FromNow(ledger.Database, Math.Max(start, follower.Tail.CompleteUpTo), default), [.. committed]);
                        Count("starts from now");
                        break;
                    case Do.Burn:
                        await (await (await ledger.Begin()).Take(count)).RollBack();
                        break;
                    default:
                        await Write(what, who % Writers, count, writers, committed);
                        break;
                }
            }

            foreach (var writer in Enumerable.Range(0, Writers))
            {
                await Write(writer % 2 == 0 ? Do.Commit : Do.RollBack, writer, 0, writers, committed);
            }

            foreach (var follower in followers)
            {
                await Finish(follower, committed);
            }
        }
        finally
        {
            foreach (var open in writers.OfType<LedgerWriter>())
            {
                await open.RollBack();
            }
        }

        Count("histories");
    }

    private async Task Write(Do what, int at, int count, LedgerWriter?[] writers, SortedSet<long> committed)
    {
        if (writers[at] is null && what is Do.Commit or Do.RollBack or Do.Record)
        {
            return;
        }

        var writer = writers[at] ??= await ledger.Begin();
        switch (what)
        {
            case Do.Take:
                await writer.Take(count);
                break;
            case Do.Record:
                await writer.Record();
                break;
            case Do.GiveUp:
                await writer.GiveUp(count);
                break;
            default:
                await (what == Do.Commit ? (await writer.Record()).Commit() : writer.RollBack());
                committed.UnionWith(what == Do.Commit ? writer.Taken : []);
                writers[at] = null;
                Count(what == Do.Commit ? "commits" : "rollbacks");
                break;
        }
    }

    private async Task Read(Follower follower, int atMost, SortedSet<long> committed, LedgerWriter?[] writers)
    {
        var settledBefore = follower.Tail.CompleteUpTo;
        var isDeferred = follower.Tail.Watermark.Missing.Count > follower.Tail.RangesAtOnce;
        var expected = committed.Where(sequence => !follower.Known.Contains(sequence)).Take(atMost).ToList();

        var returned = (await follower.Tail.Read(atMost, default)).Select(happened => happened.Sequence).ToList();

        // With many ranges missing, those of a writer that has just ended come with the read after.
        Assert.True(isDeferred ? returned.TrueForAll(committed.Contains) : returned.SequenceEqual(expected), $"Returned {Text(returned)} of {Text(expected)}.");
        Assert.Equal(returned.Distinct().Order(), returned);
        Assert.DoesNotContain(returned, follower.Known.Contains);
        follower.Known.UnionWith(returned);
        Assert.InRange(follower.Tail.CompleteUpTo, settledBefore, follower.Tail.Newest);
        Assert.DoesNotContain(committed, sequence => sequence <= follower.Tail.CompleteUpTo && !follower.Known.Contains(sequence));
        Assert.DoesNotContain(writers.OfType<LedgerWriter>().SelectMany(writer => writer.Taken), taken => taken <= follower.Tail.CompleteUpTo);
        Assert.All(returned, sequence => Assert.True(follower.Tail.Watermark.Covers(sequence)));
        Count("reads");
        Count("events returned", returned.Count);
    }

    /// <summary>Nobody writes any more: a handful of reads returns what is left, and settles it.</summary>
    private async Task Finish(Follower follower, SortedSet<long> committed)
    {
        for (var read = 0; read < 4; read++)
        {
            await Read(follower, 10_000, committed, []);
        }

        Assert.Equal(committed, follower.Known);
        Assert.Equal(follower.Tail.Newest, follower.Tail.CompleteUpTo);
        Assert.Empty(follower.Tail.Watermark.Missing);
    }

    private EventTail Tail(long settled, int rangesAtOnce) => new(ledger.Database, settled) { RangesAtOnce = rangesAtOnce };

    private async Task<long> Newest()
    {
        await using var command = ledger.Database.CreateCommand("select coalesce(max(seq_id), 0) from inventory.mt_events");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private void Count(string what, long more = 1) => _counts[what] = _counts.GetValueOrDefault(what) + more;

    private static string Text(IEnumerable<long> sequences) => $"[{string.Join(' ', sequences)}]";

    /// <param name="Tail">The follower.</param>
    /// <param name="Known">What it has returned, and what had been committed when it began.</param>
    private sealed record Follower(EventTail Tail, HashSet<long> Known);
}
