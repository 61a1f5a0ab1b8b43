using System.Text;
using System.Text.RegularExpressions;

namespace RetailSync.Architecture.Tests;

/// <summary>
/// One word for one thing, and it is the field's: publish, acknowledge, dead letter, lease, watermark, cache, checkpoint, retry, timeout, idempotent, expire.
/// The words that stood for them here once are kept out of texts (comments, messages, names of tests, pages, descriptions of the API) and out of names.
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

    /// <summary>Where an old word is stored or on the wire, so that it stays: what is taken out of a line before it is read.</summary>
    private static readonly (Regex Text, string Reason)[] Stays =
    [
        (new(@"\bnot-told\b"), "a state of a publication and an alert's kind, on the wire"),
        (new(@"retailsync[._]publication[._]told(_total)?"), "a metric's name, in dashboards and alert rules of operators"),
        (new(@"Lanes:Patience"), "a key of the configuration"),
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

    private static IEnumerable<(int Line, string Text)> TextsOf(string file, string[] lines)
    {
        Func<string, string?>? read = Path.GetExtension(file) switch
        {
            ".cs" or ".js" => OfCode,
            ".md" => OfPage,
            ".json" when file.EndsWith("openapi.json", StringComparison.Ordinal) => OfDescription,
            _ => null,
        };
        return read is null ? [] : lines.Index().Select(line => (line.Index + 1, Text: read(line.Item)!)).Where(line => line.Text is not null);
    }

    private static string? OfDescription(string line) => Description().Match(line) is { Success: true } found ? found.Groups[1].Value : null;

    private static string OfPage(string line) => LinkTarget().Replace(CodeInPage().Replace(line, "code"), "](page)");

    /// <summary>
    /// A line's comment, sentences among its literals, and the words of a test's name; not SQL, and no other name or value. That a movement counts once is how
    /// a shopkeeper says it, so a test's name may.
    /// </summary>
    private static string OfCode(string line)
    {
        var text = new StringBuilder();
        var rest = line;
        foreach (Match literal in Literal().Matches(line))
        {
            rest = rest.Replace(literal.Value, "\"\"", StringComparison.Ordinal);
            if (literal.Value.Count(character => character == ' ') >= 2 && !Sql().IsMatch(literal.Value))
            {
                text.AppendLine(Hole().Replace(literal.Value, "value"));
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

    [GeneratedRegex(@"[A-Za-z]\w*")]
    private static partial Regex Identifier();

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
