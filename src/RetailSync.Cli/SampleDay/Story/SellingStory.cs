using System.Globalization;

namespace RetailSync.Cli.SampleDay.Story;

/// <summary>
/// A promotion and its rules, reservations in each state, and orders of channels: changed, shipped, returned, collected, and one that is
/// oversold.
/// </summary>
internal sealed class SellingStory(SampleApi api, StoryDays on)
{
    private const string Star = "STAR-PAPER";
    private const string Chair = "CHAIR-OAK";
    private const string Clock = "CLOCK-BRASS";

    public IEnumerable<Step> Steps() => [.. StockSteps(), .. RuleSteps(), .. StarSteps(), .. HoldSteps(), .. OrderSteps(), .. OversellSteps()];

    private IEnumerable<Step> StockSteps()
    {
        yield return Record(-5, "07:30", "wms/W01",
            new Fact("star-open", "count", Star, "W01", on.At(-5, "07:30"), 120), new Fact("chair-open", "count", Chair, "W01", on.At(-5, "07:30"), 40),
            new Fact("clock-open", "count", Clock, "W01", on.At(-5, "07:30"), 3));
        yield return Record(-5, "07:40", "pos/S001", new Fact("star-open", "count", Star, "S001", on.At(-5, "07:40"), 20));
    }

    private IEnumerable<Step> RuleSteps()
    {
        yield return Rule(-5, "09:00", "summer-fence", new
        { kind = "allocation", channel = "app", sku = Star, mode = "fixed", quantity = 10, reason = "Left over from summer" });
        yield return new Step(on.At(-4, "08:00"), () => api.Send(HttpMethod.Delete, "v1/rules/summer-fence", "planner"));
        yield return Rule(-4, "09:00", "advent-safety", new { kind = "safety-stock", sku = Star, quantity = 5, reason = "Advent: shelves must not run empty" });
        yield return Rule(-4, "09:10", "advent-marketplace", new
        {
            kind = "allocation",
            channel = "marketplace",
            sku = Star,
            mode = "fixed",
            quantity = 30,
            effectiveFrom = on.At(-2, "00:00"),
            effectiveTo = on.At(25, "00:00"),
            reason = "Promised to the marketplace for Advent",
        });
        yield return Rule(-4, "09:20", "advent-walk-in", new
        { kind = "buffer", channel = "web", sku = Star, location = "S001", quantity = 4, reason = "Kept for customers in the store" });
        yield return Rule(-4, "09:30", "advent-threshold", new
        { kind = "publish", channel = "web", sku = Star, threshold = 3, reason = "Below three the web shop shows none" });
        yield return Rule(-4, "09:40", "clock-at-the-marketplace", new
        { kind = "eligibility", channel = "marketplace", sku = Clock, location = "W01", allowed = true, reason = "Only from the warehouse" });
        yield return Rule(-1, "16:00", "advent-safety", new { kind = "safety-stock", sku = Star, quantity = 8, reason = "Five was too few on Saturday" });
        yield return Rule(-1, "16:10", "advent-app-ahead", new
        {
            kind = "allocation",
            channel = "app",
            sku = Star,
            mode = "percent",
            percent = 20,
            effectiveFrom = on.At(4, "06:00"),
            effectiveTo = on.At(9, "06:00"),
            reason = "The app's own days",
        });
    }

    /// <summary>Orders of the promotion on four days: what a simulation replays.</summary>
    private IEnumerable<Step> StarSteps()
    {
        string[] channels = ["web", "marketplace", "app"];
        for (var order = 0; order < 16; order++)
        {
            var (channel, id) = (channels[order % 3], string.Create(CultureInfo.InvariantCulture, $"STAR-{order + 1:D2}"));
            var (day, time) = (-3 + (order / 4), string.Create(CultureInfo.InvariantCulture, $"{9 + (order % 4 * 3):D2}:{order * 3 % 60:D2}"));
            var quantity = 2 + (order * 5 % 7);
            yield return Order(day, time, channel, new { type = "order", order = id, id = $"{id}-1", occurredAt = on.At(day, time), lines = Lines(Star, quantity) });
            if (order % 2 == 0)
            {
                yield return Order(day, "21:30", channel, new
                { type = "shipment", order = id, id = $"{id}-2", occurredAt = on.At(day, "21:30"), location = "W01", lines = Lines(Star, quantity) });
            }
        }
    }

