using System.Runtime.CompilerServices;

namespace RetailSync.Channels.Tests;

/// <summary>
/// A test over real files, which are not part of the project: they lie in <c>../shared/data</c> beside the repository, or
/// where <c>RETAILSYNC_SHARED_DATA</c> says. Skipped, with the path, where they are missing.
/// </summary>
public sealed class RealDataFactAttribute : FactAttribute
{
    public RealDataFactAttribute(string path)
    {
        if (!File.Exists(RealData.Path(path)))
        {
            Skip = $"There is no {RealData.Path(path)}.";
        }
    }
}

/// <inheritdoc cref="RealDataFactAttribute"/>
public sealed class RealDataTheoryAttribute : TheoryAttribute
{
    public RealDataTheoryAttribute(string path) => Skip = new RealDataFactAttribute(path).Skip;
}

public static class RealData
{
    public static string Path(string path) => System.IO.Path.GetFullPath(System.IO.Path.Combine(
        Environment.GetEnvironmentVariable("RETAILSYNC_SHARED_DATA")
        ?? System.IO.Path.Combine(System.IO.Path.GetDirectoryName(ThisFile())!, "../../../shared/data"),
        path));

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
