namespace RetailSync.Cli.SampleDay.Story;

/// <summary>
/// A lamp with every kind of event, some of them known late; positions below zero; lines that nobody can record; a set of cups and plates; a kettle that is
/// promised by a delivery that does not come.
/// </summary>
internal sealed class StockStory(SampleApi api, StoryDays on)
{
    private const string Lamp = "LAMP-RED";

    public IEnumerable<Step> Steps() => [.. LampSteps(), .. BelowZeroSteps(), .. RefusedSteps(), .. SetSteps(), .. KettleSteps()];

    private IEnumerable<Step> LampSteps()
    {
        yield return Record(-5, "06:00", "erp", new Fact("lamp-po", "expected", Lamp, "S001", on.At(-5, "06:00"), 12)
        { Document = "PO-LAMP-1", ExpectedOn = on.Day(-4) });
        yield return Record(-5, "07:00", "pos/S001", new Fact("lamp-open", "count", Lamp, "S001", on.At(-5, "07:00"), 24));
        yield return Record(-5, "10:12", "pos/S001", Sale("lamp-1", -5, "10:12", 2));
        yield return Record(-5, "16:40", "pos/S001", Sale("lamp-2", -5, "16:40", 1));
        yield return Record(-4, "09:30", "wms/S001", new Fact("lamp-in", "receipt", Lamp, "S001", on.At(-4, "09:30"), 12) { Document = "PO-LAMP-1" });
        yield return Record(-4, "18:00", "pos/S001", new Fact("lamp-count", "count", Lamp, "S001", on.At(-4, "18:00"), 30));
        yield return Record(-3, "08:00", "pos/S001", new Fact("lamp-broken", "status", Lamp, "S001", on.At(-3, "08:00"), 2)
        { From = "sellable", To = "damaged" });
        yield return Record(-2, "10:00", "pos/S001", Sale("lamp-5", -2, "10:00", 5));
        yield return Record(-2, "13:00", "pos/S001", new Fact("lamp-back", "return", Lamp, "S001", on.At(-2, "13:00"), 1)
        { Document = "S001-R-4", Status = "damaged" });

        // A till was offline for days: one sale is older than the count and is absorbed, the other comes off.
        yield return Record(-1, "08:15", "pos/S001", Sale("lamp-3", -4, "11:05", 3), Sale("lamp-4", -3, "15:20", 4));
        yield return Record(-1, "09:00", "pos/S001", new Fact("lamp-5-again", "correction", Lamp, "S001", on.At(-1, "09:00"), 2)
        { Corrects = "lamp-5", Declaration = "incorrect" });
        yield return Record(-1, "12:00", "pos/S001", new Fact("lamp-over", "transfer", Lamp, "S001", on.At(-1, "12:00"), 4)
        { To = "S002", Document = "TR-LAMP-1", ExpectedOn = on.Day(0) });
        yield return Record(0, "09:00", "pos/S002", new Fact("lamp-came", "receipt", Lamp, "S002", on.At(0, "09:00"), 3) { Document = "TR-LAMP-1" });
        yield return Record(0, "16:30", "pos/S001", new Fact("lamp-found", "adjustment", Lamp, "S001", on.At(0, "16:30"), 1)
        { Reason = "found in the back room" });
    }

    private IEnumerable<Step> BelowZeroSteps()
    {
        yield return Record(-2, "09:00", "pos/S002", new Fact("mug-1", "sale", "MUG-BLUE", "S002", on.At(-2, "09:00"), 3));
        yield return FindAlerts(-2, "09:05");
        yield return Record(-1, "10:00", "pos/S002", new Fact("mug-count", "count", "MUG-BLUE", "S002", on.At(-1, "10:00"), 8));
        yield return FindAlerts(-1, "10:05");
        yield return Record(0, "17:00", "pos/S002", new Fact("teapot-1", "sale", "TEAPOT", "S002", on.At(0, "17:00"), 2));
        yield return FindAlerts(0, "17:05");
    }