    private IEnumerable<Step> HoldSteps()
    {
        yield return Hold(-1, "16:00", "web", "hold-expired", "PT15M", 2);
        yield return Hold(0, "10:00", "app", "hold-open", "P7D", 3);
        yield return Hold(0, "10:10", "web", "hold-confirmed", "PT30M", 4);
        yield return After(0, "10:20", "web", "hold-confirmed/confirm", new { step = "pay" });
        yield return Hold(0, "10:30", "web", "hold-shipped-in-part", "PT30M", 5);
        yield return After(0, "10:35", "web", "hold-shipped-in-part/confirm", new { step = "pay" });
        yield return After(0, "14:00", "web", "hold-shipped-in-part/fulfil", new { step = "parcel-1", lines = new[] { new { sku = Star, quantity = 2 } } });
        yield return Hold(0, "11:00", "app", "hold-released", "PT2H", 1);
        yield return After(0, "11:30", "app", "hold-released/release", new { step = "changed-mind" });
    }

    private IEnumerable<Step> OrderSteps()
    {
        yield return Order(-3, "10:00", "web", new { type = "order", order = "W-1001", id = "1", revision = 1, lines = Lines(Chair, 3, "CUP", 2) });
        yield return Order(-3, "11:00", "web", new { type = "change", order = "W-1001", id = "2", revision = 2, lines = Lines(Chair, 2, "CUP", 2) });
        yield return Order(-2, "09:00", "web", new { type = "shipment", order = "W-1001", id = "3", location = "W01" });
        yield return Order(-1, "15:00", "web", new { type = "return", order = "W-1001", id = "4", location = "W01", status = "damaged", lines = Lines(Chair, 1) });
        yield return Order(-2, "12:00", "web", new { type = "order", order = "W-1002", id = "1", lines = Lines(Chair, 2, "BREAKFAST-SET", 2) });
        yield return Order(-2, "12:30", "web", new { type = "cancellation", order = "W-1002", id = "2", lines = Lines(Chair, 1) });
        yield return Order(-1, "13:00", "app", new
        { type = "order", order = "A-2001", id = "1", fulfilment = "pickup", location = "S001", collectBy = on.At(1, "18:00"), lines = Lines("LAMP-RED", 1) });
        yield return Order(-1, "15:30", "app", new { type = "ready", order = "A-2001", id = "2" });
        yield return Order(0, "10:30", "app", new { type = "collected", order = "A-2001", id = "3" });
        yield return Order(-1, "13:20", "app", new
        { type = "order", order = "A-2002", id = "1", fulfilment = "pickup", location = "S001", collectBy = on.At(0, "12:00"), lines = Lines("LAMP-RED", 2) });
        yield return Order(-1, "15:40", "app", new { type = "ready", order = "A-2002", id = "2" });
    }

    /// <summary>The warehouse sells the last clocks over the counter while an order of the marketplace, which has three acknowledged, is on its way.</summary>
    private IEnumerable<Step> OversellSteps()
    {
        yield return new Step(on.At(0, "17:55"), () => api.Published("marketplace"));
        yield return Record(0, "18:00", "wms/W01", new Fact("clock-1", "sale", Clock, "W01", on.At(0, "18:00"), 2) { Document = "counter-17" });
        yield return Order(0, "18:01", "marketplace", new
        { type = "order", order = "M-3001", id = "1", occurredAt = on.At(0, "17:59"), lines = Lines(Clock, 2) });
    }

    private Step Rule(int days, string time, string id, object body) =>
        new(on.At(days, time), () => api.Send(HttpMethod.Put, $"v1/rules/{id}", "planner", body));

    private Step Order(int days, string time, string channel, object body) =>
        new(on.At(days, time), () => api.Send(HttpMethod.Post, $"v1/channels/{channel}/orders", $"channel-{channel}", body));

    private Step Hold(int days, string time, string channel, string id, string holdFor, int quantity) =>
        new(on.At(days, time), () => api.Send(HttpMethod.Post, "v1/reservations", $"channel-{channel}", new
        { id, channel, holdFor, lines = Lines(Star, quantity) }));

    private Step After(int days, string time, string channel, string path, object body) =>
        new(on.At(days, time), () => api.Send(HttpMethod.Post, $"v1/reservations/{path}", $"channel-{channel}", body));

    private Step Record(int days, string time, string source, params Fact[] facts) => new(on.At(days, time), () => api.Record("ops", source, facts));

    private static object[] Lines(string sku, int quantity, string? another = null, int more = 0) =>
        another is null ? [new { sku, quantity }] : [new { sku, quantity }, new { sku = another, quantity = more }];
}
