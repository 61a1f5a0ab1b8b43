using System.Text.Json;
using System.Text.Json.Nodes;
using RetailSync.Inventory.Host.Publications.Delivery;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>A host that may publish to channels on this machine, and writes its channel log where a test can read it.</summary>
public sealed class PublishingHost : RunningHost, IAsyncLifetime
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(30);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("retailsync-channels");

    protected override string[] Switches => [$"--{Adapters.DirectorySetting}={_directory.FullName}", $"--{Adapters.AllowPrivateNetworksSetting}=true"];

    public string LogOf(string channel) => Path.Combine(_directory.FullName, $"{channel}.ndjson");

    async Task IAsyncLifetime.DisposeAsync()
    {
        await DisposeAsync();
        _directory.Delete(recursive: true);
    }

    public async Task Register(string channel, string adapter, JsonObject? settings = null, decimal? rateLimit = null, string? minimumInterval = null) =>
        (await Put($"/v1/channels/{channel}", new { adapter, settings = settings ?? [], rateLimit, minimumInterval })).Ok();

    /// <summary>The ledger's row, once it is as it is meant to become.</summary>
    public async Task<JsonElement> Publication(string channel, string sku, Func<JsonElement, bool> becomes) => (await Eventually(
        async () => (await Get($"/v1/channels/{channel}/publications?sku={Uri.EscapeDataString(sku)}")).Ok().Items(),
        rows => rows.Length == 1 && becomes(rows[0])))[0];

    public Task<JsonElement> Acknowledged(string channel, string sku, decimal quantity) =>
        Publication(channel, sku, row => row.Number("quantity") == quantity && row.GetProperty("acknowledgedAt").ValueKind == JsonValueKind.String);

    public Task<JsonElement> Channel(string channel, Func<JsonElement, bool> becomes) =>
        Eventually(async () => (await Get($"/v1/channels/{channel}")).Ok().GetProperty("status"), becomes);

    /// <summary>All changes of a channel, once there are so many of them.</summary>
    public Task<JsonElement[]> Changes(string channel, int atLeast, long after = 0) => Eventually(
        async () => (await Get($"/v1/availability/changes?channel={channel}&after={after}&limit=1000")).Ok().Items(), changes => changes.Length >= atLeast);

    /// <summary>Asks until it is so. What happens beside the tests is waited for, and never timed.</summary>
    public static async Task<T> Eventually<T>(Func<Task<T>> read, Func<T, bool> becomes)
    {
        using var patience = new CancellationTokenSource(Timeout);
        while (true)
        {
            var value = await read();
            if (becomes(value))
            {
                return value;
            }

            Assert.False(patience.IsCancellationRequested,
                $"It stays {value switch { JsonElement[] items => string.Join('\n', items), null => "null", _ => value.ToString() }}");
            await Task.Delay(20);
        }
    }
}