    private IEnumerable<Step> RefusedSteps()
    {
        yield return new Step(on.At(-1, "14:00"), async () =>
        {
            var at = on.At(-1, "14:00");
            await api.Record("ops", "pos/S001",
                new { id = "bad-quantity", type = "sale", sku = Lamp, location = "S001", quantity = "two", occurredAt = at },
                new { id = "bad-location", type = "sale", sku = Lamp, quantity = 1, occurredAt = at },
                new Fact("lamp-1", "sale", Lamp, "S001", at, 7),
                new Fact("bad-correction", "correction", Lamp, "S001", at) { Corrects = "lamp-99", Declaration = "did-not-occur" },
                new Fact("bad-correction-2", "correction", Lamp, "S001", at, 1) { Corrects = "lamp-5", Declaration = "incorrect" },
                new Fact("bad-clock", "sale", Lamp, "S001", on.At(0, "14:00"), 1));
            await api.Record("store-S002", "pos/S002", new Fact("bad-place", "sale", Lamp, "S001", at, 1));
            await api.Record("store-S002", "pos/S001", new Fact("bad-source", "sale", Lamp, "S002", at, 1));
        });
        yield return new Step(on.At(-1, "15:00"), async () =>
        {
            foreach (var line in (await api.Get("v1/quarantine?limit=1000")).GetProperty("items").EnumerateArray().ToArray())
            {
                var path = $"v1/quarantine/{line.GetProperty("id")}";
                switch (line.GetProperty("line").GetProperty("id").GetString())
                {
                    case "bad-quantity":
                        await api.Send(HttpMethod.Post, $"{path}/replay", "ops", new
                        {
                            line = new Fact("bad-quantity", "sale", Lamp, "S001", on.At(-1, "14:00"), 2),
                        });
                        break;
                    case "bad-clock":
                        await api.Send(HttpMethod.Post, $"{path}/dismiss", "ops", new { reason = "The till's clock was a day ahead; it was sold again as lamp-4." });
                        break;
                }
            }
        });
    }

    private IEnumerable<Step> SetSteps()
    {
        yield return Record(-5, "06:30", "wms/W01",
            new Fact("cup-open", "count", "CUP", "W01", on.At(-5, "06:30"), 60), new Fact("plate-open", "count", "PLATE", "W01", on.At(-5, "06:30"), 25));
        yield return new Step(on.At(-5, "08:00"), () => api.Send(HttpMethod.Put, "v1/kits/BREAKFAST-SET", "planner", new
        {
            components = new[] { new { sku = "CUP", quantity = 2 }, new { sku = "PLATE", quantity = 1 } },
            reason = "Sold together for Advent",
        }));
    }

    /// <summary>Forty were expected three days ago and did not come; thirty more may come in three days.</summary>
    private IEnumerable<Step> KettleSteps()
    {
        yield return Record(-5, "06:45", "wms/W01", new Fact("kettle-open", "count", "KETTLE", "W01", on.At(-5, "06:45"), 6));
        yield return Record(-5, "06:50", "erp", new Fact("kettle-po", "expected", "KETTLE", "W01", on.At(-5, "06:50"), 40)
        { Document = "PO-KETTLE-1", ExpectedOn = on.Day(-2) });
        yield return new Step(on.At(-4, "10:30"), () => api.Send(HttpMethod.Post, "v1/reservations", "channel-web", new
        {
            id = "kettle-order",
            channel = "web",
            holdFor = "P30D",
            lines = new[] { new { sku = "KETTLE", quantity = 20, by = on.Day(-2) } },
        }));
        yield return Record(-1, "07:00", "erp", new Fact("kettle-po-2", "expected", "KETTLE", "W01", on.At(-1, "07:00"), 30)
        { Document = "PO-KETTLE-2", ExpectedOn = on.Day(4), Confidence = 0.9m });
    }

    private Step Record(int days, string time, string source, params Fact[] facts) => new(on.At(days, time), () => api.Record("ops", source, facts));

    private Step FindAlerts(int days, string time) => new(on.At(days, time), () => api.Get("v1/alerts?limit=1"));

    private Fact Sale(string id, int days, string time, decimal quantity) =>
        new(id, "sale", Lamp, "S001", on.At(days, time), quantity) { Document = $"S001-{id}" };
}
