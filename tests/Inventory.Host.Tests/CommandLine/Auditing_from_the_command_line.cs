using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Cli;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.CommandLine;

public sealed class Auditing_from_the_command_line(RunningHost host) : IClassFixture<RunningHost>, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("audit").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Verifies_rebuilds_and_names_differences()
    {
        var sku = await Stock();
        Assert.Equal((0, "ok: nothing differs."), await Run("verify"));

        await host.Sql($"update inventory.position set on_hand = 99 where sku = '{sku}'");
        var (code, last) = await Run("verify");
        Assert.Equal(1, code);
        Assert.Contains($"position {sku}@S001", last, StringComparison.Ordinal);

        Assert.Equal((0, $"  {sku}@S001"), await Run("rebuild", "--sku", sku));
        Assert.Equal((0, "ok: nothing differs."), await Run("verify", "--key", "dev-finance"));
        Assert.Equal(1, (await Run("verify", "--key", "dev-store-S001")).Code);
        Assert.Equal(1, (await Run("rebuild", "--key", "dev-finance")).Code);
    }

    [Fact]
    public async Task Verifies_against_copies_of_checkpoints()
    {
        await Stock();
        await host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
        await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);
        await System.IO.File.WriteAllTextAsync(File("copies"), (await host.Get("/v1/audit/checkpoints")).Text);
        await System.IO.File.WriteAllTextAsync(File("none"), "{}");
        Assert.Equal((0, "ok: nothing differs."), await Run("verify", "--checkpoints", File("copies")));

        await host.Sql("create schema kept; create table kept.made as select * from inventory.audit_checkpoint; delete from inventory.audit_checkpoint");
        try
        {
            var (code, last) = await Run("verify", "--checkpoints", File("copies"));
            Assert.Equal(1, code);
            Assert.Contains("checkpoint-copy", last, StringComparison.Ordinal);
        }
        finally
        {
            await host.Sql("insert into inventory.audit_checkpoint select * from kept.made on conflict do nothing; drop schema kept cascade");
        }

        Assert.Equal(2, (await Run("verify", "--checkpoints", File("none"))).Code);
    }

    [Fact]
    public async Task Repairs_a_chain_that_left_events_out()
    {
        await Stock();
        await host.Services.GetRequiredService<HashChainWriter>().Extend(CancellationToken.None);
        await host.Services.GetRequiredService<ChainCheckpointSigner>().Sign(CancellationToken.None);
        var sku = await Stock();
        Assert.Equal((0, "ok: nothing differs."), await Run("verify"));
        await host.Sql($"delete from inventory.event_chain where stream = '{sku}@S001'");
        Assert.Contains($"event-not-linked {sku}@S001", (await Run("verify")).Last, StringComparison.Ordinal);

        Assert.Equal((0, $"  {sku}@S001"), await Run("repair"));

        Assert.Equal((0, "ok: nothing differs."), await Run("verify"));
        Assert.Equal(1, (await Run("repair", "--key", "dev-finance")).Code);
    }

    [Fact]
    public async Task Exports_the_ledger_in_every_format()
    {
        var sku = await Stock();

        Assert.Equal(0, (await Run("export", File("ledger.json"), "--sku", sku)).Code);
        var items = JsonDocument.Parse(await System.IO.File.ReadAllTextAsync(File("ledger.json"))).RootElement.Items();
        Assert.Equal((sku, 7), (items.Single().Text("sku"), items.Single().Number("closing")));

        Assert.Equal(0, (await Run("export", File("ledger.csv"), "--sku", sku, "--to", "2027-01-01T00:00:00Z")).Code);
        Assert.Contains($"{sku},S001,2,sale,-3,7,", await System.IO.File.ReadAllTextAsync(File("ledger.csv")), StringComparison.Ordinal);

        Assert.Equal(0, (await Run("export", File("LEDGER.CSV"), "--sku", sku)).Code);
        Assert.Contains($"{sku},S001,2,sale,-3,7,", await System.IO.File.ReadAllTextAsync(File("LEDGER.CSV")), StringComparison.Ordinal);

        Assert.Equal(0, (await Run("export", File("ledger.xyz"), "--sku", sku, "--format", "csv")).Code);
        Assert.Equal(0, (await Run("export", File("whole"), "--format", "parquet")).Code);
        Assert.Equal("PAR1"u8.ToArray(), (await System.IO.File.ReadAllBytesAsync(File("whole")))[^4..]);
    }

    [Theory]
    [InlineData("ledger.csv", "# interrupted: this is not the whole ledger")]
    [InlineData("ledger.json", "],\"interrupted\":true}")]
    public async Task Marks_an_interrupted_export_in_its_last_line(string name, string lastLine)
    {
        var (code, last) = await Run("export", File(name), "--key", "nobody");

        Assert.Equal((1, lastLine), (code, (await System.IO.File.ReadAllLinesAsync(File(name)))[^1]));
        Assert.Contains("not the whole ledger", last, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("export", "--from", "yesterday")]
    [InlineData("export", "--format", "excel")]
    [InlineData("export", "ledger.xyz")]
    [InlineData("export", "/")]
    [InlineData("rebuild", "--location", "no place")]
    [InlineData("verify", "--url", "here")]
    [InlineData("verify", "--checkpoints", "/")]
    [InlineData("verify", "--checkpoints", "/absent")]
    public void Refuses_wrong_arguments_before_it_begins(params string[] arguments) => Assert.NotEmpty(Commands.Create().Parse(arguments).Errors);

    private string File(string name) => Path.Combine(_folder, name);

    private async Task<(int Code, string Last)> Run(params string[] arguments)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var parsed = Commands.Create().Parse([.. arguments, "--url", host.Address.ToString()]);
        Assert.Empty(parsed.Errors);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (code, output.ToString().TrimEnd().Split(Environment.NewLine)[^1].TrimEnd());
    }

    private async Task<string> Stock()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku, at: "08:00"), Line("sale", 3, sku, at: "08:30"));
        return sku;
    }
}
