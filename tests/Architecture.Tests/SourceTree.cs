using System.Runtime.CompilerServices;

namespace RetailSync.Architecture.Tests;

/// <summary>The files of the repository as a reader sees them: what git would take, no output of builds, no data.</summary>
internal static class SourceTree
{
    private static readonly string[] NotSource = ["bin", "obj", ".git", ".data", ".vs", ".idea", "TestResults", "__mismatch__", "__snapshots__", "results"];
    private static readonly string[] Text = [".cs", ".csproj", ".props", ".md", ".json", ".yaml", ".yml", ".html", ".js", ".css", ".txt", ".sh", ""];

    public static string Root { get; } = Path.GetFullPath("../..", Path.GetDirectoryName(ThisFile())!);

    public static IEnumerable<(string Name, string[] Lines)> Files(string under = "") =>
        from path in FilesBelow(Path.Combine(Root, under))
        where Text.Contains(Path.GetExtension(path)) || Path.GetFileName(path) is ".gitignore" or ".editorconfig"
        select (Path.GetRelativePath(Root, path), File.ReadAllLines(path));

    /// <summary>Every line that a rule is broken on, as <c>file:line: text</c>, so that a failure says where to go.</summary>
    public static string[] Lines(string under, Func<string, bool> broken) =>
    [
        .. from file in Files(under)
           from line in file.Lines.Index()
           where broken(line.Item)
           select $"{file.Name}:{line.Index + 1}: {line.Item.Trim()}",
    ];

    /// <summary>Fails with all that was found, one a line: xUnit's own message shows the first few and cuts them.</summary>
    public static void None(IEnumerable<string> found)
    {
        string[] all = [.. found];
        Assert.True(all.Length == 0, $"{all.Length} found:{Environment.NewLine}{string.Join(Environment.NewLine, all)}");
    }

    public static IEnumerable<string> FoldersOf(string directory) =>
        Directory.EnumerateDirectories(Path.Combine(Root, directory)).Select(path => Path.GetFileName(path))
        .Where(name => !NotSource.Contains(name) && name != "Properties");

    private static IEnumerable<string> FilesBelow(string directory) =>
        Directory.EnumerateFiles(directory).Concat(
            from child in Directory.EnumerateDirectories(directory)
            where !NotSource.Contains(Path.GetFileName(child))
            from file in FilesBelow(child)
            select file);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}
