using System.CommandLine;
using System.Globalization;
using RetailSync.Channels.OnlineRetail;
using RetailSync.Channels.Tests;
using RetailSync.Cli.Import;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>The whole path with real input: file, command line, HTTP, lanes, PostgreSQL, and back by HTTP. The host is a process that can be killed.</summary>
public sealed class Importing_the_real_ledger
{
    private const int Kills = 3;
    private const int Part = 60_000;

    [RealDataFact(Ledger.File)]
    public async Task Gives_every_position_that_awk_computes()
    {
        using var ledger = Ledger.Of(rows: null);
        await using var host = await ServedHost.Start();

        var (code, said) = await Import(ledger, host, CancellationToken.None, "--opening-stock", "cover");

        Assert.True(code == 0, said);
        Assert.Equal(320_705, Count("rows", said));
        Assert.Equal(320_705 - 1_992, Count("accepted", said));
        Assert.Equal(1_992, Count("not stock", said));
        var expected = (await ledger.Computed()).ToDictionary(Position, sku => sku.Sum - sku.Lowest);
        Assert.Equal(expected, await host.OnHand());
    }

    /// <summary>Where it stalls on the way, the failure says where to read why: see <see cref="StallWatch"/>.</summary>
    [RealDataFact(Ledger.File)]
    public async Task Ends_the_same_when_host_and_PostgreSQL_are_killed()
    {
        using var ledger = Ledger.Of(Part);
        var expected = (await ledger.Computed()).ToDictionary(Position, sku => sku.Sum);
        await using var host = await ServedHost.Start();
        await using var watch = StallWatch.Begin(host);
        using var stop = new CancellationTokenSource();
        var import = Import(ledger, host, stop.Token);
        try
        {
            for (var kill = 0; kill < 2 * Kills; kill++)
            {
                await ReachedBy(import, host, (kill + 1) * Part / (2 * Kills + 2));
                if (kill % 2 == 0)
                {
                    await host.Kill();
                    await host.StartAgain();
                }
                else
                {
                    host.KillPostgres();
                }
            }

            Assert.False(import.IsCompleted, "The import ended before the last kill.");
            var (code, said) = await import;
            Assert.True(code == 0, said);
            Assert.Equal(Part, Count("rows", said));
        }
        catch (Exception failure) when (watch.Found.Length > 0)
        {
            Assert.Fail($"{watch.Found}{Environment.NewLine}{failure}");
        }
        finally
        {
            await stop.CancelAsync();
            await import;
        }

        Assert.Equal(expected, await host.OnHand());
        var (again, saidAgain) = await Import(ledger, host, CancellationToken.None);
        Assert.True(again == 0, saidAgain);
        Assert.Equal((0, Part - Count("not stock", saidAgain)), (Count("accepted", saidAgain), Count("duplicate", saidAgain)));
        Assert.Equal(expected, await host.OnHand());
    }

    private static (string Sku, string Location) Position((string Sku, decimal, decimal) computed) => (computed.Sku, OnlineRetailTranslator.DefaultLocation);

    private static async Task ReachedBy(Task<(int, string Said)> import, ServedHost host, long sequence)
    {
        while (await host.Sequence() is not { } reached || reached < sequence)
        {
            Assert.False(import.IsCompleted, import.IsCompleted ? (await import).Said : "");
            await Task.Delay(5);
        }
    }

    private static async Task<(int Code, string Said)> Import(Ledger ledger, ServedHost host, CancellationToken cancellation, params string[] options)
    {
        using var said = new StringWriter(CultureInfo.InvariantCulture);
        var output = TextWriter.Synchronized(said);
        var parsed = ImportFile.Create().Parse([ledger.Path, "--format", "online-retail", "--url", host.Url, .. options]);
        var code = await parsed.InvokeAsync(
            new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false }, cancellation);
        return (code, said.ToString());
    }

    private static int Count(string name, string said) => int.Parse(
        said.Split('\n').Single(line => line.StartsWith(name.PadRight(13), StringComparison.Ordinal))[13..].Trim()
        .Split(' ')[0], NumberStyles.AllowThousands, CultureInfo.InvariantCulture);
}
