using System.Reflection;
using System.Xml.Linq;
using NetArchTest.Rules;

namespace RetailSync.Architecture.Tests;

/// <summary>
/// Host -> Projections -> Domain &lt;- Channels &lt;- Cli, and nothing else: the command line calls the server by HTTP.
/// </summary>
public sealed class References_between_projects
{
    private const string Domain = "RetailSync.Inventory.Domain";
    private const string Projections = "RetailSync.Inventory.Projections";
    private const string Channels = "RetailSync.Channels";
    private const string Host = "RetailSync.Inventory.Host";
    private const string Cli = "RetailSync.Cli";

    [Theory]
    [InlineData("Inventory.Domain", new string[0])]
    [InlineData("Inventory.Projections", new[] { "Inventory.Domain" })]
    [InlineData("Channels", new[] { "Inventory.Domain" })]
    [InlineData("Inventory.Host", new[] { "Channels", "Console", "Inventory.Projections" })]
    [InlineData("Console", new string[0])]
    [InlineData("RetailSync.Cli", new[] { "Channels" })]
    public void A_project_references_these_projects_and_no_other(string project, string[] allowed) =>
        Assert.Equal(allowed, References(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)!).Order());

    [Fact]
    public void NodaTime_is_the_only_package_of_the_domain() =>
        Assert.Equal(["NodaTime"], References("Inventory.Domain", "PackageReference"));

    [Theory]
    [InlineData("Inventory.Domain", new[] { Projections, Channels, Host, "Marten", "Wolverine", "Npgsql", "Microsoft.AspNetCore", "System.Net", "System.IO" })]
    [InlineData("Inventory.Projections", new[] { Channels, Host, "Wolverine", "Microsoft.AspNetCore" })]
    [InlineData("Channels", new[] { Projections, Host, Cli, "Marten", "Wolverine", "Npgsql" })]
    [InlineData("RetailSync", new[] { Cli, "Spectre" })]
    [InlineData("RetailSync.Cli", new[] { Projections, Host, "Marten", "Wolverine", "Npgsql", "Microsoft.AspNetCore" })]
    public void A_project_depends_on_none_of_these(string assembly, string[] forbidden)
    {
        var result = Types.InAssembly(Assembly.Load(assembly)).ShouldNot().HaveDependencyOnAny(forbidden).GetResult();

        Assert.True(result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
    }

    [Fact]
    public void One_channel_does_not_reference_another()
    {
        var folders = Directory.GetDirectories(Path.Combine(SourceTree.Root, "src/Channels"))
            .Select(folder => Path.GetFileName(folder)).Where(folder => folder is not ("bin" or "obj")).Select(folder => $"{Channels}.{folder}").ToArray();
        foreach (var folder in folders)
        {
            // The formats of documents share the words of Documents, adapters share Http and Promises; neither uses any other folder.
            string[] shared = [$"{Channels}.Documents", $"{Channels}.Http", $"{Channels}.Promises"];
            var others = folders.Except([folder]).Except(shared.Contains(folder) ? [] : shared).ToArray();
            var result = Types.InAssembly(Assembly.Load("Channels")).That().ResideInNamespace(folder).ShouldNot().HaveDependencyOnAny(others).GetResult();

            Assert.True(others.Length == 0 || result.IsSuccessful, string.Join(", ", result.FailingTypeNames ?? []));
        }
    }

    [Fact]
    public void A_quantity_is_never_a_binary_float()
    {
        var words = new[] { "quantity", "onhand", "reserved", "unsellable", "safety", "available", "transit", "allocat", "confidence", "units" };
        var found =
            from assembly in new[] { "Inventory.Domain", "Inventory.Projections", "Channels", "RetailSync", "RetailSync.Cli" }
            from type in Assembly.Load(assembly).GetTypes()
            from member in type.GetMembers(
                BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
            let kind = member switch { PropertyInfo property => property.PropertyType, FieldInfo field => field.FieldType, _ => null }
            where IsBinary(kind)
            where assembly == "Inventory.Domain" || words.Any(word => member.Name.Contains(word, StringComparison.OrdinalIgnoreCase))
            select $"{type.FullName}.{member.Name}";

        Assert.Empty(found);
    }

    private static bool IsBinary(Type? type) =>
        type is not null && (Nullable.GetUnderlyingType(type) ?? type) is var plain
        && (plain == typeof(double) || plain == typeof(float) || plain == typeof(Half));

    private static IEnumerable<string> References(string project, string kind) =>
        XDocument.Load(Path.Combine(SourceTree.Root, "src", project, project + ".csproj")).Descendants(kind)
        .Select(reference => reference.Attribute("Include")!.Value);
}
