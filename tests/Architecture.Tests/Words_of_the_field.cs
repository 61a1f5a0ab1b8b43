using System.Text;
using System.Text.RegularExpressions;

namespace RetailSync.Architecture.Tests;

/// <summary>
/// One word for one thing, and it is the field's: publish, acknowledge, dead letter, lease, watermark, cache, checkpoint, retry, timeout, idempotent, expire.
/// The words that stood for them here once are kept out of texts (comments, messages, SQL and other raw text, names of tests, pages, the dashboard, alert
/// rules, descriptions of the API) and out of names.
/// </summary>
public sealed partial class Words_of_the_field
{
    /// <summary>What a text does not say, and what it says instead.</summary>
    private static readonly (Regex Old, string New)[] Texts =
    [
        (Word("tells?|told|telling"), "publish to a channel; report; answer; distinguish"),
        (Word("doors?"), "HTTP; the API; an endpoint"),
        (Word("nudge[sd]?|nudging"), "wake signal"),
        (Word("grounds"), "plan fingerprint; reason"),
        (Word("believes?|believed"), "acknowledged; trusted"),
        (Word("patience"), "timeout"),
        (Word("put(s|ting)? right"), "repair; correct"),
        (Word("(go|goes|gone|comes?) by (itself|themselves)"), "expire; be deleted after its retention; on a schedule"),
        (Word("counts? once"), "idempotent; recorded once"),
        (Word("(bad )?weather"), "outage; transient failure"),
        (Word("looks? again|looked again"), "revalidate; poll"),
        (Word("stands? still"), "is stalled; does not move"),
        (Word("takes? turns|(takes?|holds?|has) (a|the|its) turn"), "hold the lease; alternate"),
        (Word("(gives?|gave) way"), "is throttled; defers to"),
        (Word("(is|are|was|were) over( by the clock)?"), "has expired; has ended"),
        (Word("hears?|heard"), "is answered; is notified; was recorded"),
        (Word("forgets?|forgot|forgotten"), "drop from the cache; delete"),
        (Word("remembers?|remembered"), "cache; store; idempotency key"),
        (Word("(hosts?|lanes?|database|server|publishers?|followers?|caches?|adapters?|channels?|till) (knows?|knew|wants?|thinks?)"), "has; caches; needs"),
        (Word("what is not there|what should not be there"), "a missing row; units beyond stock"),
        (Word("a (yes|no)"), "success; acknowledgement; refusal"),
        (Word("worked off"), "processed"),
        (Word("let be"), "ignored"),
        (Word("(is|are) for a person"), "is quarantined"),
    ];

    /// <summary>Names that types, members and folders had.</summary>
    private static readonly string[] Names =
    [
        "TakeTurn", "GiveWay", "Nudge", "ItsOrders", "InItsOrders", "SubtractsItsOrders", "FollowStock", "FollowEvents", "FollowedEvents",
        "FollowedUpTo", "WriteTurns", "MostPerCall", "FewestInBulk", "Tickets", "LineState", "MostFailures", "DesiredNumbers", "PublishedNumbers",
        "SteerChannel", "LaneQuestion", "AskMore", "LookAgain", "StandsStill", "StandOnCurrentGrounds", "MovementMemory", "RebuiltPositionTable",
        "PositionBalance", "KeepBalances", "SignCheckpoints", "KeepChain", "StockBook", "SkuPage", "OpenHolds", "OurHolds", "MovementLines",
        "RequestRefused", "OrderBook", "TakeOrders", "IsStanding", "AnswerFromMemory", "ReadPast", "ReadAsOf", "AgeOut", "ShortenFeeds", "OnTheWay",
        "Misplaced", "OurBooks", "Door", "Nudges",
    ];

