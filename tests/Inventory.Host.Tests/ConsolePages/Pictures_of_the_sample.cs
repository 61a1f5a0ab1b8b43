using RetailSync.Inventory.Host.Tests.Walks;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.ConsolePages;

/// <summary>The console's eight pictures with what <c>./run</c> loads. They are kept in the folder <c>pictures</c> beside the tests, to be looked at.</summary>
public sealed class Pictures_of_the_sample(Chromium chromium) : IClassFixture<Chromium>
{
    private static readonly (string Name, string Address)[] Pictures =
    [
        ("position", "/console/stock/LAMP-RED/S001"),
        ("promise", "/console/promise/STAR-PAPER?channel=web"),
        ("promise-ahead", "/console/promise/KETTLE?channel=web"),
        ("drifts", "/console/reconciliation"),
        ("what-if", """/console/what-if?rule={"kind":"safety-stock","sku":"STAR-PAPER","quantity":"3"}"""),
        ("channel", "/console/channels/outlet"),
        ("oversell", "/console/channels/marketplace/oversells/M-3001"),
        ("sku", "/console/stock/10001"),
        ("today", "/console"),
        ("reservation", "/console/reservations/hold-shipped-in-part"),
        ("rules", "/console/rules"),
    ];

    private static readonly string Folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "pictures")).FullName;

    [ChromiumFact]
    public async Task No_label_is_cut_off_or_covered_by_another()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var host = await The_sample.Start(database);
        await The_sample.Load(host);
        await using var visit = await Visit.Begin(chromium, new Uri(host.Url), "dev-admin", "/console");
        List<string> wrong = [];
        foreach (var language in new[] { "en", "de" })
        {
            await visit.Page.EvaluateAsync("language => localStorage.setItem('retailsync.settings', JSON.stringify({ language }))", language);
            await visit.Page.ReloadAsync();
            foreach (var (name, address) in Pictures)
            {
                await visit.Go(address);
                wrong.AddRange((await visit.Page.Locator("main .error").AllInnerTextsAsync()).Select(error => $"{name} {language}: {error}"));
                foreach (var width in new[] { Visit.Wide, Visit.Narrow })
                {
                    await visit.Resize(width);
                    wrong.AddRange(await visit.IsTooWide() ? [$"{name} {width} {language} is wider than the screen"] : []);
                    wrong.AddRange((await Unreadable(visit)).Select(label => $"{name} {width} {language}: {label}"));
                    await visit.Page.ScreenshotAsync(new() { Path = Path.Combine(Folder, $"{name}-{width}-{language}.png"), FullPage = true });
                }
            }
        }

        wrong.AddRange(visit.Complaints);
        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>Labels that stay unreadable: pictures are drawn again a moment after they were resized.</summary>
    private static Task<string[]> Unreadable(Visit visit) => visit.Page.EvaluateAsync<string[]>(
        """
        async () => {
          function unreadableIn(svg) {
            const frame = svg.getBoundingClientRect();
            const labels = [...svg.querySelectorAll("text")].filter(text => text.textContent.trim() && text.checkVisibility({ opacityProperty: true }))
              .map(text => ({ text: text.textContent, box: text.getBoundingClientRect() }));
            const isCut = ({ box }) => box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1;
            const isCovered = ({ box }, other) => Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left) > 2
              && Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top) > 2;
            return [
              ...labels.filter(isCut).map(({ text }) => `'${text}' is cut off`),
              ...labels.flatMap((label, index) =>
                labels.slice(index + 1).filter(other => isCovered(label, other)).map(other => `'${label.text}' and '${other.text}' are drawn over each other`)),
            ];
          }

          const unreadable = () => [...document.querySelectorAll("main svg")].flatMap(unreadableIn);
          for (let look = 0; look < 20 && unreadable().length > 0; look++) await new Promise(next => setTimeout(next, 100));
          return unreadable();
        }
        """);
}
