using System.Buffers;
using System.Text;
using System.Text.Json;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;

namespace RetailSync.Inventory.Host.Movements;

/// <summary>
/// The lines of one call, in any of the three formats. Only a body that cannot be split into lines is refused
/// as a whole; everything else is the matter of one line.
/// </summary>
/// <param name="Lines">In the order in which they were sent.</param>
/// <param name="Raw">A line as it was sent, as JSON where possible, for a person to look at and to send again.</param>
public sealed record MovementBatch(string Source, IReadOnlyList<MovementLine> Lines, Func<int, string> Raw)
{
    public const int MaxLines = 10_000;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>, 413 <c>batch-too-large</c>.</exception>
    public static MovementBatch OfJson(ReadOnlyMemory<byte> body)
    {
        var (source, lines) = FindLines(body.Span);
        return OfJsonLines(source, body, lines);
    }

    /// <inheritdoc cref="OfJson"/>
    public static MovementBatch OfNdjson(string? source, ReadOnlyMemory<byte> body)
    {
        List<Range> lines = [];
        foreach (var range in body.Span.Split((byte)'\n'))
        {
            var (start, length) = range.GetOffsetAndLength(body.Length);
            if (body.Span.Slice(start, length).IndexOfAnyExcept(" \t\r"u8) >= 0)
            {
                Add(lines, start..(start + length));
            }
        }

        return OfJsonLines(RequireSource(source), body, lines);
    }

    /// <inheritdoc cref="OfJson"/>
    public static MovementBatch OfCsv(string? source, ReadOnlyMemory<byte> body)
    {
        var name = RequireSource(source);
        var lines = new MovementParser(name);
        List<string[]> rows = [];
        List<MovementLine> read = [];
        var records = new CsvRecords(new StringReader(Encoding.UTF8.GetString(body.Span)));
        if (!records.Read())
        {
            throw ApiProblemException.Malformed("The body has no header.");
        }

        var header = Header([.. records.Cells], Broken(records));
        while (records.Read())
        {
            if (rows.Count == MaxLines)
            {
                throw TooLarge();
            }

            string[] row = [.. records.Cells];

            // A byte that is not UTF-8 was read as the replacement character, which is in nobody's identifier.
            var broken = Broken(records) ?? (row.Any(cell => cell.Contains('\uFFFD')) ? "is not text in UTF-8" : null);
            var line = lines.ReadCells(header, row);
            read.Add(broken is null ? line : new MovementLine(line.Id, null, $"'line' {broken}."));
            rows.Add(row);
        }

        return new MovementBatch(name, read, index => RowAsJson(header, rows[index]));
    }

    /// <summary>One line, as if it had come alone.</summary>
    public static MovementBatch OfOne(string source, string line) =>
        OfJsonLines(source, Encoding.UTF8.GetBytes(line), [Range.All]);

    private static MovementBatch OfJsonLines(string source, ReadOnlyMemory<byte> body, List<Range> lines)
    {
        var reader = new MovementParser(source);
        var read = new MovementLine[lines.Count];
        for (var index = 0; index < read.Length; index++)
        {
            read[index] = reader.ReadJson(body.Span[lines[index]]);
        }

        return new MovementBatch(source, read, index => Encoding.UTF8.GetString(body.Span[lines[index]]));
    }

    /// <summary>
    /// Where each line of <c>{ source, movements: [...] }</c> is, without looking into it. The depth is not bounded here, so that one
    /// line that is nested too deep is refused alone; the reader keeps one bit per level.
    /// </summary>
    private static (string Source, List<Range> Lines) FindLines(ReadOnlySpan<byte> body)
    {
        string? source = null;
        List<Range>? lines = null;
        var seen = false;
        try
        {
            var reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = int.MaxValue });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                throw ApiProblemException.Malformed("The body must be an object with 'source' and 'movements'.");
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isSource = reader.ValueTextEquals("source"u8);
                var isMovements = reader.ValueTextEquals("movements"u8);
                var again = (isSource && seen) || (isMovements && lines is not null);
                var field = isSource ? "source" : isMovements ? "movements" : Unknown(reader.GetString()!);
                reader.Read();
                if (again || !(isSource || isMovements))
                {
                    throw ApiProblemException.Invalid(new FieldRefusal(field, again ? "appears twice" : "is not a known field"));
                }