    /// <summary>Words within names of the source, and where such a name stays: a part of its path.</summary>
    private static readonly (Regex Word, string New, string[] Stays)[] WordsOfNames =
    [
        (WordOfName("told|tells?"), "published; acknowledged", []),
        (WordOfName("believe[sd]?"), "acknowledged", []),
        (WordOfName("grounds"), "fingerprint; reason", []),
        (WordOfName("spare[sd]?"), "extra; free", []),
        (WordOfName("forg[eo]ts?|forgotten"), "drop; delete; invalidate", []),
        (WordOfName("remember(s|ed)?"), "store; cache", []),
        (WordOfName("hears?|heard"), "receive; answer", []),
        (WordOfName("patience"), "timeout", ["src/Inventory.Host/Lanes/"]),
        (WordOfName("theirs"), "external id: in a comparison alone, ours and theirs are the two sides", ["Reconciliation/"]),
        (WordOfName("places?", "Places"), "location; index; position: a place is a location in a document's own words",
            ["src/Channels/", "src/Inventory.Host/SourceDocuments/"]),
        (WordOfName("settle", "Settle"), "what is done: a drift alone is settled", ["Reconciliation/", "src/Inventory.Host/Retention/"]),
    ];

    /// <summary>Columns that have an old word as their name.</summary>
    private static readonly Regex StoredColumns = new(@"\b(grounds|believed)\b");

    /// <summary>Where an old word is stored or on the wire, so that it stays: what is taken out of a line before it is read.</summary>
    private static readonly (Regex Text, string Reason)[] Stays =
    [
        (new(@"\bnot-told\b"), "a state of a publication and an alert's kind, on the wire"),
        (new(@"retailsync[._]publication[._]told(_total)?"), "a metric's name, in dashboards and alert rules of operators"),
        (new(@"Lanes:Patience"), "a key of the configuration"),
        (new(@"--grounds?\b"), "a colour of the dashboard"),
    ];

    /// <summary>Files that hold the old words because they are about them.</summary>
    private static readonly string[] About = ["tests/Architecture.Tests/Words_of_the_field.cs"];

    [Fact]
    public void Texts_use_no_word_of_the_old_dialect() => SourceTree.None(
        from file in SourceTree.Files()
        where !About.Contains(file.Name)
        from text in TextsOf(file.Name, file.Lines)
        from old in OldWordsOf(text.Text)
        select $"{file.Name}:{text.Line}: {old}: {text.Text.Trim()}");

    [Fact]
    public void Nothing_has_a_name_of_the_old_dialect() => SourceTree.None(
        from file in SourceTree.Files()
        where file.Name.EndsWith(".cs", StringComparison.Ordinal) && !About.Contains(file.Name)
        from line in file.Lines.Index()
        from Match name in Identifier().Matches(line.Item)
        where Names.Contains(name.Value)
        select $"{file.Name}:{line.Index + 1}: {name.Value}");

    [Fact]
    public void No_name_of_the_source_has_a_word_of_the_old_dialect() => SourceTree.None(
        from file in SourceTree.Files("src")
        where file.Name.EndsWith(".cs", StringComparison.Ordinal)
        let path = file.Name.Replace('\\', '/')
        from line in CodeOf(file.Lines)
        from Match name in Identifier().Matches(line.Text)
        from word in WordsOfNames
        where word.Word.IsMatch(name.Value) && !word.Stays.Any(path.Contains) && !line.Text.Contains("Reconciliation.Settle", StringComparison.Ordinal)
        select $"{file.Name}:{line.Line}: {name.Value}, better {word.New}");

    [Theory]
    [InlineData("PlacedNumber.Told", true)]
    [InlineData("_told", true)]
    [InlineData("toldInstead", true)]
    [InlineData("Untold", false)]
    [InlineData("ToldedX", false)]
    public void A_word_within_a_name_is_found(string name, bool isFound) => Assert.Equal(
        isFound, Identifier().Matches(name).Any(part => WordsOfNames.Any(word => word.Word.IsMatch(part.Value))));

