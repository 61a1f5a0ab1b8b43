using RetailSync.Cli.SampleDay;
using RetailSync.Cli.SampleDay.Replay;
using RetailSync.Inventory.Host.Tests.Publications;
using Spectre.Console;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>What <c>./run</c> shows of channels: the sample day over the real API, and three channels that are published to.</summary>
public class The_sample_days_channels(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public async Task Get_all_current_numbers_and_the_ledger_shows_it()
    {
        var day = new TradingDay(new LocalDate(2026, 11, 22)) { Stores = 2, Skus = 40, SalesPerStore = 200 };
        using var http = new HttpClient { BaseAddress = host.Address };
        http.DefaultRequestHeaders.Authorization = new("Bearer", "dev-admin");
        var console = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(TextWriter.Null) });
        await new ReplaySampleDay(http, console, TimeProvider.System).Run(day, default);
        var skus = day.Movements().Select(movement => movement.Position.Sku.Value).ToHashSet();

        Assert.Equal(3, day.Channels.Count);
        foreach (var channel in day.Channels)
        {
            var rows = await PublishingHost.Eventually(
                async () => (await host.Get($"/v1/channels/{channel}/publications?limit=1000")).Ok()
                .Items(), rows => rows.Length == skus.Count && Array.TrueForAll(rows, row => row.Text("state") == "told"));
            var sku = rows[0].Text("sku")!;
            var promised = (await host.Get($"/v1/availability/{Uri.EscapeDataString(sku)}?channel={channel}")).Ok().Number("quantity");
            Assert.Equal(promised, rows[0].GetProperty("believed").Number("quantity"));
            Assert.NotEmpty(rows[0].GetProperty("causes").EnumerateArray());
            Assert.NotEmpty(await File.ReadAllLinesAsync(host.LogOf(channel.Value)));
        }
    }
}
