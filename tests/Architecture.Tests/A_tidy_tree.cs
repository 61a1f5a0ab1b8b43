using System.Text.RegularExpressions;

namespace RetailSync.Architecture.Tests;

/// <summary>What reviewers would otherwise have to say again and again.</summary>
public sealed partial class A_tidy_tree
{
    private const int LongestFile = 400;
    private const int LongestLine = 160;
    private const int FilesOfFolder = 12;

    /// <summary>Written from the description of the API, and read by nobody.</summary>
    private const string TypesOfTheApi = "src/Console/api/types.ts";

    [Fact]
    public void No_notes_of_unfinished_work_are_left() => Assert.Empty(SourceTree.Lines("", LeftForLater().IsMatch));

    /// <summary>What a literal makes longer is not counted: payloads and messages read better whole.</summary>
    [Fact]
    public void No_line_of_code_has_more_than_160_columns() => Assert.DoesNotContain(
        SourceTree.Lines("", line => line.Length > LongestLine && WithoutLiterals(line) > LongestLine), found => found.Contains(
            ".cs:", StringComparison.Ordinal));

    [Fact]
    public void No_tab_and_no_space_at_the_end_of_a_line() =>
        Assert.Empty(SourceTree.Lines("", line => line.Contains('\t') || line.EndsWith(' ')));

    [Fact]
    public void No_source_file_has_more_than_400_lines() =>
        Assert.Empty(
            from file in SourceTree.Files("src")
            where file.Lines.Length > LongestFile && file.Name != TypesOfTheApi
            select $"{file.Name}: {file.Lines.Length} lines");

    [Fact]
    public void A_folder_has_at_most_a_dozen_source_files() => SourceTree.None(
        from file in SourceTree.Files("src")
        where file.Name.EndsWith(".cs", StringComparison.Ordinal)
        group file by Path.GetDirectoryName(file.Name)! into folder
        where folder.Count() > FilesOfFolder
        select $"{folder.Key}: {folder.Count()} files");

    /// <summary>The number of a column changes with each that is added before it. The only one of a row needs no name.</summary>
    [Fact]
    public void Columns_of_a_row_are_read_by_name() => Assert.Empty(SourceTree.Lines("src", ReadByNumber().IsMatch));

    [Fact]
    public void No_path_of_one_machine_is_in_a_file() => Assert.Empty(SourceTree.Lines("", OneMachine().IsMatch));

    [Fact]
    public void Time_comes_from_an_injected_clock() => Assert.Empty(SourceTree.Lines("src", SystemTime().IsMatch));

    /// <summary>The one place is the composition root, which injects the system clock everywhere.</summary>
    [Fact]
    public void Banned_symbols_are_allowed_in_one_place_at_most()
    {
        var places = SourceTree.Lines("src", line => line.Contains("disable RS0030", StringComparison.Ordinal));

        Assert.True(places.Length <= 1, string.Join(Environment.NewLine, places));
    }

    [Theory]
    [InlineData("Manager")]
    [InlineData("Helper")]
    [InlineData("Util")]
    [InlineData("Service")]
    [InlineData("Common")]
    [InlineData("Base")]
    public void No_file_has_a_name_that_says_nothing(string ending) =>
        Assert.DoesNotContain(SourceTree.Files("src"), file => Path.GetFileNameWithoutExtension(file.Name).EndsWith(ending, StringComparison.Ordinal));

    [Fact]
    public void The_changelog_keeps_its_form()
    {
        var path = Path.Combine(SourceTree.Root, "CHANGELOG.md");
        if (!File.Exists(path))
        {
            return;
        }

        var lines = File.ReadAllLines(path);
        Assert.Equal("# Changelog", lines[0]);
        var versions = lines.Where(line => line.StartsWith("## ", StringComparison.Ordinal)).ToArray();
        Assert.NotEmpty(versions);
        Assert.All(versions, version => Assert.Matches(ChangelogVersion(), version));
    }

    [Fact]
    public void Links_in_pages_lead_to_files() => Assert.Empty(
        from page in SourceTree.Files()
        where page.Name.EndsWith(".md", StringComparison.Ordinal)
        from line in page.Lines
        from Match link in RelativeLink().Matches(line)
        let target = Path.Combine(SourceTree.Root, Path.GetDirectoryName(page.Name)!, link.Groups[1].Value)
        where !Path.Exists(target)
        select $"{page.Name}: {link.Groups[1].Value}");

    [GeneratedRegex(@"\.(Get(String|Boolean|Int16|Int32|Int64|Decimal|Guid|FieldValue<[^>]+>)|IsDBNull)\([1-9]\d*\)")]
    private static partial Regex ReadByNumber();

    [GeneratedRegex(@"\]\((?![a-z]+:)([^)#\s]+)(?:#[^)]*)?\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"\b(TO" + @"DO|FIX" + @"ME|XX" + @"X|HA" + @"CK)\b")]
    private static partial Regex LeftForLater();

    /// <summary>Homes of people, and the work directories of build machines.</summary>
    [GeneratedRegex(@"(?<![\w.~$/}])/(work|home/\w+|Users|root/\w+)/")]
    private static partial Regex OneMachine();

    [GeneratedRegex(@"\b(DateTime|DateTimeOffset)\.(Now|UtcNow|Today)\b")]
    private static partial Regex SystemTime();

    private static int WithoutLiterals(string line) => line.IndexOf('"', StringComparison.Ordinal) is var first and >= 0
        ? Math.Max(first, line.Length - (line.LastIndexOf('"') - first))
        : line.Length;

    [GeneratedRegex(@"^## (Unreleased|\d+\.\d+\.\d+ \(\d{4}-\d{2}-\d{2}\))$")]
    private static partial Regex ChangelogVersion();
}
