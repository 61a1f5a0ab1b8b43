namespace RetailSync.Channels.Documents;

/// <summary>An option of a source that gives codes a meaning: <c>Z51=551, 901=none</c>.</summary>
internal static class OptionPairs
{
    /// <summary>By the code, however its letters are written; what is no pair is passed over, and null has none.</summary>
    public static IReadOnlyDictionary<string, string> Read(string? text)
    {
        var pairs = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var pair in (text ?? "").Split([',', ';'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2, StringSplitOptions.TrimEntries) is [var code, var meaning])
            {
                pairs[code] = meaning;
            }
        }

        return pairs;
    }
}
