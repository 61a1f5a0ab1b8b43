using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Configuration;

/// <summary>docs/configuration.md is written from the option classes: their attributes, their initializers and their docstrings.</summary>
public sealed partial class The_page_of_settings
{
    private const string Beginning =
        """
        # Settings

        Written from the option classes by a test (`./test The_page_of_settings` says when it differs, and how to approve that); what is said here is
        changed in their docstrings and attributes.

        A setting is written `--Lanes:Count=8` on the command line, `Lanes__Count=8` in the environment, or `{ "Lanes": { "Count": 8 } }` in
        `appsettings.json` beside the host; the command line comes before the environment, and that before the file. An entry of a list has its number
        at the end (`Rules__SecondPersonFor__0=allocation`). Case does not matter. A host does not start with a key that is not here or a value out of
        its range: it says all of them, with the nearest key that there is. Secrets are in no message.

        Beside these a host reads `ConnectionStrings:RetailSync` (PostgreSQL; without it a host keeps one of its own under `--data`),
        `OTEL_EXPORTER_OTLP_ENDPOINT` (traces), and what .NET and Serilog read: `ASPNETCORE_ENVIRONMENT`, `Urls`, `Kestrel:…`,
        `Serilog:MinimumLevel:…`.

        """;

    private static readonly Dictionary<string, string> Docstrings = XDocument.Load(Path.ChangeExtension(typeof(Settings).Assembly.Location, ".xml"))
        .Descendants("member")
        .Where(member => member.Element("summary") is not null)
        .ToDictionary(member => member.Attribute("name")!.Value, member => Text(member.Element("summary")!));

    [Fact]
    public void Equals_what_the_option_classes_say() => Approve.Text(Page(), "docs/configuration.md");

    [Fact]
    public void Explains_every_setting() =>
        Assert.Empty(KnownSetting.All.Values.Where(setting => Meaning(setting.Property) is null).Select(setting => setting.Path));

    private static string Page()
    {
        var page = new StringBuilder(Beginning);
        foreach (var section in Settings.Sections)
        {
            var name = Settings.NameOf(section);
            page.Append("\n## ").Append(name).Append("\n\n").Append(Docstrings[$"T:{section.FullName}"])
                .Append("\n\n| setting | default | unit, range | meaning |\n|---|---|---|---|\n");
            foreach (var setting in KnownSetting.All.Values.Where(setting => setting.Path.StartsWith(name + ":", StringComparison.Ordinal)))
            {
                page.Append(FormattableString.Invariant(
                    $"| `{setting.Path}` | {Default(setting)} | {Range(setting)} | {Meaning(setting.Property)}{(setting.Rule.IsSecret ? " Secret." : "")} |\n"));
            }
        }

        return page.ToString();
    }

    private static string Default(KnownSetting setting) =>
        setting.Rule.Default ?? (setting.Default is null ? "none" : $"`{SettingAttribute.Text(setting.Default)}`");

    private static string Range(KnownSetting setting)
    {
        var (type, range) = (Nullable.GetUnderlyingType(setting.Type) ?? setting.Type, setting.Rule.Range(setting.Type));
        var unit = setting.Rule.Unit.Length > 0 ? setting.Rule.Unit
            : type == typeof(Duration) ? "days:hours:minutes:seconds"
            : type == typeof(TimeSpan) ? "hours:minutes:seconds"
            : type == typeof(bool) ? "true or false"
            : "";
        return string.Join(", ", new[] { unit, range }.Where(part => part.Length > 0));
    }

    private static string? Meaning(PropertyInfo property) => Docstrings.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>A docstring as a line of Markdown.</summary>
    private static string Text(XElement docstring) => Spaces().Replace(string.Concat(docstring.Nodes().Select(node => node switch
    {
        XElement { Name.LocalName: "see" } see => $"`{see.Attribute("cref")?.Value.Split('.')[^1]}`",
        XElement element => $"`{element.Value}`",
        _ => node.ToString(),
    })), " ").Trim();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
