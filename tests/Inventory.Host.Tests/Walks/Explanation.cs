using System.Text.Json;
using NodaTime.Text;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Is there an order of all calls, one after the other, that gives every answer and respects real time? The events in the order of their
/// sequence are such an order for whatever changed something; this replays them on a model of its own (a few lines, nothing of the product)
/// and finds each step allowed at its place. A refusal changed nothing, so it needs one moment between its call and its answer at which it was right.
/// </summary>
public sealed partial class Explanation
{
    private static readonly Duration Microsecond = Duration.FromTicks(10);

    private readonly Dictionary<string, Call> _calls;
    private readonly IReadOnlyList<Recorded> _events;
    private readonly Dictionary<string, List<PositionState>> _states = [];
    private readonly HashSet<string> _confirmed = [];

    /// <summary>Reservations that have ever waited for supply.</summary>
    private readonly HashSet<string> _waiting = [];
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

            var after = before.After(happened);
            if (IsAboutReservation(happened) && happened.Reservation is { } id)
            {
                var kept = before.Kept.GetValueOrDefault(id, new Kept(0, ExpiresAt(id), _confirmed.Contains(id)));
                Allowed(happened, kept);
                var isConfirmed = kept.IsConfirmed || Confirms(happened) || happened.Type == "reservation_fulfilled";
                after = after with { Kept = before.Kept.SetItem(id, kept.With(happened) with { IsConfirmed = isConfirmed }) };
                _confirmed.UnionWith(isConfirmed ? [id] : []);
                _waiting.UnionWith(happened.SupplyKept > 0 ? [id] : []);
            }

