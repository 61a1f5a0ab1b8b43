using System.Text.RegularExpressions;

namespace RetailSync.Architecture.Tests;

/// <summary>A setting that is read past its class is in no page, and neither checked nor refused when it is misspelt.</summary>
public sealed partial class Reading_the_configuration
{
    /// <summary>
    /// The product's own reader; the command line, which looks which settings were given; and a list whose single entry may stand without a number.
    /// </summary>
    private static readonly string[] MayRead =
        ["src/Inventory.Host/Configuration/Settings.cs", "src/Inventory.Host/CommandLine/Serve.cs", "src/Inventory.Host/Audit/Checkpoints/CheckpointKeys.cs"];

    /// <summary>Keys of .NET and OpenTelemetry.</summary>
    private static readonly string[] NotOurs = ["\"urls\"", "\"OTEL_EXPORTER_OTLP_ENDPOINT\""];

    [Fact]
    public void A_setting_is_read_by_the_class_of_its_section() => Assert.DoesNotContain(
        SourceTree.Lines("src", line => Reads().IsMatch(line) && !NotOurs.Any(key => line.Contains(key, StringComparison.Ordinal))),
        found => !MayRead.Any(file => found.StartsWith(file + ":", StringComparison.Ordinal)));

    [GeneratedRegex(@"\bconfiguration\w*\s*(\[|\.GetValue\b|\.GetSection\()", RegexOptions.IgnoreCase)]
    private static partial Regex Reads();
}
