using NodaTime.Text;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Is there an order of all calls, one after the other, that gives every answer and respects real time? The events in the order of their
/// sequence are such an order for whatever changed something; this replays them on a model of its own (a few lines, nothing of the product)
/// and finds each step allowed at its place. A refusal changed nothing, so it needs one moment between its call and its answer at which it was right.
/// </summary>
public sealed class Explanation
{
    private static readonly Duration Microsecond = Duration.FromTicks(10);

    private readonly Dictionary<string, Call> _calls;
    private readonly IReadOnlyList<Recorded> _events;
    private readonly Dictionary<string, List<PositionState>> _states = [];
    private readonly ILookup<string, Recorded> _byCorrelation;
    private readonly ILookup<string, Recorded> _byReservation;

    public Explanation(IReadOnlyList<Call> calls, IReadOnlyList<Recorded> events)
    {
        _calls = calls.ToDictionary(call => call.Correlation);
        _events = events;
        _byCorrelation = events.ToLookup(happened => happened.Correlation);
        _byReservation = events.Where(IsAboutReservation).ToLookup(happened => happened.Reservation!);
        Replay();
        RealTime();
        foreach (var call in calls)
        {
            Explain(call);
        }
    }

    /// <summary>What no order explains; empty when all is well.</summary>
    public List<string> Violations { get; } = [];

    /// <summary>The positions as the events leave them, by stream.</summary>
    public IEnumerable<PositionRow> Positions =>
        from states in _states
        let last = states.Value[^1]
        orderby states.Key
        select new PositionRow(states.Key, last.OnHand, last.Kept.Values.Sum(kept => kept.Units), states.Value.Count - 1);

    private void Violated(string rule, object what) => Violations.Add($"{rule}: {what}");

    /// <summary>Every step in the order of the events: was it allowed there?</summary>
    private void Replay()
    {
        foreach (var happened in _events)
        {
            if (!_states.TryGetValue(happened.Stream, out var states))
            {
                _states[happened.Stream] = states = [PositionState.Empty];
            }

            var before = states[^1];
            if (happened.Version != states.Count)
            {
                Violated("versions are one after the other", happened);
            }

            var after = before with { OnHand = before.OnHand + happened.OnHand, From = happened.At, Until = Instant.MaxValue };
            if (IsAboutReservation(happened) && happened.Reservation is { } id)
            {
                var kept = before.Kept.GetValueOrDefault(id, new Kept(0, ExpiresAt(id), IsConfirmed: false));
                Allowed(happened, before, kept);
                var isConfirmed = kept.IsConfirmed || happened.Type is "reservation_confirmed" or "reservation_fulfilled";
                after = after with { Kept = before.Kept.SetItem(id, kept with { Units = kept.Units + happened.Kept, IsConfirmed = isConfirmed }) };
            }

            before.Until = _calls.TryGetValue(happened.Correlation, out var call) ? call.Latest : Instant.MaxValue;
            states.Add(after);
        }

        // A version is gone at the latest when a later one is.
        foreach (var states in _states.Values)
        {
            for (var version = states.Count - 2; version >= 0; version--)
            {
                states[version].Until = Instant.Min(states[version].Until, states[version + 1].Until);
            }
        }
    }

    private void Allowed(Recorded happened, PositionState before, Kept kept)
    {
        if (kept.Units + happened.Kept < 0)
        {
            Violated("no more is given back or shipped than is kept", happened);
        }

        if (happened.Type == "reservation_expired" ? kept.IsConfirmed || happened.At + Microsecond < kept.ExpiresAt : !kept.IsLive(happened.At))
        {
            Violated("a hold ends at its instant, and not before", happened);
        }

        if (happened.Kept > 0 && before.Live(happened.At) + happened.Kept > before.OnHand)
        {
            Violated($"never more kept than there is ({before.OnHand} on hand, {before.Live(happened.At)} kept)", happened);
        }

        if (happened.Type == "stock_reserved" && _byReservation[happened.Reservation!].First().Correlation != happened.Correlation)
        {
            Violated("one id is held once", happened);
        }

        if (happened.Type == "reservation_changed" && kept.IsConfirmed)
        {
            Violated("what is confirmed does not change", happened);
        }

        if (_calls.TryGetValue(happened.Correlation, out var call) && call.Asked == Asked.Fact
            && !happened.Stream.EndsWith($"@{call.Lines![0].Location}", StringComparison.Ordinal))
        {
            Violated("a sale ends nothing at another location", happened);
        }

        if (_byReservation[happened.Reservation!]
            .Any(other => other.Sequence < happened.Sequence && other.Correlation != happened.Correlation
                && other.Type is "reservation_expired" or "reservation_released" && IsEnd(other)))
        {
            Violated("what has ended has ended", happened);
        }
    }

