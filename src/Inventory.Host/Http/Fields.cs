using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http.Values;

namespace RetailSync.Inventory.Host.Http;

/// <summary>
/// The named values of one JSON object or CSV row, read strictly: an unknown name, a name twice, a number as text is a refusal
/// that names the field, never ignored and never an exception. Ask for each value, then look at <see cref="Refusals"/>.
/// One instance is used again for every line of a batch; it is not for two threads.
/// </summary>
public sealed class Fields(params IReadOnlyList<string> names)
{
    /// <summary>Free words (a reason) are for people to read, not to keep books in.</summary>
    public const int MaxWordsLength = 1_000;

    /// <summary>What a SKU must be.</summary>
    public const string SkuForm = "must be 1 to 128 printable characters, and not . or .., which drop out of a path";

    /// <summary>What the id of a location, channel, rule or reservation must be.</summary>
    public const string NameForm = "must be 1 to 128 letters, digits and . _ : -, and not . or .., which drop out of a path";

    private const int MaxDepth = 64;
    private const int MaxRefusals = 20;

    private readonly string[] _names = [.. names];
    private readonly FrozenDictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _indexes =
        names.Select((name, index) => KeyValuePair.Create(name, index)).ToFrozenDictionary().GetAlternateLookup<ReadOnlySpan<char>>();
    private readonly Value[] _values = new Value[names.Count];
    private readonly List<FieldRefusal> _refusals = [];

    private enum Form
    {
        Absent,
        Null,
        Text,
        Number,
        Boolean,

        /// <summary>An array or an object, as raw JSON.</summary>
        Nested,

        /// <summary>Of CSV, where a number and a text look the same.</summary>
        Cell,
    }

    private delegate bool TryParse<T>(string? text, out T parsed);

    private readonly record struct Value(Form Form, string? Text);

    public IReadOnlyList<FieldRefusal> Refusals => _refusals;

    public void Clear()
    {
        Array.Clear(_values);
        _refusals.Clear();
    }

    public void Refuse(string name, string why)
    {
        if (_refusals.Count < MaxRefusals)
        {
            _refusals.Add(new FieldRefusal(name, why));
        }
    }

    /// <summary>Refuses every field that was sent, null included, and is none of <paramref name="own"/>.</summary>
    public void RefuseAllBut(FrozenSet<string> own, string why)
    {
        for (var index = 0; index < _names.Length; index++)
        {
            if (_values[index].Form != Form.Absent && !own.Contains(_names[index]))
            {
                Refuse(_names[index], why);
            }
        }
    }

