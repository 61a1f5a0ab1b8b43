using System.Globalization;
using System.Text;
using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;

/// <summary>Turns objects of JSON and rows of CSV into counts and documents, as strictly as movements are read. Not for two threads.</summary>
/// <param name="statusColumns">Columns <c>unsellable.{status}</c> of a table; none for JSON.</param>
public sealed class CountLines(params IReadOnlyList<string> statusColumns)
{
    public const string UnsellablePrefix = "unsellable.";

    public static readonly IReadOnlyList<string> CountNames = ["sku", "location", "onHand", "unsellable", "reserved", "unitValue", "unit"];

    private const string Sellable = "sellable";
    private const int MostStatuses = 50;

    private readonly Fields _count = new([.. CountNames, .. statusColumns]);
    private readonly Fields _document = new("id", "type", "sku", "location", "quantity", "occurredAt", "status", "from", "to", "unit");

    public SheetLine Count(int line, ReadOnlySpan<byte> json)
    {
        _count.ReadJson(json);
        return Count(line, isTable: false);
    }

    /// <param name="header">Known names, each once.</param>
    /// <param name="row">As many cells as the header has, or it is refused.</param>
    public SheetLine Count(int line, IReadOnlyList<string> header, IReadOnlyList<string> row)
    {
        _count.Clear();
        if (row.Count != header.Count)
        {
            _count.Refuse("line", $"has {row.Count} cells where the header has {header.Count}");
        }

        for (var path = 0; path < header.Count && path < row.Count; path++)
        {
            _count.SetCell(header[path], row[path]);
        }

        return Count(line, isTable: true);
    }

    public SheetLine Document(int line, ReadOnlySpan<byte> json)
    {
        _document.ReadJson(json);
        if (_document.Refusals.Count > 0)
        {
            return new SheetLine(IsDocument: true, line, null, null, [.. _document.Refusals]);
        }

        var type = _document.Choice("type", required: true, [.. TheirDocument.Types]) ?? "";
        var document = new TheirDocument(
            _document.Identifier("id"), type, Position(_document), _document.Number("quantity", required: true) ?? 0,
            _document.Instant("occurredAt", required: true) ?? default, Status("status"), Status("from"), Status("to"));
        if (document.Quantity <= 0 && type is not ("adjustment" or "count" or "expected") && _document.Has("quantity"))
        {
            _document.Refuse("quantity", "must be above 0");
        }
        else if (type == "adjustment" && document.Quantity == 0 && _document.Has("quantity"))
        {
            _document.Refuse("quantity", "must not be 0");
        }

        var unit = _document.OptionalIdentifier("unit");
        return new SheetLine(IsDocument: true, line, null, document, [.. _document.Refusals]) { Unit = unit };
    }

    private SheetLine Count(int line, bool isTable)
    {
        if (_count.Refusals.Count > 0)
        {
            return new SheetLine(IsDocument: false, line, null, null, [.. _count.Refusals]);
        }

        var position = Position(_count);
        var (onHand, reserved, unitValue) = (ZeroOrMore("onHand"), ZeroOrMore("reserved"), ZeroOrMore("unitValue"));
        var unsellable = Unsellable(isTable);
        if (onHand is null && reserved is null && unsellable.Count == 0 && _count.Refusals.Count == 0)
        {
            _count.Refuse("onHand", "is missing, and nothing else is counted");
        }

        var unit = _count.OptionalIdentifier("unit");
        return new SheetLine(IsDocument: false, line, new TheirCount(position, onHand, unsellable, reserved, unitValue), null, [.. _count.Refusals])
        { Unit = unit };
    }

    private static PositionKey Position(Fields fields) => new(fields.Sku("sku"), fields.Location("location"));

    private string? Status(string name) => _document.OptionalIdentifier(name) is { } status && status != Sellable ? status : null;

    private decimal? ZeroOrMore(string name)
    {
        var number = _count.Number(name);
        if (number < 0)
        {
            _count.Refuse(name, "must be 0 or more");
        }

        return number;
    }

    private IReadOnlyDictionary<string, decimal> Unsellable(bool isTable)
    {
        var json = isTable ? _count.Text("unsellable") : _count.Nested("unsellable", '{');
        Dictionary<string, decimal>? units = null;
        if (json is not null && Refusal(json, units = []) is { } refusal)
        {
            _count.Refuse("unsellable", refusal);
        }

        foreach (var column in statusColumns)
        {
            if (ZeroOrMore(column) is { } number && !(units ??= []).TryAdd(column[UnsellablePrefix.Length..], number))
            {
                _count.Refuse(column, "appears twice");
            }
        }

        return units ?? TheirCount.NoStatus;
    }

    /// <summary>Reads an object of statuses and quantities; null when it could be read.</summary>
    private static string? Refusal(string json, Dictionary<string, decimal> units)
    {
        try
        {
            var reader = new Utf8JsonReader(Encoding.UTF8.GetBytes(json), new JsonReaderOptions { MaxDepth = 2 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return "must be an object of statuses and quantities";
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (!Identifier.TryParse(reader.GetString(), out var status) || status == Sellable)
                {
                    return "has a name that is no unsellable status";
                }

                if (!reader.Read() || reader.TokenType != JsonTokenType.Number)
                {
                    return $"of {status} must be a number";
                }

                if (ExactDecimal.Refusal(Encoding.ASCII.GetString(reader.ValueSpan), out var quantity) is { } refusal)
                {
                    return $"of {status} {refusal}";
                }

                if (quantity < 0)
                {
                    return $"of {status} must be 0 or more";
                }

                if (!units.TryAdd(status, quantity))
                {
                    return $"names {status} twice";
                }

                if (units.Count > MostStatuses)
                {
                    return string.Create(CultureInfo.InvariantCulture, $"must have at most {MostStatuses} statuses");
                }
            }

            while (reader.Read())
            {
                // Reads on to the end, so that anything after the object is found to be malformed.
            }

            return null;
        }
        catch (Exception malformed) when (malformed is JsonException or InvalidOperationException)
        {
            return "must be an object of statuses and quantities";
        }
    }
}
