using System.CommandLine;
using System.Globalization;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.CommandLine;
using RetailSync.Inventory.Host.Storage.Migration;
using RetailSync.Inventory.Host.Tests.Audit;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>A host that runs as the limited role, over a database that was set up by the very SQL of <c>docs/database-roles.md</c>.</summary>
public class LimitedHost : RunningHost, IAsyncLifetime
{
    /// <summary>Roles are those of the whole server: tests that make them do it one after the other.</summary>
    public const string Roles = "database roles";

    /// <summary>The SQL of the page, in its order: the roles, what is revoked, and an existing installation's.</summary>
    protected static readonly string[] Blocks =
        [.. File.ReadAllText(Page()).Split("```sql\n").Skip(1).Select(block => block[..block.IndexOf("```", StringComparison.Ordinal)])];

    protected override string[] Switches =>
    [
        "--Retention:ArchiveAfterYears=1", "--Retention:PublicationDays=0", $"--{DatabaseSchema.Setting}=false", $"--{CheckpointKeys.SigningSetting}={_key}",
    ];

    private readonly string _key = SigningHost.NewKey();

    public string Owner => As("retailsync_owner", "change-me-owner");

    public string Limited => As("retailsync_host", "change-me-host");

    /// <summary>What <c>./run migrate</c> said when it made the tables.</summary>
    public string Migrated { get; private set; } = "";

    protected override string HostConnectionString => Limited;

    async Task IAsyncLifetime.DisposeAsync()
    {
        await Stop();
        await Sql("drop owned by retailsync_host cascade; drop owned by retailsync_owner cascade; drop role retailsync_owner, retailsync_host");
        await DisposeAsync();
    }

    protected override async Task Prepare()
    {
        await Sql(Blocks[0]);
        Migrated = (await Migrate()).Output;
        await Sql(Blocks[1]);
    }

    public async Task<(int Code, string Output)> Migrate(string? connectionString = null)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        var parsed = Commands.Create().Parse(["migrate", $"--ConnectionStrings:RetailSync={connectionString ?? Owner}", "--environment=Production"]);
        var code = await parsed.InvokeAsync(new InvocationConfiguration { Output = output, Error = output, EnableDefaultExceptionHandler = false });
        return (code, output.ToString());
    }

    /// <summary>What is revoked, once more.</summary>
    public Task Revoke() => Sql(Blocks[1]);

    private string As(string role, string password) =>
        new NpgsqlConnectionStringBuilder(ConnectionString) { Username = role, Password = password }.ConnectionString;

    private static string Page()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(directory.FullName, "RetailSync.sln")))
        {
            directory = directory.Parent!;
        }

        return Path.Combine(directory.FullName, "docs", "database-roles.md");
    }
}
