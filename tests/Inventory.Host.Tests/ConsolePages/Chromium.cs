using System.Collections;
using Microsoft.Playwright;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>A test in the system's Chromium; skipped where there is none.</summary>
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute() => Skip = Chromium.WhySkipped;
}

/// <inheritdoc cref="ChromiumFactAttribute"/>
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute() => Skip = Chromium.WhySkipped;
}

/// <summary>The system's Chromium without a window, started by the first test that opens a page.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>Milliseconds. A browser on a machine that is busy with other tests is slow.</summary>
    private const float Patience = 180_000;

    private static readonly string? Program = (
        from name in new[] { "chromium", "chromium-browser", "google-chrome" }
        from folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        let program = Path.Combine(folder, name)
        where File.Exists(program)
        select program).FirstOrDefault();

    private readonly Lazy<Task<(IPlaywright Driver, IBrowser Browser)>> _started = new(Start);

    /// <summary>Null where tests in Chromium can run.</summary>
    public static string? WhySkipped => Program is null ? "There is no Chromium here: run 'apt-get install chromium' as root." : null;

    /// <summary>An empty page of a browser that has seen nothing yet.</summary>
    public async Task<IPage> NewPage(ColorScheme scheme = ColorScheme.Light)
    {
        var (_, browser) = await _started.Value;
        var context = await browser.NewContextAsync(new BrowserNewContextOptions { ColorScheme = scheme, Locale = "en-GB", TimezoneId = "Europe/London" });
        context.SetDefaultTimeout(Patience);
        return await context.NewPageAsync();
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_started.IsValueCreated)
        {
            var (driver, browser) = await _started.Value;
            await browser.DisposeAsync();
            driver.Dispose();
        }
    }

    private static async Task<(IPlaywright Driver, IBrowser Browser)> Start()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        var driver = await Playwright.CreateAsync();

        // It opens no page but ours, and its sandbox does not start for root.
        string[] switches = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync"];

        // Fields for a time are in the order of the browser's own language, whatever the machine's is.
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().ToDictionary(each => (string)each.Key, each => (string)each.Value!);
        environment["LANGUAGE"] = "en_US";
        return (driver, await driver.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Program, Args = switches, Env = environment }));
    }
}
