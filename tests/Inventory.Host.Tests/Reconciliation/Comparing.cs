using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Inventory.Host.Tests.Reconciliation;

/// <summary>Helpers to compare over HTTP.</summary>
public static class Comparing
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    public static JsonObject Count(
        string sku, decimal? onHand, string location = "S001", decimal? reserved = null, params IReadOnlyList<(string Status, decimal Quantity)> unsellable)
    {
        var count = new JsonObject { ["sku"] = sku, ["location"] = location };
        if (onHand is { } units)
        {
            count["onHand"] = units;
        }

        if (reserved is { } kept)
        {
            count["reserved"] = kept;
        }

        if (unsellable.Count > 0)
        {
            count["unsellable"] = new JsonObject(unsellable.Select(status => KeyValuePair.Create(status.Status, (JsonNode?)JsonValue.Create(status.Quantity))));
        }

        return count;
    }

    public static JsonObject Document(string id, string type, string sku, decimal quantity, string at = "09:15", string location = "S001") => new()
    {
        ["id"] = id,
        ["type"] = type,
        ["sku"] = sku,
        ["location"] = location,
        ["quantity"] = quantity,
        ["occurredAt"] = $"2026-11-23T{at}:00Z",
    };

    public static JsonObject Sheet(
        IEnumerable<JsonObject> counts, IEnumerable<JsonObject>? documents = null, string takenAt = "2026-11-23T09:30:00Z", string system = "wms")
    {
        var sheet = new JsonObject { ["system"] = system, ["takenAt"] = takenAt, ["counts"] = new JsonArray([.. counts]) };
        if (documents is not null)
        {
            sheet["documents"] = new JsonArray([.. documents]);
        }

        return sheet;
    }

    /// <summary>Posts it and waits until it is done.</summary>
    public static async Task<JsonElement> Compare(this RunningHost host, JsonObject sheet) =>
        await host.Done((await host.Post("/v1/reconciliations", sheet)).Ok(202).Text("id")!);

    public static async Task<JsonElement> Done(this RunningHost host, string run, string state = "done")
    {
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var answer = (await host.Get($"/v1/reconciliations/{run}")).Ok();
            if (answer.Text("state") != "running")
            {
                Assert.True(answer.Text("state") == state, answer.GetRawText());
                return answer;
            }

            Assert.True(TimeProvider.System.GetElapsedTime(started) < Timeout, answer.GetRawText());
            await Task.Yield();
        }
    }

    /// <summary>As a person would write it down: <c>onHand 8-6=2 missing-movement S-1 2 needs-approval</c>.</summary>
    public static string Summary(this JsonElement drift) => FormattableString.Invariant(
        $"{drift.Text("field")} {drift.Number("ours")}-{drift.Number("theirs")}={drift.Number("difference")} {string.Join(", ", drift.Items("attribution").Select(Part))} {drift.Text("action")}");

    private static string Part(JsonElement part) =>
        FormattableString.Invariant($"{part.Text("cause")} {part.Text("document") ?? "-"} {part.Number("quantity")}");
}
