using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>
/// Stock of one SKU, the cup, and the rules for it, as a planner jots them down. Locations are written in capitals, channels small.
/// <code>
/// stock     S001 10 unsellable 1 reserved 2 group mall, W1 -3, S002 5 disabled, W1 expects 10 on 2026-11-26 confidence 0.5 by transfer held 2
/// rules     safety-stock S001 2                      a number, or 10% of on-hand; network safety 3 is kept back once, off the pool
///           web not at W1                            or: web at W1; everybody not at group mall; web not anywhere
///           buffer web S001 1
///           allocation web fixed 4 borrow            or percent 25; priority 2; until a day; used 3: units held and shipped of it
///           publish web buffer 1 cap 5 threshold 3 levels out 0 low 10 high
///           backorder web 3
///           supply confidence 0.5 horizon 14 by transfer
///           each may go on: group mall, of cup, from 2026-11-25, to 2026-11-30
/// promised  web 7, shop 3, web@S001 2, web 0 out     the word at the end is the level
/// </code>
/// Rules have the ids r1, r2, ... in the order of the text.
/// </summary>
internal sealed record Situation(SkuStock Stock, RuleBook Book, Instant Now)
{
    public static readonly Sku Cup = Sku.Parse("cup");

    private static readonly Instant ThisMorning = Instant.FromUtc(2026, 11, 24, 9, 0);
    private static readonly Instant LongAgo = Instant.FromUtc(2020, 1, 1, 0, 0);
    private static readonly string[] Kinds = ["safety-stock", "network", "buffer", "allocation", "publish", "backorder", "supply"];

    public RulesInForce Rules => Book.InForceAt(Now);

    public static Situation Of(string stock, string rules, LocalDate? today = null)
    {
        var used = new Dictionary<string, decimal>();
        var versions = Parts(rules, ';').Select((text, index) => Rule($"r{index + 1}", text, used)).ToList();
        var now = today is { } day ? day.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant() + Duration.FromHours(9) : ThisMorning;
        return new Situation(new SkuStock(Cup, Locations(stock), used), new RuleBook(versions), now);
    }

    /// <summary>What is promised to those whom <paramref name="asked"/> names, written as there.</summary>
    public string Promised(string asked) => string.Join(", ", Parts(asked, ',').Select(entry => entry.Split(' ')[0]).Select(who =>
    {
        var promise = Promise(who);
        return string.Create(CultureInfo.InvariantCulture, $"{who} {promise.Quantity:0.##########}{(promise.Level is null ? "" : $" {promise.Level}")}");
    }));

    /// <summary>Of a channel, or of a channel at a location: web@S001.</summary>
    public ChannelPromise Promise(string who) => ChannelPromise.Of(Channel(who), Stock, Rules, At(who));

    public decimal Quantity(string who) => Promise(who).Quantity;

    public IReadOnlyList<PromiseTerm> Terms(string who) => PromiseBreakdown.Of(Channel(who), Stock, Rules, At(who));

    public ChannelStock Own(string channel) => ChannelStock.Of(Channel(channel), Stock, Rules);

    public IReadOnlyList<DayPromise> Ahead(string channel, int days, DateTimeZone? zone = null) =>
        PromiseAhead.Of(Channel(channel), _ => Stock, Book.InForceAt, Now, zone ?? DateTimeZone.Utc, days);

    /// <summary>As it is when a channel holds so many units, wherever they lie.</summary>
    public (Situation After, decimal Held) Hold(string channel, decimal units) => Hold(channel, units, Own(channel).MostAvailable());

    /// <summary>The same, taken from locations in this order: reserved there, and counted in the channel's fixed ring-fence, as a lane does.</summary>
    public (Situation After, decimal Held) Hold(string channel, decimal units, IEnumerable<LocationId> order)
    {
        var own = Own(channel);
        var held = new Dictionary<LocationId, decimal>();
        foreach (var location in order)
        {
            held[location] = own.Take(location, units - held.Values.Sum());
        }

        return (Reserve(held, own.CountedIn), held.Values.Sum());
    }

    /// <summary>As it is when units more (or fewer, below 0) are reserved, and counted.</summary>
    public Situation Reserve(IReadOnlyDictionary<LocationId, decimal> units, string? countedIn)
    {
        var use = new FencedUse(0, FencedUse.None.Units.AddRange(Stock.FencedUse));
        return this with
        {
            Stock = Stock with
            {
                Locations = [.. Stock.Locations.Select(
                    location => location with { Reserved = location.Reserved + units.GetValueOrDefault(location.Profile.Id) })],
                FencedUse = (countedIn is null ? use : use.With(countedIn, units.Values.Sum())).Units,
            },
        };
    }

