using System.Reflection;
using NetArchTest.Rules;

namespace RetailSync.Architecture.Tests;

/// <summary>Each folder of the host uses those before it in the list, so that there is no cycle and the list can be read from the ground up.</summary>
public sealed class Folders_of_the_host
{
    private const string Host = "RetailSync.Inventory.Host";

    /// <summary>With what each is for. A new folder is a new thing that the host does: say it here.</summary>
    private static readonly (string Name, string For)[] FromTheGroundUp =
    [
        ("Configuration", "settings, checked at the start"),
        ("Postgres", "a PostgreSQL of the host's own, for one machine"),
        ("Http", "requests read strictly, answers in the contract's words"),
        ("Security", "who may do what"),
        ("Storage", "the database: connections, migration, every table"),
        ("Alerts", "findings that an operator should see, as they are stored"),
        ("Quotas", "what a caller may use up"),
        ("EventLog", "what was committed, followed in order"),

        ("SalesChannels", "marketplaces and web shops, as they are registered"),
        ("Rules", "what planners decide"),
        ("Locations", "stores and warehouses"),
        ("Skus", "the assortment: units, packs, other names"),
        ("Kits", "SKUs that are sold as a set of others"),

        ("Availability", "how many may a channel promise"),
        ("Lanes", "the one way to write"),
        ("Cluster", "several hosts work as one"),
        ("Positions", "one SKU at one location, now and at any past instant"),
        ("Movements", "facts come in over HTTP"),
        ("Reservations", "requests that may be refused"),
        ("Promises", "promises against supply: planned again, listed where they are at risk"),
        ("RabbitMq", "facts come in over a broker"),

        ("Publications", "what channels may promise is published to them"),
        ("ChannelOrders", "orders of channels become reservations"),
        ("Search", "one box over everything that has a name"),
        ("Audit", "the ledger, its chain, and the repair of both"),
        ("DeadLetters", "messages that could not be handled: replayed or discarded"),
        ("Reconciliation", "our numbers beside ERP's and WMS's"),
        ("SourceDocuments", "documents of ERP, WMS and tills come in as they are"),
        ("Quarantine", "lines that could not be understood: corrected and replayed"),
        ("Retention", "what is kept for how long"),

        ("Monitoring", "conditions become alerts"),
        ("Operations", "health, metrics, readiness, who did what"),
        ("Hints", "what has changed, for pages that show it"),
        ("SignIn", "people come in from a browser: sessions"),
        ("ConsolePages", "the same for people, in a browser: its files"),
        ("Views", "pages of the console, as people have saved them"),
        ("CommandLine", "what the server's program can do"),
    ];

    private static readonly Types Types = Types.InAssembly(Assembly.Load("RetailSync"));

    public static TheoryData<string> Folders => [.. FromTheGroundUp.Select(folder => folder.Name)];

    [Fact]
    public void All_folders_are_in_the_list() => Assert.Equal(
        SourceTree.FoldersOf("src/Inventory.Host").Order(StringComparer.Ordinal), FromTheGroundUp.Select(folder => folder.Name).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_uses_only_those_before_it(string folder)
    {
        string[] after = [.. FromTheGroundUp.SkipWhile(one => one.Name != folder).Skip(1).Select(one => $"{Host}.{one.Name}")];

        Assert.Empty(after.Length == 0 ? [] : Using(folder, after));
    }

    /// <summary>The files beside the folders put everything together.</summary>
    [Theory]
    [MemberData(nameof(Folders))]
    public void Only_the_command_line_uses_the_composition_root(string folder)
    {
        string[] root = [.. Assembly.Load("RetailSync").GetTypes().Where(type => type.Namespace == Host && type.IsVisible).Select(type => type.FullName!)];

        Assert.NotEmpty(root);
        Assert.True(folder == "CommandLine" || Using(folder, root).Count == 0, string.Join(", ", Using(folder, root)));
    }

    /// <summary>The whole schema is seen in one place: the tables of the host in its list, those that events are projected into in Projections.</summary>
    [Fact]
    public void Tables_are_defined_in_one_folder() => SourceTree.None(
        from file in SourceTree.Files("src")
        where file.Name.EndsWith(".cs", StringComparison.Ordinal) && !file.Name.StartsWith("src/Inventory.Projections/", StringComparison.Ordinal)
            && !file.Name.StartsWith("src/Inventory.Host/Storage/Tables/", StringComparison.Ordinal)
        where file.Lines.Any(line => line.Contains("new Table(", StringComparison.Ordinal))
        select file.Name);

    private static IReadOnlyList<string> Using(string folder, string[] others) =>
        [.. Types.That().ResideInNamespaceMatching($@"^{Host}\.{folder}(\.|$)").ShouldNot().HaveDependencyOnAny(others).GetResult().FailingTypeNames ?? []];
}
