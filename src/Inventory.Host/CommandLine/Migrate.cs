using System.CommandLine;
using RetailSync.Inventory.Host.Postgres;
using RetailSync.Inventory.Host.Storage.Migration;

namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>
/// <c>migrate</c>: brings the tables of the database that <c>ConnectionStrings__RetailSync</c> names up to date, as the role of that connection string, which
/// has to own them; or of the PostgreSQL that is kept under
/// <c>--data</c>. Exit codes: 0 the tables are as this version needs them, 1 it failed, 2 wrong use.
/// </summary>
internal static class Migrate
{
    public static Command Create()
    {
        var options = new ServeOptions();
        const string Says = "Creates and changes tables and functions as this version needs them; does nothing where they are. Hosts in production only check.";
        var command = new Command("migrate", Says);
        options.AddTo(command);
        command.SetAction((parsed, stop) => Run(parsed, options, stop));
        return command;
    }

    private static async Task<int> Run(ParseResult parsed, ServeOptions options, CancellationToken stop)
    {
        string[] settings = [$"--contentRoot={AppContext.BaseDirectory}", "--Serilog:MinimumLevel:Default=Warning", .. parsed.UnmatchedTokens];
        var given = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(settings).Build().GetConnectionString("RetailSync");
        await using var postgres = string.IsNullOrWhiteSpace(given) ? await LocalPostgres.Start(parsed.GetValue(options.Data)!, stop) : null;
        await using var application = Server.Build(settings, postgres?.ConnectionString ?? given!);
        var schema = application.Services.GetRequiredService<DatabaseSchema>();
        var missing = await schema.Missing(stop);
        foreach (var thing in missing)
        {
            await parsed.InvocationConfiguration.Output.WriteLineAsync($"  {thing}");
        }

        await schema.Migrate(stop);
        await parsed.InvocationConfiguration.Output.WriteLineAsync(missing.Count == 0 ? "ok: nothing was missing." : $"ok: {missing.Count} added or changed.");
        return Commands.Done;
    }
}