    public static ChannelId Channel(string who) => ChannelId.Parse(who.Split('@')[0]);

    private static LocationId? At(string who) => who.Split('@') is [_, var location] ? LocationId.Parse(location) : null;

    private static string[] Parts(string text, char separator) => text.Split(separator, StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static List<LocationStock> Locations(string text)
    {
        var locations = new List<LocationStock>();
        foreach (var part in Parts(text, ','))
        {
            var clause = new Clause(part);
            var id = clause.Location() ?? throw new FormatException($"Where? '{part}'.");
            if (clause.Number("expects") is { } expected)
            {
                var index = locations.FindIndex(location => location.Profile.Id == id);
                locations[index] = locations[index] with { Supply = [.. locations[index].Supply, Document(clause, expected, locations[index].Supply.Count)] };
            }
            else
            {
                var groups = clause.Word("group") is { } group ? new[] { group }.ToFrozenSet() : FrozenSet<string>.Empty;
                locations.Add(new LocationStock(
                    new LocationProfile(id, groups, !clause.Has("disabled")), clause.Units(), clause.Number("unsellable")
                    ?? 0, clause.Number("reserved") ?? 0, []));
            }

            clause.End();
        }

        return locations;
    }

    private static ExpectedSupply Document(Clause clause, decimal quantity, int number) => new(
        $"po-{number}",
        new InTransit(quantity, SupplyKindOf(clause) ?? SupplyKind.PurchaseOrder, clause.Day("on"), clause.Number("confidence") ?? 1, LongAgo, LongAgo),
        clause.Number("held") ?? 0);

    private static SupplyKind? SupplyKindOf(Clause clause) => clause.Word("by") switch
    {
        null => null,
        "transfer" => SupplyKind.Transfer,
        "purchase-order" => SupplyKind.PurchaseOrder,
        var other => throw new FormatException($"No supply comes by {other}."),
    };

    private static RuleVersions Rule(string id, string text, Dictionary<string, decimal> used)
    {
        var kind = Array.Find(Kinds, text.StartsWith) ?? "";
        var clause = new Clause(kind == "network" ? text["network safety".Length..] : text[kind.Length..]);
        var (from, to, usedUp) = (clause.Start("from") ?? LongAgo, clause.Start("to"), clause.Number("used"));
        var rule = RuleVersions.None(RuleId.Parse(id)).Evolve(new RuleSet("planner", null, Body(kind, clause), from, to), LongAgo);
        clause.End();
        if (usedUp is { } units)
        {
            used.Add(rule.Latest!.Key, units);
        }

        return rule;
    }

    private static Rule Body(string kind, Clause clause)
    {
        switch (kind)
        {
            case "safety-stock" or "network":
                var (units, percent) = clause.Amount();
                return new SafetyStockRule(
                    clause.Sku(), clause.Location(), clause.Word("group"), units, percent, kind == "network"
                    ? SafetyStockLevel.Network : SafetyStockLevel.Location);
            case "buffer":
                return new BufferRule(clause.Channel(), clause.Sku(), clause.Location(), clause.Word("group"), clause.Units());
            case "allocation":
                var (share, until) = (clause.Number("percent"), clause.Start("until"));
                return new AllocationRule(
                    clause.Channel()!.Value, clause.Sku(), share is null ? AllocationMode.Fixed
                    : AllocationMode.Percent, share ?? clause.Number("fixed")!.Value,
                    clause.Has("borrow"), (int)(clause.Number("priority") ?? 0), until);
            case "publish":
                return new PublishRule(clause.Channel(), clause.Sku(), clause.Number("buffer"), clause.Number("cap"),
                    clause.Number("threshold"), Levels(clause.Word("levels")));
            case "backorder":
                return new BackorderRule(clause.Channel(), clause.Sku(), clause.Units());
            case "supply":
                return new SupplyRule(SupplyKindOf(clause), clause.Number("confidence") ?? 1, (int?)clause.Number("horizon"));
            default:
                clause.Has("at");
                clause.Has("anywhere");
                var channel = clause.Word("channel");
                return new EligibilityRule(
                    channel is "everybody" ? null : ChannelId.Parse(channel!), clause.Sku(), clause.Location(), clause.Word("group"), !clause.Has("not"));
        }
    }

    private static ImmutableList<PublishLevel> Levels(string? text) =>
        [.. (text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Chunk(2).Select(level =>
            new PublishLevel(level[0], level.Length > 1 ? decimal.Parse(level[1], CultureInfo.InvariantCulture) : null))];
}