                if (isSource)
                {
                    seen = true;
                    source = reader.TokenType switch
                    {
                        JsonTokenType.String => reader.GetString(),
                        JsonTokenType.Null => null,
                        _ => throw ApiProblemException.Invalid(new FieldRefusal("source", "must be text")),
                    };
                    reader.Skip();
                }
                else
                {
                    lines = FindElements(ref reader);
                }
            }

            while (reader.Read())
            {
                // Reads on to the end, so that anything after the object is found to be malformed.
            }
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw ApiProblemException.Malformed(malformed is JsonException { LineNumber: { } line }
                ? $"The body is not well-formed JSON: look at line {line + 1}."
                : "The body is not text in UTF-8.");
        }

        return (RequireSource(source), lines ?? throw ApiProblemException.Invalid(new FieldRefusal("movements", "is missing")));
    }

    private static List<Range> FindElements(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.StartArray)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("movements", "must be an array"));
        }

        List<Range> lines = [];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            Add(lines, start..(int)reader.BytesConsumed);
        }

        return lines;
    }

    private static void Add(List<Range> lines, Range line)
    {
        if (lines.Count == MaxLines)
        {
            throw TooLarge();
        }

        lines.Add(line);
    }

    private static string RequireSource(string? source) =>
        source is null ? throw ApiProblemException.Invalid(new FieldRefusal("source", "is missing"))
        : Identifier.TryParse(source, out var identifier) ? identifier
        : throw ApiProblemException.Invalid(new FieldRefusal("source", "must be 1 to 128 printable characters"));

    private static string Unknown(string name) => Identifier.TryParse(name, out var printable) ? printable : "?";

    private static string[] Header(string[] cells, string? broken)
    {
        var header = cells.Select(cell => cell.Trim()).ToArray();
        var refusals = header
            .Where(name => !MovementParser.FieldNames.Contains(name))
            .Select(name => new FieldRefusal(Unknown(name), "is not a known column"))
            .Concat(header.GroupBy(name => name).Where(name => name.Count() > 1).Select(name => new FieldRefusal(Unknown(name.Key), "appears twice")))
            .Concat(MovementParser.RequiredNames.Except(header).Select(name => new FieldRefusal(name, "is not in the header")))
            .ToArray();
        return broken is not null ? throw ApiProblemException.Malformed($"The header {broken}.")
            : refusals.Length > 0 ? throw ApiProblemException.Invalid(refusals)
            : header;
    }

    private static string? Broken(CsvRecords records) => records.Broken ?? (records.HasStrayQuote ? CsvRecords.QuoteOutOfPlace : null);

    private static ApiProblemException TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "batch-too-large", $"A call has at most {MaxLines} lines: send several.");

    /// <summary>A row as the JSON line that means the same, so that it can be corrected and sent again like any other.</summary>
    private static string RowAsJson(IReadOnlyList<string> header, string[] row)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            for (var column = 0; column < row.Length; column++)
            {
                var name = column < header.Count ? header[column] : $"column {column + 1}";
                if (row[column].Length == 0 && column < header.Count)
                {
                    continue;
                }

                writer.WritePropertyName(name);
                if (name is "quantity" or "confidence" && ExactDecimal.Refusal(row[column], out _) is null
                    || (name is "part" or "orSellable" && row[column] is "true" or "false"))
                {
                    writer.WriteRawValue(row[column]);
                }
                else
                {
                    writer.WriteStringValue(row[column]);
                }
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