    [Theory]
    [InlineData("x.cs", true, "    var sql =", "        $\"\"\"", "        select 1 as told from t", "        \"\"\";")]
    [InlineData("x.cs", false, "    var sql =", "        \"\"\"", "        select grounds, believed from t where state = 'told' -- \"told\"", "        \"\"\";")]
    [InlineData("x.cs", false, "    Run(\"\"\"a b c\"\"\");", "    var told = 1;")]
    [InlineData("dashboard.html", true, "<p class=\"told\">The channel was told.</p>")]
    [InlineData("dashboard.html", false, "<p class=\"told\">It was acknowledged.</p>")]
    [InlineData("ops/prometheus/x.yml", true, "  summary: A channel is not told anything")]
    [InlineData("ops/prometheus/x.yml", false, "  expr: rate(retailsync_publication_told_total[5m]) > 0")]
    [InlineData("ops/grafana/x.json", true, "  \"title\": \"What each channel believes\",")]
    public void A_text_of_several_lines_is_read(string file, bool isFound, params string[] lines) => Assert.Equal(
        isFound, TextsOf(file, lines).SelectMany(text => OldWordsOf(text.Text)).Any());

    [Fact]
    public void No_file_of_a_type_has_a_name_of_the_old_dialect() => SourceTree.None(
        from file in SourceTree.Files()
        where Path.ChangeExtension(file.Name, null).Split(Path.DirectorySeparatorChar).Any(Names.Contains)
        select file.Name);

    [Theory]
    [InlineData("x.cs", "    /// <summary>Each channel is told.</summary>", true)]
    [InlineData("x.cs", "    // <c>told</c> and \"told\" are values, as `told` is", false)]
    [InlineData("x.cs", "    throw new X(\"The channel was told nothing at all.\");", true)]
    [InlineData("x.cs", "    return row.Text(\"state\") == \"told\";", false)]
    [InlineData("x.cs", "    var told = 1;", false)]
    [InlineData("x.cs", "    public void A_channel_is_told()", true)]
    [InlineData("x.md", "The alert `channel-not-told`, and state `told`.", false)]
    [InlineData("x.md", "The lane forgets it.", true)]
    [InlineData("docs/contracts/openapi.json", "    \"description\": \"What the channel believes.\",", true)]
    [InlineData("docs/contracts/openapi.json", "    \"believed\": {", false)]
    public void A_text_is_known_from_a_value(string file, string line, bool isFound) => Assert.Equal(
        isFound, TextsOf(file, [line]).SelectMany(text => OldWordsOf(text.Text)).Any());

    private static IEnumerable<string> OldWordsOf(string text) =>
        from old in Texts
        let found = old.Old.Match(Stays.Aggregate(text, (kept, stays) => stays.Text.Replace(kept, "")))
        where found.Success
        select $"'{found.Value}', better {old.New}";

    private static IEnumerable<(int Line, string Text)> TextsOf(string file, string[] lines) => Path.GetExtension(file) switch
    {
        ".cs" or ".js" => OfSource(lines),
        ".md" => Each(lines, OfPage),
        ".html" => Each(lines, line => Tag().Replace(line, " ")),
        ".yml" or ".yaml" => Each(lines, line => line),
        ".json" => Each(lines, line => OfDescription(line) ?? ""),
        _ => [],
    };

    private static IEnumerable<(int Line, string Text)> Each(string[] lines, Func<string, string> read) =>
        lines.Index().Select(line => (line.Index + 1, read(line.Item)));

    /// <summary>Lines of a raw literal are read whole, but for values in quotes.</summary>
    private static IEnumerable<(int Line, string Text)> OfSource(string[] lines) => WithRaw(lines).Select(
        line => (line.Line, line.IsRaw ? OfRaw(line.Text) : OfCode(line.Text)));

    /// <summary>Without literals and comments.</summary>
    private static IEnumerable<(int Line, string Text)> CodeOf(string[] lines) =>
        from line in WithRaw(lines)
        where !line.IsRaw
        let code = Literal().Replace(line.Text, "\"\"")
        select (line.Line, code.IndexOf("//", StringComparison.Ordinal) is var comment and >= 0 ? code[..comment] : code);

