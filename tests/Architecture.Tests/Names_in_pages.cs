using System.Text.RegularExpressions;

namespace RetailSync.Architecture.Tests;

/// <summary>What a page names is there: files, types and their members, tests. Links are tested with the rest of the tree.</summary>
public sealed partial class Names_in_pages
{
    /// <summary>Pages for those who change the code; what others call by a capital letter is often a vendor's word.</summary>
    private static readonly string[] OfDevelopers =
        ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "src/Channels/README.md", "benchmarks/README.md"];

    /// <summary>Of an adapter that is still to be written.</summary>
    private const string Template = "X";

    private static readonly (string Name, string Text)[] Code =
        [.. SourceTree.Files().Where(file => file.Name.EndsWith(".cs", StringComparison.Ordinal)).Select(file => (file.Name, string.Join('\n', file.Lines)))];

    [Fact]
    public void A_file_is_at_the_path_that_is_named() => SourceTree.None(
        from page in Pages()
        from Match path in PathOrFile().Matches(page.Text)
        let name = path.Groups[1].Value
        where !name.StartsWith(Template, StringComparison.Ordinal) && !Exists(page.Name, name)
        select $"{page.Name}: {name}");

    [Fact]
    public void A_type_is_in_the_source()
    {
        var words = Code.SelectMany(file => Word().Matches(file.Text).Select(word => word.Value))
            .Concat(Code.Select(file => Path.GetFileNameWithoutExtension(file.Name))).ToHashSet();

        SourceTree.None(
            from page in Pages()
            where OfDevelopers.Contains(page.Name)
            from Match name in TypeName().Matches(page.Text)
            where !name.Value.StartsWith(Template, StringComparison.Ordinal) && !words.Contains(name.Value)
            select $"{page.Name}: {name.Value}");
    }

    [Fact]
    public void A_member_is_one_of_its_type() => SourceTree.None(
        from page in Pages()
        where OfDevelopers.Contains(page.Name)
        from Match member in Member().Matches(page.Text)
        let type = member.Groups[1].Value
        let name = member.Groups[2].Value
        let declaring = Code.Where(file => Regex.IsMatch(file.Text, $@"\b(class|record|struct|interface|enum) {type}\b")).ToArray()
        where declaring.Length > 0 && !Array.Exists(declaring, file => Regex.IsMatch(file.Text, $@"\b{name}\b"))
        select $"{page.Name}: {type}.{name}");

    [Fact]
    public void A_test_that_a_command_runs_exists() => SourceTree.None(
        from page in Pages()
        from Match test in TestCommand().Matches(page.Text)
        where !Array.Exists(Code, file => file.Text.Contains(test.Groups[1].Value, StringComparison.Ordinal))
        select $"{page.Name}: ./test {test.Groups[1].Value}");

    private static IEnumerable<(string Name, string Text)> Pages() =>
        from file in SourceTree.Files()
        where file.Name.EndsWith(".md", StringComparison.Ordinal) && file.Name != "CHANGELOG.md"
            && !file.Name.StartsWith("docs/decisions", StringComparison.Ordinal)
        select (file.Name, string.Join('\n', file.Lines));

    /// <summary>From the root or from the page; a file alone may be anywhere.</summary>
    private static bool Exists(string page, string path) =>
        Path.Exists(Path.Combine(SourceTree.Root, path)) || Path.Exists(Path.Combine(SourceTree.Root, Path.GetDirectoryName(page)!, path))
        || Array.Exists(Code, file => file.Name.EndsWith($"/{path}", StringComparison.Ordinal));

    [GeneratedRegex(@"`((?:src|docs|tests|benchmarks|ops|\.ci)/[\w./-]+|[\w/-]+\.cs)`")]
    private static partial Regex PathOrFile();

    [GeneratedRegex(@"(?<![\w./-])[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]+)+(?![\w-])")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"`([A-Z]\w+)\.([A-Z]\w+)[`(<]")]
    private static partial Regex Member();

    [GeneratedRegex(@"\./test (\w{4,})")]
    private static partial Regex TestCommand();

    [GeneratedRegex(@"\b[A-Z]\w+\b")]
    private static partial Regex Word();
}