            before.Until = _calls.TryGetValue(happened.Correlation, out var call) ? call.Latest : Instant.MaxValue;
            states.Add(after);
        }

        EveryUnitIsKeptOnce();
        NoMoreThanWasAskedFor();

        // A version is gone at the latest when a later one is.
        foreach (var states in _states.Values)
        {
            for (var version = states.Count - 2; version >= 0; version--)
            {
                states[version].Until = Instant.Min(states[version].Until, states[version + 1].Until);
            }
        }
    }

    private void Allowed(Recorded happened, Kept kept)
    {
        if (kept.Units + happened.Kept < 0 || kept.With(happened).Supply.Values.Any(units => units < 0))
        {
            Violated("no more is given back or shipped than is kept", happened);
        }

        if (happened.Type != "supply_released"
            && (happened.Type == "reservation_expired" ? kept.IsConfirmed || happened.At + Microsecond < kept.ExpiresAt : !kept.IsLive(happened.At)))
        {
            Violated("a hold ends at its instant, and not before", happened);
        }

        if (happened.Type == "stock_reserved" && _byReservation[happened.Reservation!].First().Correlation != happened.Correlation
            && !_waiting.Contains(happened.Reservation!) && !IsOfOrder(happened.Reservation!))
        {
            Violated("one id is held once", happened);
        }

        if (happened.Type == "reservation_changed" && kept.IsConfirmed)
        {
            Violated("what is confirmed does not change", happened);
        }

        if (happened.Type == "stock_sold" && !(happened.Text("source") == Walk.Source ? IsWhereItWasSold(happened) : IsWhereItWasShipped(happened)))
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

    private bool IsWhereItWasSold(Recorded happened) => _calls.TryGetValue(happened.Correlation, out var call) && call.Asked == Asked.Fact
        && happened.Stream.EndsWith($"@{call.Lines![0].Location}", StringComparison.Ordinal);

    /// <summary>A release ends a reservation, and so does its time.</summary>
    private bool IsEnd(Recorded happened) => happened.Type == "reservation_expired"
        || (_calls.TryGetValue(happened.Correlation, out var call) && call.Asked == Asked.Release && call.Reservation == happened.Reservation);

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
                if (happened.Type != "reservation_expired" && !IsOwnDoing(happened))
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
        var own = _byCorrelation[call.Correlation].Where(happened => call.Asked is Asked.Fact || happened.Reservation == call.Reservation).ToList();
        var known = call.Reservation is null ? [] : _byReservation[call.Reservation].ToList();
        var visible = known.Where(happened => happened.At <= call.End).ToList();
        var wasCreated = known.Count > 0 && _calls.TryGetValue(known[0].Correlation, out var creator) && creator.Latest < call.Start;
        var isRight = (call.Asked, call.Reply.Word) switch
        {
            (_, "0" or "503" or "unavailable" or "lane-full") => true,
            (Asked.Fact, _) => call.IsYes && own.Count > 0,
            (Asked.Order, _) => call.IsYes,
            (Asked.Hold, "201") => IsWhole(call, own),
            (Asked.Hold, "200") => own.Count == 0 && visible.Count > 0,
            (Asked.Hold, "reservation-id-reused") => visible.Count > 0,
            (Asked.Change, "200") => visible.Count > 0 && Total(Summary(call)).SequenceEqual(Asks(call.Lines!)),
            (Asked.Confirm, "200") => own.Count > 0 || visible.Exists(happened => Confirms(happened) || happened.Kept < 0),
            (Asked.Fulfil, "200") => IsShipped(call, own) || visible.Exists(happened => happened.Type is "reservation_fulfilled" or "stock_sold"),
            (Asked.Release, "200") => own.Count > 0 || visible.Exists(IsEnd),
            (_, "insufficient-stock" or "insufficient-supply") when call.Lines!.Any(line => line.By is not null || WalkKits.IsKit(line.Sku)) => !MustFit(call),
            (_, "insufficient-stock") => call.Shortages.Any(lacking => IsShort(call, lacking)),
            (Asked.Fulfil, "supply-not-received") => visible.Exists(happened => happened.SupplyKept > 0),
            (_, "more-than-held") => visible.Count > 0 && IsMoreThanHeld(call),
            (_, "unknown-reservation") => !wasCreated,
            (_, "reservation-expired") => visible.Count > 0 && ExpiresAt(call.Reservation!) <= call.End && !known.Exists(
                happened => happened.At < ExpiresAt(call.Reservation!)
                    && happened.Type is not ("stock_reserved" or "reservation_changed" or "stock_sold" or "supply_reserved" or "supply_released")),
            (_, "reservation-already-confirmed") => visible.Exists(happened => Confirms(happened) || happened.Kept < 0),
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

    /// <summary>All that was asked for is held, each line where it wants to be and in time, and the answer says so.</summary>
    private static bool IsWhole(Call call, List<Recorded> own)
    {
        var held = own.Where(happened => happened.Kept != 0 || happened.SupplyKept != 0)
            .GroupBy(happened => happened.SupplyKept == 0 ? happened.Stream : $"{happened.Stream}#{happened.Text("document")}")
            .ToDictionary(events => events.Key, events => events.Sum(happened => happened.Kept + happened.SupplyKept));
        return held.OrderBy(units => units.Key).SequenceEqual(Summary(call).OrderBy(units => units.Key))
            && Total(held).SequenceEqual(Asks(call.Lines!))
            && call.Lines!.Where(line => line.Location is not null).GroupBy(line => line.Location).All(lines =>
                Asks(lines).IsWithin(Total(held.Where(units => units.Key.Split('#')[0].EndsWith($"@{lines.Key}", StringComparison.Ordinal)))))
            && Allocations(call).All(one => !one.Units.TryGetProperty("document", out _)
                || LocalDatePattern.Iso.Parse(one.Units.GetProperty("expectedOn").GetString()!).Value <= call.Lines!.Max(line => line.By));
    }

    private static SortedDictionary<string, decimal> Asks(IEnumerable<Wanted> lines) =>
        WalkKits.InComponents(lines.Select(line => (line.Sku, line.Quantity)));

    private static SortedDictionary<string, decimal> Total(IEnumerable<KeyValuePair<string, decimal>> byStream) =>
        WalkKits.InComponents(byStream.Select(units => (units.Key.Split('@')[0], units.Value)));

    /// <summary>What the answer says is kept, by stream; of supply by stream and document.</summary>
    private static Dictionary<string, decimal> Summary(Call call) => Allocations(call)
        .GroupBy(
            one => $"{one.Sku}@{one.Units.GetProperty("location").GetString()}"
                + (one.Units.TryGetProperty("document", out var document) ? $"#{document.GetString()}" : ""),
            one => one.Units.GetProperty("quantity").GetDecimal())
        .ToDictionary(units => units.Key, units => units.Sum());

    /// <summary>Of a line of a kit: those of prepacked ones and of components.</summary>
    private static IEnumerable<(string Sku, JsonElement Units)> Allocations(Call call) => call.Reply.Body.GetProperty("lines").EnumerateArray()
        .SelectMany(line => line.TryGetProperty("components", out var components) ? components.EnumerateArray().Prepend(line) : [line])
        .SelectMany(line => line.GetProperty("allocations").EnumerateArray(), (line, units) => (line.GetProperty("sku").GetString()!, units));

    private static decimal KeptFor(Call call, PositionState state) => state.Kept.GetValueOrDefault(call.Reservation!)?.Units ?? 0;

    private static bool IsShipped(Call call, List<Recorded> own)
    {
        var shipped = -own.Where(happened => happened.Type == "reservation_fulfilled").Sum(happened => happened.Kept);
        return shipped > 0 && (call.Lines is null || Total(own.Where(happened => happened.Type == "reservation_fulfilled")
            .Select(happened => KeyValuePair.Create(happened.Stream, -happened.Kept))).SequenceEqual(Asks(call.Lines)));
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
                var free = Math.Max(0, state.Sellable - state.Live(moment)) + own;
                var named = call.Lines!.Where(line => line.Sku == lacking.Sku && line.Location == location).Sum(line => line.Quantity);
                return lacking.Location is null && named <= free ? free - named : free;
            }).Distinct().ToList();
            sums = [.. from sum in sums from free in here select sum + free];
        }

        return sums;
    }

    private bool IsMoreThanHeld(Call call) => call.Lines is { } lines && lines.Any(line =>
    {
        // A kit ships whole: that there are enough units of its components says nothing.
        if (WalkKits.IsKit(line.Sku))
        {
            return true;
        }

        var streams = _states.Keys.Where(
            stream => line.Location is null ? stream.StartsWith($"{line.Sku}@", StringComparison.Ordinal) : stream == $"{line.Sku}@{line.Location}");
        return streams.Sum(stream => During(call, stream).Min(state => KeptFor(call, state))) < lines.Where(other => other.Sku == line.Sku)
            .Sum(other => other.Quantity);
    });
}
