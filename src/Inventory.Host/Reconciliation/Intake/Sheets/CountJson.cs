using System.Runtime.CompilerServices;
using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;

/// <summary>
/// <c>{ system, takenAt, counts: [...], documents: [...] }</c> in any order, read piece by piece: only one piece and one line are ever in memory.
/// </summary>
public sealed class CountJson(Stream body) : CountSheet
{
    private const int PieceLength = 64 * 1024;
    private const int MaxLineLength = 256 * 1024;

    private readonly CountLines _lines = new();
    private readonly HashSet<string> _seen = [];
    private readonly HashSet<string> _missing = [];
    private readonly List<SheetLine> _batch = [];
    private byte[] _buffer = new byte[PieceLength];
    private JsonReaderState _state;
    private Reading _at = Reading.Start;
    private string _field = "";
    private int _start;
    private int _end;
    private int _line;
    private bool _ended;

    /// <summary>Where in the document the reading stands.</summary>
    private enum Reading
    {
        Start,
        Names,
        Value,
        Counts,
        Documents,
        End,
    }

    public override string PathOf(bool isDocument, int line) => FormattableString.Invariant($"{(isDocument ? "documents" : "counts")}[{line}]");

    public override async IAsyncEnumerable<IReadOnlyList<SheetLine>> Lines([EnumeratorCancellation] CancellationToken cancellation)
    {
        while (!_ended)
        {
            await Fill(cancellation);
            Parse();
            if (_batch.Count > 0)
            {
                yield return _batch;
                _batch.Clear();
            }
        }

        if (_at != Reading.End)
        {
            throw ApiProblemException.Malformed("The body must be one JSON object with 'system', 'takenAt' and 'counts'.");
        }

        if (!_seen.Contains("counts") || _missing.Contains("counts"))
        {
            throw ApiProblemException.Invalid(new FieldRefusal("counts", "is missing"));
        }
    }

    private async Task Fill(CancellationToken cancellation)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= MaxLineLength)
            {
                throw ApiProblemException.Malformed($"{PathOf(_at == Reading.Documents, _line)} is longer than {MaxLineLength} bytes.");
            }

            Array.Resize(ref _buffer, _buffer.Length * 2);
        }

        var read = await body.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        _ended = read == 0;
        if (_at == Reading.Start && _buffer.AsSpan(_start, _end - _start).StartsWith("\uFEFF"u8))
        {
            _start += 3;
        }
    }

    /// <summary>Reads as far as what is there goes.</summary>
    private void Parse()
    {
        try
        {
            var piece = _buffer.AsSpan(_start, _end - _start);
            var reader = new Utf8JsonReader(piece, _ended, _state);
            while (Step(ref reader, piece))
            {
                // Each step is one token at the top, or one line.
            }

            _start += (int)reader.BytesConsumed;
            _state = reader.CurrentState;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            throw ApiProblemException.Malformed(malformed is JsonException { LineNumber: { } line }
                ? $"The body is not well-formed JSON: look at line {line + 1}."
                : "The body is not text in UTF-8.");
        }
    }

    /// <summary>False when there is not enough to go on.</summary>
    private bool Step(ref Utf8JsonReader reader, ReadOnlySpan<byte> piece)
    {
        var before = reader;
        if (!reader.Read())
        {
            return false;
        }

        switch (_at)
        {
            case Reading.Start when reader.TokenType == JsonTokenType.StartObject:
                _at = Reading.Names;
                return true;
            case Reading.Names when reader.TokenType == JsonTokenType.EndObject:
                _at = Reading.End;
                return true;
            case Reading.Names:
                _field = Known(ref reader);
                _at = Reading.Value;
                return true;
            case Reading.Value:
                _at = Value(ref reader);
                return true;
            case Reading.Counts or Reading.Documents when reader.TokenType == JsonTokenType.EndArray:
                _at = Reading.Names;
                return true;
            case Reading.Counts or Reading.Documents:
                var start = (int)reader.TokenStartIndex;
                if (!reader.TrySkip())
                {
                    reader = before;
                    return false;
                }

                var line = piece[start..(int)reader.BytesConsumed];
                _batch.Add(_at == Reading.Counts ? _lines.Count(_line, line) : _lines.Document(_line, line));
                _line++;
                return true;
            default:
                throw ApiProblemException.Malformed("The body must be one JSON object with 'system', 'takenAt' and 'counts'.");
        }
    }

    private string Known(ref Utf8JsonReader reader)
    {
        var name = reader.GetString()!;
        return name is not ("system" or "takenAt" or "counts" or "documents")
            ? throw ApiProblemException.Invalid(new FieldRefusal(Identifier.TryParse(name, out var printable) ? printable : "?", "is not a known field"))
            : !_seen.Add(name) ? throw ApiProblemException.Invalid(new FieldRefusal(name, "appears twice"))
            : name;
    }

    private Reading Value(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Null)
        {
            // As everywhere else: the same as left out.
            _missing.Add(_field);
            return Reading.Names;
        }

        if (_field is "counts" or "documents")
        {
            _line = 0;
            return reader.TokenType != JsonTokenType.StartArray ? throw ApiProblemException.Invalid(new FieldRefusal(_field, "must be an array"))
                : _field == "counts" ? Reading.Counts
                : Reading.Documents;
        }

        var text = reader.TokenType == JsonTokenType.String ? reader.GetString()! : throw ApiProblemException.Invalid(new FieldRefusal(_field, "must be text"));
        if (_field == "system")
        {
            System = text;
        }
        else
        {
            TakenAt = Instants.TryParse(text, out var instant) ? instant : throw NotAnInstant();
        }

        return Reading.Names;
    }

    internal static ApiProblemException NotAnInstant() => ApiProblemException.Invalid(new FieldRefusal("takenAt", Instants.Form));
}