    /// <summary>A release ends a reservation, and so does its time.</summary>
    private bool IsEnd(Recorded happened) => happened.Type == "reservation_expired"
        || (_calls.TryGetValue(happened.Correlation, out var call) && call.Asked == Asked.Release);

    private Instant ExpiresAt(string id) => InstantPattern.ExtendedIso.Parse(_byReservation[id].First().Text("expiresAt")!).Value;

    /// <summary>A sale that names a reservation which has ended is only a sale.</summary>
    private static bool IsAboutReservation(Recorded happened) => happened.Reservation is not null && (happened.Type != "stock_sold" || happened.Kept != 0);

    /// <summary>What was answered before another call began comes before it; and everything was decided while somebody waited for it.</summary>
    private void RealTime()
    {
        var earliestEnd = Instant.MaxValue;
        for (var index = _events.Count - 1; index >= 0; index--)
        {
            var happened = _events[index];
            if (!_calls.TryGetValue(happened.Correlation, out var call))
            {
                if (happened.Type != "reservation_expired")
                {
                    Violated("every event has its call", happened);
                }

                continue;
            }

            if (earliestEnd < call.Start)
            {
                Violated("the order respects real time", happened);
            }

            if (happened.At + Microsecond < call.Start || happened.At > call.End)
            {
                Violated("decided between call and answer", $"{happened} of {call}");
            }

            if (!call.IsYes && !call.IsOpen)
            {
                Violated("a refusal changes nothing", $"{happened} of {call}");
            }

            earliestEnd = Instant.Min(earliestEnd, call.Latest);
        }
    }

    private void Explain(Call call)
    {
        var own = _byCorrelation[call.Correlation].ToList();
        var known = call.Reservation is null ? [] : _byReservation[call.Reservation].ToList();
        var visible = known.Where(happened => happened.At <= call.End).ToList();
        var wasCreated = known.Count > 0 && _calls.TryGetValue(known[0].Correlation, out var creator) && creator.Latest < call.Start;
        var isRight = (call.Asked, call.Reply.Word) switch
        {
            (_, "0" or "503" or "unavailable" or "lane-full") => true,
            (Asked.Fact, _) => call.IsYes && own.Count > 0,
            (Asked.Hold, "201") => IsWhole(call, own),
            (Asked.Hold, "200") => own.Count == 0 && visible.Count > 0,
            (Asked.Hold, "reservation-id-reused") => visible.Count > 0,
            (Asked.Change, "200") => visible.Count > 0 && Summary(call).GroupBy(units => units.Key.Split('@')[0], units => units.Value)
                .All(units => units.Sum() == call.Lines!.Where(line => line.Sku == units.Key).Sum(line => line.Quantity)),
            (Asked.Confirm, "200") => own.Exists(happened => happened.Type == "reservation_confirmed")
                || visible.Exists(happened => happened.Type == "reservation_confirmed" || happened.Kept < 0),
            (Asked.Fulfil, "200") => IsShipped(call, own) || visible.Exists(happened => happened.Type is "reservation_fulfilled" or "stock_sold"),
            (Asked.Release, "200") => own.Count > 0 || visible.Exists(IsEnd),
            (_, "insufficient-stock") => call.Shortages.Any(lacking => IsShort(call, lacking)),
            (_, "more-than-held") => visible.Count > 0 && IsMoreThanHeld(call),
            (_, "unknown-reservation") => !wasCreated,
            (_, "reservation-expired") => visible.Count > 0 && ExpiresAt(call.Reservation!) <= call.End && !known.Exists(
                happened => happened.At < ExpiresAt(call.Reservation!) && happened.Type is not ("stock_reserved" or "reservation_changed" or "stock_sold")),
            (_, "reservation-already-confirmed") => visible.Exists(happened => happened.Type == "reservation_confirmed" || happened.Kept < 0),
            (_, "reservation-already-fulfilled") => visible.Exists(happened => happened.Kept < 0)
                && _states.Keys.All(stream => During(call, stream).Min(state => KeptFor(call, state)) == 0),
            (_, "reservation-already-released") => visible.Exists(IsEnd),
            _ => false,
        };
        if (!isRight)
        {
            Violated("every answer is right at some moment", call);
        }
    }

