using System.Text.Json;

namespace RetailSync.Cli.SampleDay.Story;

/// <summary>
/// A comparison with the warehouse's system that finds a drift of each cause, each at a SKU that is named for it; one is approved, one
/// dismissed.
/// </summary>
internal sealed class DriftStory(SampleApi api, StoryDays on)
{
    private static readonly string[] Trays =
        ["TRAY-MISSING", "TRAY-TWICE", "TRAY-TIMED", "TRAY-QUANTITY", "TRAY-PLACE", "TRAY-HELD", "TRAY-UNEXPLAINED", "TRAY-RIGHT"];

    public IEnumerable<Step> Steps()
    {
        yield return new Step(on.At(-2, "08:00"), () => api.Record("ops", "wms/W01",
            [.. Trays.Select(tray => new Fact($"open-{tray}", "count", tray, "W01", on.At(-2, "08:00"), 20))]));
        yield return new Step(on.At(-2, "08:05"), () => api.Record("ops", "pos/S002",
            new Fact("open-tray", "count", "TRAY-PLACE", "S002", on.At(-2, "08:05"), 20)));
        yield return new Step(on.At(-1, "11:10"), () => api.Record("ops", "wms/W01",
            new Fact("tray-902", "receipt", "TRAY-TWICE", "W01", on.At(-1, "11:00"), 6) { Document = "R-902" },
            new Fact("tray-902-again", "receipt", "TRAY-TWICE", "W01", on.At(-1, "11:00"), 6) { Document = "R-902" },
            new Fact("tray-903", "sale", "TRAY-TIMED", "W01", on.At(-2, "07:30"), 2) { Document = "S-903" },
            new Fact("tray-904", "sale", "TRAY-QUANTITY", "W01", on.At(-1, "11:00"), 9) { Document = "S-904" }));
        yield return new Step(on.At(-1, "11:15"), () => api.Record("ops", "pos/S002",
            new Fact("tray-905", "sale", "TRAY-PLACE", "S002", on.At(-1, "11:00"), 4) { Document = "S-905" }));
        yield return new Step(on.At(-1, "11:20"), () => api.Send(HttpMethod.Post, "v1/reservations", "channel-web", new
        { id = "T-906", channel = "web", holdFor = "P30D", lines = new[] { new { sku = "TRAY-HELD", quantity = 1, location = "W01" } } }));
        yield return new Step(on.At(0, "19:00"), Compare);
    }

    private async Task Compare()
    {
        var sold = on.At(-1, "11:00");
        var run = (await api.Send(HttpMethod.Post, "v1/reconciliations", "ops", new
        {
            system = "wms",
            takenAt = on.At(0, "18:45"),
            counts = new[]
            {
                Count("TRAY-MISSING", 17), Count("TRAY-TWICE", 26), Count("TRAY-TIMED", 18), Count("TRAY-QUANTITY", 18), Count("TRAY-PLACE", 16),
                Count("TRAY-PLACE", 20, "S002"), Count("TRAY-HELD", 20), Count("TRAY-UNEXPLAINED", 18), Count("TRAY-RIGHT", 20),
            },
            documents = new object[]
            {
                new { id = "S-901", type = "sale", sku = "TRAY-MISSING", location = "W01", quantity = 3, occurredAt = sold },
                new { id = "R-902", type = "receipt", sku = "TRAY-TWICE", location = "W01", quantity = 6, occurredAt = sold },
                new { id = "S-903", type = "sale", sku = "TRAY-TIMED", location = "W01", quantity = 2, occurredAt = sold },
                new { id = "S-904", type = "sale", sku = "TRAY-QUANTITY", location = "W01", quantity = 2, occurredAt = sold },
                new { id = "S-905", type = "sale", sku = "TRAY-PLACE", location = "W01", quantity = 4, occurredAt = sold },
                new { id = "T-906", type = "cancellation", sku = "TRAY-HELD", location = "W01", quantity = 1, occurredAt = on.At(-1, "12:00") },
            },
        })).GetProperty("id").GetString()!;
        await api.Until($"v1/reconciliations/{run}", shown => shown.GetProperty("state").GetString() != "running");
        foreach (var drift in (await api.Get($"v1/reconciliations/{run}")).GetProperty("drifts").EnumerateArray().ToArray())
        {
            await (drift.GetProperty("sku").GetString() switch
            {
                "TRAY-MISSING" => Decide(run, drift, "approve", "Sale S-901 was found in the till's drawer."),
                "TRAY-UNEXPLAINED" => Decide(run, drift, "dismiss", "Will be counted on Friday."),
                _ => Task.CompletedTask,
            });
        }
    }

    private Task Decide(string run, JsonElement drift, string how, string reason) =>
        api.Send(HttpMethod.Post, $"v1/reconciliations/{run}/drifts/{drift.GetProperty("n")}/{how}", "ops", new { reason });

    private static object Count(string sku, decimal onHand, string location = "W01") => new { sku, location, onHand, reserved = 0 };
}
