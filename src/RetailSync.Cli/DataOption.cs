using System.CommandLine;

namespace RetailSync.Cli;

/// <summary><c>--data</c>, of the commands that start a server.</summary>
internal static class DataOption
{
    public static Option<string> Create() => new("--data")
    {
        Description = "Where RetailSync keeps its PostgreSQL, unless ConnectionStrings__RetailSync names another.",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("RETAILSYNC_DATA") is { Length: > 0 } directory ? directory : ".data",
        HelpName = "DIR",
    };
}
