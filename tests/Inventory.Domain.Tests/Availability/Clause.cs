using System.Globalization;
using NodaTime.Text;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>A few words of a planner: what is said, by the word that says it. Every word must be asked for, so that a typing mistake fails.</summary>
internal sealed class Clause
{
    private static readonly HashSet<string> WithValue =
    [
        "group", "of", "from", "to", "until", "used", "priority", "fixed", "percent", "cap", "buffer", "threshold", "confidence", "horizon",
        "unsellable", "reserved", "expects", "on", "by", "held",
    ];

    private static readonly HashSet<string> Alone = ["not", "at", "anywhere", "borrow", "disabled"];

    private readonly string _text;
    private readonly Dictionary<string, string> _said = [];

    public Clause(string text)
    {
        _text = text;
        var words = new Queue<string>(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        while (words.TryDequeue(out var word))
        {
            var (key, value) = word switch
            {
                "levels" => (word, string.Join(' ', words)),
                _ when WithValue.Contains(word) => (word, words.Dequeue()),
                _ when Alone.Contains(word) => (word, ""),
                _ when word[0] is '-' or (>= '0' and <= '9') => ("amount", word),
                _ when char.IsUpper(word[0]) => ("location", word),
                _ => ("channel", word),
            };
            if (!_said.TryAdd(key, value))
            {
                throw new FormatException($"Said twice: {key} in '{text}'.");
            }

            if (key == "levels")
            {
                break;
            }
        }
    }

    public bool Has(string word) => _said.Remove(word);

    public string? Word(string key) => _said.Remove(key, out var value) ? value : null;

    public decimal? Number(string key) => Word(key) is { } value ? decimal.Parse(value, CultureInfo.InvariantCulture) : null;

    /// <summary>Units, or a percentage where it is written with %.</summary>
    public (decimal? Units, decimal? Percent) Amount()
    {
        var word = Word("amount") ?? throw new FormatException($"How much? '{_text}'.");
        return word.EndsWith('%') ? (null, decimal.Parse(word[..^1], CultureInfo.InvariantCulture)) : (decimal.Parse(word, CultureInfo.InvariantCulture), null);
    }

    public decimal Units() => Amount().Units ?? throw new FormatException($"No percentage here: '{_text}'.");

    public LocalDate? Day(string key) => Word(key) is { } value ? LocalDatePattern.Iso.Parse(value).Value : null;

    /// <summary>The first instant of a day, in UTC.</summary>
    public Instant? Start(string key) => Day(key)?.AtStartOfDayInZone(DateTimeZone.Utc).ToInstant();

    public ChannelId? Channel() => Word("channel") is { } channel ? ChannelId.Parse(channel) : null;

    public LocationId? Location() => Word("location") is { } location ? LocationId.Parse(location) : null;

    public Sku? Sku() => Word("of") is { } sku ? Domain.Sku.Parse(sku) : null;

    public void End()
    {
        if (_said.Count > 0)
        {
            throw new FormatException($"Not understood: {string.Join(", ", _said.Select(pair => $"{pair.Key} {pair.Value}"))} in '{_text}'.");
        }
    }
}