    /// <summary>All that was asked for is held, each line where it wants to be, and the answer says so.</summary>
    private static bool IsWhole(Call call, List<Recorded> own)
    {
        var held = own.GroupBy(happened => happened.Stream).ToDictionary(events => events.Key, events => events.Sum(happened => happened.Kept));
        var published = Summary(call);
        return held.OrderBy(units => units.Key).SequenceEqual(published.OrderBy(units => units.Key))
            && call.Lines!.GroupBy(line => line.Sku)
            .All(lines => held.Where(units => units.Key.StartsWith($"{lines.Key}@", StringComparison.Ordinal))
                .Sum(units => units.Value) == lines.Sum(line => line.Quantity))
            && call.Lines!.Where(line => line.Location is not null).GroupBy(line => $"{line.Sku}@{line.Location}")
            .All(lines => held.GetValueOrDefault(lines.Key) >= lines.Sum(line => line.Quantity));
    }

    /// <summary>What the answer says is kept, by stream.</summary>
    private static Dictionary<string, decimal> Summary(Call call) => call.Reply.Body.GetProperty("lines").EnumerateArray()
        .SelectMany(line => line.GetProperty("allocations").EnumerateArray()
            .Select(units => (Stream: $"{line.GetProperty("sku").GetString()}@{units.GetProperty("location").GetString()}",
                Units: units.GetProperty("quantity").GetDecimal())))
        .GroupBy(units => units.Stream)
        .ToDictionary(units => units.Key, units => units.Sum(line => line.Units));

    private static decimal KeptFor(Call call, PositionState state) => state.Kept.GetValueOrDefault(call.Reservation!)?.Units ?? 0;

    private static bool IsShipped(Call call, List<Recorded> own)
    {
        var shipped = -own.Where(happened => happened.Type == "reservation_fulfilled").Sum(happened => happened.Kept);
        return shipped > 0 && (call.Lines is null || shipped == call.Lines.Sum(line => line.Quantity));
    }

    /// <summary>States of a position that may have been the newest at some moment of the call.</summary>
    private List<PositionState> During(Call call, string stream) =>
        [.. _states.GetValueOrDefault(stream, [PositionState.Empty]).Where(state => state.From <= call.End && state.Until >= call.Start)];

    /// <summary>At some moment of the call there was exactly as little as the answer says.</summary>
    private bool IsShort(Call call, (string Sku, string? Location, decimal Available) lacking)
    {
        string[] locations = lacking.Location is { } named ? [named]
            : [.. _states.Keys.Where(stream => stream.StartsWith($"{lacking.Sku}@", StringComparison.Ordinal))
                .Select(stream => stream[(lacking.Sku.Length + 1)..])];
        var candidates = locations.Select(location => (location, States: During(call, $"{lacking.Sku}@{location}"))).ToList();
        var moments = candidates.SelectMany(candidate => candidate.States).SelectMany(state => state.Kept.Values).Select(kept => kept.ExpiresAt)
            .Where(expiresAt => expiresAt > call.Start && expiresAt <= call.End).Append(call.Start).Distinct();
        return moments.Any(moment => Sums(call, lacking, candidates, moment).Contains(lacking.Available));
    }

    private static HashSet<decimal> Sums(
        Call call, (string Sku, string? Location, decimal Available) lacking, List<(string Location, List<PositionState> States)> candidates, Instant moment)
    {
        HashSet<decimal> sums = [0];
        foreach (var (location, states) in candidates)
        {
            var here = states.Select(state =>
            {
                var own = call.Asked == Asked.Change ? KeptFor(call, state) : 0;
                var free = Math.Max(0, state.OnHand - state.Live(moment)) + own;
                var named = call.Lines!.Where(line => line.Sku == lacking.Sku && line.Location == location).Sum(line => line.Quantity);
                return lacking.Location is null && named <= free ? free - named : free;
            }).Distinct().ToList();
            sums = [.. from sum in sums from free in here select sum + free];
        }

        return sums;
    }

    private bool IsMoreThanHeld(Call call) => call.Lines is { } lines && lines.Any(line =>
    {
        var streams = _states.Keys.Where(
            stream => line.Location is null ? stream.StartsWith($"{line.Sku}@", StringComparison.Ordinal) : stream == $"{line.Sku}@{line.Location}");
        return streams.Sum(stream => During(call, stream).Min(state => KeptFor(call, state))) < lines.Where(other => other.Sku == line.Sku)
            .Sum(other => other.Quantity);
    });
}
