using System.Collections.Immutable;
using System.Globalization;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Simulation;

/// <summary>
/// What happened to one SKU, as a planner would write it, a minute for each step: <c>10 come; web holds 3 as a; a ships; 2 walk out; then ...</c>.
/// Steps before <c>then</c> precede the replay. Everything is at S001 unless a location is named (<c>at S002</c>).
/// </summary>
internal static class Story
{
    public static readonly Sku Cup = Sku.Parse("cup");
    public static readonly Instant Morning = Instant.FromUtc(2026, 11, 23, 9, 0);
    public static readonly ChannelId[] Channels = [ChannelId.Parse("web"), ChannelId.Parse("shop")];
    public static readonly IReadOnlyDictionary<LocationId, LocationProfile> NoPlaces = new Dictionary<LocationId, LocationProfile>();

    /// <returns>For each channel withheld, lost, avoided and published, as <c>web 5 3 0 4</c>.</returns>
    public static string Replay(string story, string real, string proposed) =>
        string.Join(" / ", Tallies(story, real, proposed).Select(summary => string.Create(
            CultureInfo.InvariantCulture,
            $"{summary.Channel} {summary.Tally.UnitsWithheld:0.##} {summary.Tally.SalesLost:0.##} {summary.Tally.OversellsAvoided:0.##} {summary.Tally.Publications}")));

    private static IEnumerable<(ChannelId Channel, Tally Tally)> Tallies(string story, string real, string proposed)
    {
        var (events, from, to) = Events(story);
        var book = new RuleBook(Rules(real, "real")
            .Select(rule => RuleVersions.None(rule.Id).Evolve(new RuleSet("planner", null, rule.Body, Morning, null), Morning)));
        var scenario = new Scenario(
            book, [.. Rules(proposed, "tried").Select(rule => new ProposedRule(rule.Id, rule.Body, null, null))], from, to, Channels, NoPlaces);
        var replay = new SkuReplay(Cup, scenario);
        events.ForEach(happened => replay.Add(happened));
        return Channels.Zip(replay.Finish());
    }

    /// <summary>A rule may have a name, so that another can replace it: <c>safety 5; fence web 10; r1: cap web 3</c>.</summary>
    private static IEnumerable<(RuleId Id, Rule Body)> Rules(string text, string unnamed) => Parts(text).Select((part, index) =>
    {
        var named = part.Split(": ");
        return (RuleId.Parse(named.Length > 1 ? named[0] : $"{unnamed}-{index}"), Rule(named[^1].Split(' ')));
    });

    private static Rule Rule(string[] words) => words switch
    {
        ["safety", var units] => new SafetyStockRule(null, null, null, Number(units), null, SafetyStockLevel.Location),
        ["network", "safety", var units] => new SafetyStockRule(null, null, null, Number(units), null, SafetyStockLevel.Network),
        ["buffer", var channel, var units] => new BufferRule(ChannelId.Parse(channel), null, null, null, Number(units)),
        ["not", var channel, var at] => new EligibilityRule(ChannelId.Parse(channel), null, LocationId.Parse(at), null, Allowed: false),
        ["fence", var channel, var units] => new AllocationRule(ChannelId.Parse(channel), null, AllocationMode.Fixed, Number(units), Borrow: false, 0, null),
        ["fence", var channel, var units, "borrow"] =>
            new AllocationRule(ChannelId.Parse(channel), null, AllocationMode.Fixed, Number(units), Borrow: true, 0, null),
        ["cap", var channel, var units] => new PublishRule(ChannelId.Parse(channel), null, null, Number(units), null, []),
        ["levels", var channel, var low] =>
            new PublishRule(ChannelId.Parse(channel), null, null, Number(low), null, [new PublishLevel("low", Number(low)), new PublishLevel("in", null)]),
        ["backorder", var units] => new BackorderRule(null, null, Number(units)),
        _ => throw new FormatException(string.Join(' ', words)),
    };

    private static (List<ReplayedEvent> Events, Instant From, Instant To) Events(string story)
    {
        var events = new List<ReplayedEvent>();
        var holds = new Dictionary<string, (LocationId At, decimal Units)>();
        var (now, from) = (Morning, Morning);
        foreach (var step in Parts(story))
        {
            now += Duration.FromMinutes(1);
            var words = step.Split(' ');
            var at = LocationId.Parse(words is [.., "at", var place] ? place : "S001");
            switch (words)
            {
                case ["then"]:
                    from = now;
                    break;
                case ["an", "hour", "passes"]:
                    now += Duration.FromMinutes(59);
                    break;
                case [var units, "come", ..]:
                    Record(at, new StockReceived("wms", $"{now}", now, Number(units)) { Change = Number(units) });
                    break;
                case [var units, "walk", "out", ..]:
                    Record(at, new StockSold("pos", $"{now}", now, Number(units)) { Change = -Number(units) });
                    break;
                case [var units, "break", ..]:
                    Record(at, new StockReclassified("wms", $"{now}", now, Number(units))
                    { Unsellable = ImmutableSortedDictionary<string, decimal>.Empty.Add("damaged", Number(units)) });
                    break;
                case [var channel, "holds", var units, "as", var id, ..]:
                    holds[id] = (at, Number(units));
                    Record(at, new StockReserved(id, Number(units), channel, now + Duration.FromMinutes(30)));
                    break;
                case [var id, "keeps", var units]:
                    Record(holds[id].At, new ReservationChanged(id, Number(units) - holds[id].Units));
                    holds[id] = holds[id] with { Units = Number(units) };
                    break;
                case [var id, "pays"]:
                    Record(holds[id].At, new ReservationConfirmed(id, 0));
                    break;
                case [var id, "ships"]:
                    Record(holds[id].At, ReservationFulfilled.Of(id, now, holds[id].Units) with { Change = -holds[id].Units });
                    break;
                case [var id, "gives", "back"]:
                    Record(holds[id].At, new ReservationReleased(id, -holds[id].Units));
                    break;
                default:
                    throw new FormatException(step);
            }

            void Record(LocationId where, StockEvent happened) => events.Add(ReplayedEvent.Of(where, now, happened));
        }

        return (events, from, now + Duration.FromMinutes(1));
    }

    private static string[] Parts(string text) => text.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static decimal Number(string text) => decimal.Parse(text, CultureInfo.InvariantCulture);
}