    /// <summary>Reads one JSON object; false (and a refusal) when it is not one. Bytes that are no text are refused like any other mistake.</summary>
    public bool ReadJson(ReadOnlySpan<byte> json)
    {
        Clear();
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = MaxDepth });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                Refuse("line", "must be an object");
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                ReadProperty(ref reader, json);
            }

            while (reader.Read())
            {
                // Reads on to the end, so that anything after the object is found to be malformed.
            }

            return true;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            Refuse("line", "is not well-formed JSON in UTF-8");
            return false;
        }
    }

    /// <summary>Sets a cell of a CSV row; an empty cell is an absent value.</summary>
    public void SetCell(string name, string cell)
    {
        if (cell.Length == 0 || !_indexes.TryGetValue(name, out var index))
        {
            return;
        }

        if (!StorableText.Is(cell))
        {
            Refuse(name, StorableText.Form);
            return;
        }

        _values[index] = new Value(Form.Cell, cell);
    }

    public bool Has(string name) => Find(name).Form > Form.Null;

    public bool IsNull(string name) => Find(name).Form == Form.Null;

    /// <summary>Null when it is absent or null; refused when it is anything but text.</summary>
    public string? Text(string name, bool required = false)
    {
        var value = Find(name);
        switch (value.Form)
        {
            case Form.Text or Form.Cell:
                return value.Text;
            case Form.Absent or Form.Null:
                if (required)
                {
                    Refuse(name, "is missing");
                }

                return null;
            default:
                Refuse(name, "must be text");
                return null;
        }
    }

    public string Identifier(string name) => OptionalIdentifier(name, required: true) ?? "";

    public string? OptionalIdentifier(string name, bool required = false) =>
        Parse<string>(name, required, Domain.Identifier.TryParse, "must be 1 to 128 printable characters", out var identifier) ? identifier : null;

    public Sku Sku(string name) => OptionalSku(name, required: true) ?? default;

    public Sku? OptionalSku(string name, bool required = false) => Parse<Sku>(name, required, Domain.Sku.TryParse, SkuForm, out var sku) ? sku : null;

    /// <summary>An identifier of letters, digits and <c>. _ : -</c>.</summary>
    public string? OptionalName(string name, bool required = false) =>
        Parse<string>(name, required, Domain.Identifier.TryParseName, NameForm, out var identifier) ? identifier : null;

    public LocationId Location(string name) => OptionalName(name, required: true) is { } text ? LocationId.Parse(text) : default;

    /// <summary>Free words: trimmed, at most <see cref="MaxWordsLength"/> characters.</summary>
    public string? Words(string name, bool required = false)
    {
        var text = Text(name, required)?.Trim();
        if (text is null || text.Length is > 0 and <= MaxWordsLength)
        {
            return text;
        }

        Refuse(name, text.Length == 0 ? "is empty" : $"must be at most {MaxWordsLength} characters of text");
        return null;
    }

    /// <summary>One of <paramref name="choices"/>; null when it is absent or refused.</summary>
    public string? Choice(string name, bool required, params ReadOnlySpan<string> choices)
    {
        if (Text(name, required) is not { } text)
        {
            return null;
        }

        foreach (var choice in choices)
        {
            if (choice == text)
            {
                return choice;
            }
        }

        Refuse(name, $"must be one of {string.Join(", ", choices!)}");
        return null;
    }

    /// <summary>An exact decimal within <see cref="Domain.Quantity"/>; null when it is absent, null or refused.</summary>
    public decimal? Number(string name, bool required = false)
    {
        var value = Find(name);
        if (value.Form is Form.Absent or Form.Null)
        {
            if (required)
            {
                Refuse(name, "is missing");
            }

            return null;
        }

        if (value.Form is not (Form.Number or Form.Cell))
        {
            Refuse(name, "must be a number");
            return null;
        }

        var refusal = ExactDecimal.Refusal(value.Text, out var number);
        if (refusal is null)
        {
            return number;
        }

        Refuse(name, refusal);
        return null;
    }

    public bool? Boolean(string name)
    {
        var value = Find(name);
        switch (value.Form)
        {
            case Form.Boolean:
            case Form.Cell when value.Text is "true" or "false":
                return value.Text == "true";
            case Form.Absent or Form.Null:
                return null;
            default:
                Refuse(name, "must be true or false");
                return null;
        }
    }

    /// <summary>An RFC 3339 instant; another offset than Z is understood and means the same instant in UTC.</summary>
    public Instant? Instant(string name, bool required = false) =>
        Parse<Instant>(name, required, (text, out parsed) => Instants.TryParse(text!, out parsed), Instants.Form, out var instant) ? instant : null;

    public LocalDate? Day(string name)
    {
        if (Text(name) is not { } text)
        {
            return null;
        }

        var day = LocalDatePattern.Iso.Parse(text);
        if (day.Success && day.Value.Year is >= 1 and <= 9999)
        {
            return day.Value;
        }

        Refuse(name, "must be a day such as 2026-11-23");
        return null;
    }

    /// <summary>The raw JSON of an object or array; null when it is absent, null or of another kind (then refused).</summary>
    public string? Nested(string name, char opening)
    {
        var value = Find(name);
        if (value.Form is Form.Absent or Form.Null)
        {
            return null;
        }

        if (value.Form == Form.Nested && value.Text![0] == opening)
        {
            return value.Text;
        }

        Refuse(name, opening == '[' ? "must be an array" : "must be an object");
        return null;
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c> naming everything that was refused.</exception>
    public void ThrowIfRefused()
    {
        if (_refusals.Count > 0)
        {
            throw ApiProblemException.Invalid([.. _refusals]);
        }
    }

    /// <summary>False when it is absent, null or refused.</summary>
    private bool Parse<T>(string name, bool required, TryParse<T> parse, string form, [MaybeNullWhen(false)] out T parsed)
    {
        parsed = default;
        if (Text(name, required) is not { } text)
        {
            return false;
        }

        if (parse(text, out parsed))
        {
            return true;
        }

        Refuse(name, form);
        return false;
    }

    private Value Find(string name) => _values[_indexes[name]];

    private void ReadProperty(ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        Span<char> buffer = stackalloc char[64];
        var name = reader.HasValueSequence || reader.ValueSpan.Length > buffer.Length
            ? reader.GetString().AsSpan()
            : buffer[..reader.CopyString(buffer)];
        if (!_indexes.TryGetValue(name, out var index))
        {
            Refuse(Shortened(name), "is not a known field");
            reader.Read();
            reader.Skip();
            return;
        }

        reader.Read();
        if (_values[index].Form != Form.Absent)
        {
            Refuse(_names[index], "appears twice");
            reader.Skip();
            return;
        }

        _values[index] = ReadValue(ref reader, json, _names[index]);
    }

    private Value ReadValue(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, string name)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.String:
                if (StorableText.TryRead(ref reader, out var text))
                {
                    return new Value(Form.Text, text);
                }

                Refuse(name, StorableText.Form);
                return new Value(Form.Null, null);

            case JsonTokenType.Number:
                return new Value(Form.Number, Encoding.ASCII.GetString(reader.ValueSpan));
            case JsonTokenType.True:
                return new Value(Form.Boolean, "true");
            case JsonTokenType.False:
                return new Value(Form.Boolean, "false");
            case JsonTokenType.Null:
                return new Value(Form.Null, null);
            default:
                var start = (int)reader.TokenStartIndex;
                if (StorableText.SkipAll(ref reader))
                {
                    return new Value(Form.Nested, Encoding.UTF8.GetString(json[start..(int)reader.BytesConsumed]));
                }

                Refuse(name, $"has a text in it that {StorableText.Form}");
                return new Value(Form.Null, null);
        }
    }

    /// <summary>An unknown name comes from the caller: it is repeated shortened and printable.</summary>
    private static string Shortened(ReadOnlySpan<char> name)
    {
        var shortened = new StringBuilder();
        foreach (var rune in name[..Math.Min(name.Length, 64)].EnumerateRunes())
        {
            shortened.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
        }

        return shortened.ToString();
    }
}