    private static IEnumerable<(int Line, string Text, bool IsRaw)> WithRaw(string[] lines)
    {
        var isRaw = false;
        foreach (var (index, line) in lines.Index())
        {
            var marks = RawMark().Count(line);
            yield return (index + 1, line, isRaw && marks == 0);
            isRaw ^= marks % 2 == 1;
        }
    }

    private static string OfRaw(string line) => StoredColumns.Replace(QuotedValue().Replace(Hole().Replace(line, "value"), "value"), "column");

    private static string? OfDescription(string line) => Description().Match(line) is { Success: true } found ? found.Groups[1].Value : null;

    private static string OfPage(string line) => LinkTarget().Replace(CodeInPage().Replace(line, "code"), "](page)");

    /// <summary>
    /// A line's comment, sentences and SQL among its literals, and the words of a test's name; no other name or value. That a movement counts once is how a
    /// shopkeeper says it, so a test's name may.
    /// </summary>
    private static string OfCode(string line)
    {
        var text = new StringBuilder();
        var rest = line;
        foreach (Match literal in Literal().Matches(line))
        {
            rest = rest.Replace(literal.Value, "\"\"", StringComparison.Ordinal);
            if (literal.Value.Count(character => character == ' ') >= 2)
            {
                text.AppendLine(Sql().IsMatch(literal.Value) ? OfRaw(literal.Value[1..^1]) : Hole().Replace(literal.Value, "value"));
            }
        }

        var comment = rest.IndexOf("//", StringComparison.Ordinal);
        if (comment >= 0)
        {
            text.AppendLine(CodeInPage().Replace(CodeInComment().Replace(rest[comment..], "code"), "code"));
        }

        foreach (Match name in TestName().Matches(comment >= 0 ? rest[..comment] : rest))
        {
            text.AppendLine(CountsOnce().Replace(name.Value.Replace('_', ' '), ""));
        }

        return text.ToString();
    }

    private static Regex Word(string words) => new($@"(?<![\w-])({words})(?![\w-])", RegexOptions.IgnoreCase | RegexOptions.Compiled);

    /// <summary>A word of a name in camel or Pascal case, alone or among others.</summary>
    private static Regex WordOfName(string words) => WordOfName(words, $"(?i:{words})");

    /// <param name="small">How it begins a name in camel case.</param>
    /// <param name="capital">How it stands in Pascal case.</param>
    private static Regex WordOfName(string small, string capital) =>
        new($@"(?:(?<![A-Za-z])(?:{small})|(?=[A-Z])(?:{capital}))(?![a-z])", RegexOptions.Compiled);

    [GeneratedRegex(@"[A-Za-z_]\w*")]
    private static partial Regex Identifier();

    [GeneratedRegex("\"{3,}")]
    private static partial Regex RawMark();

    [GeneratedRegex(@"""[^""\s]*""|'[^'\s]*'")]
    private static partial Regex QuotedValue();

    [GeneratedRegex("<[^<>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"""(?:description|summary|title)"": ""(.*)""")]
    private static partial Regex Description();

    [GeneratedRegex("`[^`]*`")]
    private static partial Regex CodeInPage();

    [GeneratedRegex(@"\]\([^)]*\)")]
    private static partial Regex LinkTarget();

    [GeneratedRegex("<c>.*?</c>|cref=\"[^\"]*\"|name=\"[^\"]*\"")]
    private static partial Regex CodeInComment();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\{[^{}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex("counts? once")]
    private static partial Regex CountsOnce();

    [GeneratedRegex(
        @"\b(select|insert into|delete from|alter (table|sequence)|(left|cross|inner) join|order by|group by|unnest|returning|create (table|index))\b"
        + @"|\bupdate \S+ set\b|\b(where|and|on) \S+ (=|<>|<|>|is|in)\s")]
    private static partial Regex Sql();

    /// <summary>Two underscores at least: a sentence.</summary>
    [GeneratedRegex(@"\b[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,}\b")]
    private static partial Regex TestName();
}
