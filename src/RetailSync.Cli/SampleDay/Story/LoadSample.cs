using System.Net.Sockets;
using NodaTime;
using RetailSync.Cli.SampleDay.Replay;
using Spectre.Console;

namespace RetailSync.Cli.SampleDay.Story;

/// <summary>
/// The whole sample: some days of a few stores and a story for every page (docs/sample.md), then yesterday in all stores, each recorded at its own time. Where
/// the database has events already, only yesterday's trading day, recorded now.
/// </summary>
/// <param name="http">Its base address is the service; it carries the key of development for everything.</param>
/// <param name="console">Where progress and the summary go.</param>
public sealed class LoadSample(HttpClient http, IAnsiConsole console, TimeProvider time)
{
    /// <summary>The sample begins so many days before its last one.</summary>
    private const int DaysBefore = 6;

    /// <summary>Where the clock of a host begins that is to load the sample now.</summary>
    public static Instant From(TradingDay day) => day.Day.PlusDays(-DaysBefore).AtMidnight().InUtc().ToInstant();

    /// <param name="day">The last day of the sample.</param>
    /// <returns>What became of the lines of that day.</returns>
    public async Task<ReplaySummary> Run(TradingDay day, CancellationToken cancellation)
    {
        var api = new SampleApi(http, time);
        var replay = new ReplaySampleDay(http, console, time);
        if (!await api.HasClock(From(day), cancellation))
        {
            return await replay.Run(day, cancellation);
        }

        using var receiver = new OutletReceiver(FreePort());
        try
        {
            await replay.Register(day, cancellation);
            var story = new Queue<Step>(Steps(api, new StoryDays(day.Day), receiver));
            for (var before = DaysBefore - 1; before > 0; before--)
            {
                await replay.Send(FewStores(day, before), until => GoOn(story, api, until), cancellation);
            }

            var sum = await replay.Run(day, cancellation, until => GoOn(story, api, until));
            await GoOn(story, api, Instant.MaxValue);
            await api.MoveToPresent(cancellation);
            await HoldUntilSoon(api);
            await api.Get("v1/alerts?limit=1");
            return sum;
        }
        finally
        {
            // Also where it failed: nothing that others record may be recorded in the past.
            await api.MoveToPresent(CancellationToken.None);
        }
    }

    /// <summary>One of the days before: small, so that the sample is loaded quickly.</summary>
    internal static TradingDay FewStores(TradingDay day, int before) => new(day.Day.PlusDays(-before))
    {
        Seed = day.Seed,
        Stores = Math.Min(day.Stores, 5),
        Skus = Math.Min(day.Skus, 120),
        SalesPerStore = Math.Min(day.SalesPerStore, 60),
        Channels = day.Channels,
    };

    private static IEnumerable<Step> Steps(SampleApi api, StoryDays calendar, OutletReceiver receiver) =>
        new[] { new StockStory(api, calendar).Steps(), new SellingStory(api, calendar).Steps(), new DriftStory(api, calendar).Steps(),
            new OutletStory(api, calendar, receiver).Steps() }.SelectMany(steps => steps).OrderBy(step => step.At);

    /// <summary>Does what is due by then, each at its instant, and leaves the clock at that.</summary>
    private static async Task GoOn(Queue<Step> story, SampleApi api, Instant until)
    {
        while (story.TryPeek(out var step) && step.At <= until)
        {
            story.Dequeue();
            api.MoveTo(step.At);
            await step.Do();
        }

        if (until < Instant.MaxValue)
        {
            api.MoveTo(until);
        }
    }

    /// <summary>A hold that ends within the hour in which somebody looks.</summary>
    private static Task HoldUntilSoon(SampleApi api) => api.Send(HttpMethod.Post, "v1/reservations", "channel-web", new
    { id = "hold-ends-soon", channel = "web", holdFor = "PT45M", lines = new[] { new { sku = "STAR-PAPER", quantity = 1 } } });

    private static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
