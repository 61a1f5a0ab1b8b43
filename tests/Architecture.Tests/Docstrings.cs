using System.Text.RegularExpressions;

namespace RetailSync.Architecture.Tests;

/// <summary>A text of a parameter that repeats its name is read for nothing, and hides those that say something.</summary>
public sealed partial class Docstrings
{
    private const int FewWords = 3;

    [Fact]
    public void A_short_text_of_a_parameter_says_unit_bound_or_values() => SourceTree.None(
        from file in SourceTree.Files("src")
        where file.Name.EndsWith(".cs", StringComparison.Ordinal)
        let source = string.Join('\n', file.Lines)
        from Match parameter in Parameter().Matches(source)
        let text = parameter.Groups[2].Value
        where Words(text) <= FewWords && (text.Contains("<inheritdoc", StringComparison.Ordinal) || !UnitOrBound().IsMatch(text))
        select $"{file.Name}:{source[..parameter.Index].Count(character => character == '\n') + 1}: {parameter.Groups[1].Value}: {text}");

    private static int Words(string text) =>
        Reference().Replace(text.Replace("///", "", StringComparison.Ordinal), "reference").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length;

    [GeneratedRegex("""<(?:type)?param name="(\w+)">(.*?)</(?:type)?param>""", RegexOptions.Singleline)]
    private static partial Regex Parameter();

    [GeneratedRegex("<[^>]*/>")]
    private static partial Regex Reference();

    /// <summary>A number, a unit, a form, the values that there are (<c>&lt;c&gt;</c>), or where they are described (<c>cref</c>).</summary>
    [GeneratedRegex(@"\d|\b([Uu]nits?|UTC|ISO|PEM|[Ss]igned|[Aa]scending|base64|[Nn]ull|[Cc]alls|[Ss]econds|[Bb]ytes)\b|[Oo]urs - theirs|cref=|<c>")]
    private static partial Regex UnitOrBound();
}
