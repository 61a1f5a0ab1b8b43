using System.Text.RegularExpressions;

namespace RetailSync.Architecture.Tests;

/// <summary>
/// A test's name is what an operator reads when it fails: the class says which type and in what situation, the method what comes out, as a sentence
/// that is understood without those around it.
/// </summary>
public sealed partial class Names_of_tests
{
    private const int LongestOutcome = 60;

    /// <summary>Tests of several folders together, or of the product from outside; the other folders are those of the source.</summary>
    private static readonly string[] AcrossFolders = ["ConsolePages", "Contracts", "EveryOperation", "Testing", "Walks"];

    [Fact]
    public void An_outcome_is_a_sentence_of_at_most_60_characters() => SourceTree.None(
        from file in Tests()
        from Match method in TestMethod().Matches(file.Text)
        let name = method.Groups[1].Value
        where name.Length > LongestOutcome || !char.IsUpper(name[0])
        select $"{file.Name}: {name} ({name.Length})");

    /// <summary>A part of a class stands in a file <c>Class.Part.cs</c>.</summary>
    [Fact]
    public void A_class_of_tests_is_in_a_file_of_its_name() => SourceTree.None(
        from file in Tests()
        let classes = ClassOrTest().Matches(file.Text).ToArray()
        from test in classes.Where(one => one.Groups[1].Length == 0)
        let owner = classes.LastOrDefault(one => one.Groups[1].Length > 0 && one.Index < test.Index)
        where owner is null || owner.Groups[1].Value != Path.GetFileName(file.Name).Split('.')[0]
        select $"{file.Name}: {owner?.Groups[1].Value}");

    [Fact]
    public void No_two_top_level_types_of_a_project_have_one_name() => SourceTree.None(
        from file in Tests()
        from Match type in TopLevelType().Matches(file.Text)
        where !type.Value.Contains("partial", StringComparison.Ordinal)
        let project = file.Name.Split(Path.DirectorySeparatorChar)[1]
        group file.Name by (project, type.Groups[1].Value) into same
        where same.Count() > 1
        select $"{same.Key}: {string.Join(", ", same)}");

    [Fact]
    public void Folders_of_the_hosts_tests_are_those_of_its_source() => SourceTree.None(
        SourceTree.FoldersOf("tests/Inventory.Host.Tests").Except(SourceTree.FoldersOf("src/Inventory.Host")).Except(AcrossFolders)
            .Concat(SourceTree.FoldersOf("tests/Inventory.Host.Tests").Except(AcrossFolders).SelectMany(WithoutSource)));

    private static IEnumerable<string> WithoutSource(string folder) =>
        from part in SourceTree.FoldersOf($"tests/Inventory.Host.Tests/{folder}")
        where !Directory.Exists(Path.Combine(SourceTree.Root, "src/Inventory.Host", folder, part))
        select $"{folder}/{part}";

    private static IEnumerable<(string Name, string Text)> Tests() =>
        from file in SourceTree.Files("tests")
        where file.Name.EndsWith(".cs", StringComparison.Ordinal)
        select (file.Name, string.Join('\n', file.Lines));

    /// <summary>An attribute that ends in Fact or Theory, those after it, and the name of the method.</summary>
    [GeneratedRegex(@"^    \[\w*(?:Fact|Theory)\b[^\n]*\n(?:    (?:    |\[|//)[^\n]*\n)*?    public [^\n(]*?(\w+)\(", RegexOptions.Multiline)]
    private static partial Regex TestMethod();

    [GeneratedRegex(@"^(?:public|internal)[\w ]* class (\w+)|^    \[\w*(?:Fact|Theory)\b", RegexOptions.Multiline)]
    private static partial Regex ClassOrTest();

    [GeneratedRegex(@"^(?:public|internal)[\w ]*\b(?:class|interface|enum|struct|record(?: class| struct)?) (\w+)", RegexOptions.Multiline)]
    private static partial Regex TopLevelType();
}
