using System.Collections.Frozen;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Movements;

/// <param name="Id">The movement's id, where at least that could be read.</param>
/// <param name="Movement">What the line says; null when it is an <c>invalid-line</c>.</param>
/// <param name="Refusal">Why it is not a movement, naming the field.</param>
/// <param name="Code">The code of the refusal.</param>
/// <param name="Unit">The unit in which its quantity is stated; null for the SKU's own.</param>
public readonly record struct MovementLine(string? Id, Movement? Movement, string? Refusal, string Code = MovementLine.Invalid, string? Unit = null)
{
    /// <summary>The instant from which it may be recorded, where that is before it occurred: the start of a day of which the end is meant.</summary>
    public Instant? KnownFrom { get; init; }

    public const string Invalid = "invalid-line";
}

/// <summary>
/// Turns the lines of one source, JSON objects or CSV rows, into movements. Strict: a line has the fields of its type and no
/// others. No bytes make it throw. Not for two threads.
/// </summary>
public sealed class MovementParser(string source)
{
    public const string Sellable = "sellable";

    public static readonly IReadOnlyList<string> FieldNames =
    [
        "id", "type", "sku", "location", "quantity", "occurredAt", "document", "status", "reservation", "reason", "from", "to",
        "expectedOn", "kind", "confidence", "corrects", "declaration", "part", "orSellable", "unit", "channel",
    ];

    /// <summary>What a translator says of a row that it could not understand, instead of a movement: why, and the row as it was.</summary>
    private static readonly string[] OfRejectedRows = ["problem", "row"];

    private const int MaxProblemLength = 1_000;

    /// <summary>The fields that a row of any type needs, so a CSV header without one cannot be right.</summary>
    public static readonly IReadOnlyList<string> RequiredNames = ["id", "type", "sku", "location", "occurredAt"];

    private static readonly string[] Common = ["id", "type", "sku", "location", "quantity", "occurredAt", "document", "unit"];

    private static readonly FrozenDictionary<string, FrozenSet<string>> FieldsOfType = new Dictionary<string, string[]>
    {
        ["receipt"] = ["status"],
        ["sale"] = ["reservation", "channel"],
        ["return"] = ["status"],
        ["adjustment"] = ["reason"],
        ["count"] = ["part"],
        ["status"] = ["from", "to", "orSellable"],
        ["expected"] = ["expectedOn", "kind", "confidence"],
        ["transfer"] = ["to", "expectedOn"],
        ["transfer-cancelled"] = ["to"],
        ["correction"] = ["corrects", "declaration"],
    }.ToFrozenDictionary(type => type.Key, type => Common.Concat(type.Value).ToFrozenSet());

    private readonly Fields _fields = new([.. FieldNames, .. OfRejectedRows]);

    public MovementLine ReadJson(ReadOnlySpan<byte> json)
    {
        _fields.ReadJson(json);
        return Read();
    }

    /// <summary>Reads a CSV row; <paramref name="header"/> has only <see cref="FieldNames"/>, each once.</summary>
    public MovementLine ReadCells(IReadOnlyList<string> header, IReadOnlyList<string> row)
    {
        _fields.Clear();
        if (row.Count != header.Count)
        {
            _fields.Refuse("line", $"has {row.Count} cells where the header has {header.Count}");
        }

        for (var column = 0; column < header.Count && column < row.Count; column++)
        {
            _fields.SetCell(header[column], row[column]);
        }

        return Read();
    }

    private MovementLine Read()
    {
        // What could not even be read says more than what is therefore missing.
        var unreadable = _fields.Refusals.Count;
        var id = _fields.OptionalIdentifier("id", required: true);
        if (unreadable == 0 && _fields.Has("problem") && _fields.Text("problem") is { } problem)
        {
            return Rejected(id, problem);
        }

        var movement = unreadable == 0 ? Translate(id ?? "") : null;
        var unit = unreadable == 0 ? _fields.OptionalIdentifier("unit") : null;
        return _fields.Refusals.Count == 0
            ? new MovementLine(id, movement, null, Unit: unit)
            : new MovementLine(id, null, $"{string.Join("; ", _fields.Refusals.Take(unreadable == 0 ? 5 : unreadable))}.");
    }

    /// <summary>A row that a translator rejected: it is kept under the translator's own reason, which it writes as <c>code: sentence</c>.</summary>
    private static MovementLine Rejected(string? id, string problem)
    {
        var end = problem.IndexOf(": ", StringComparison.Ordinal);
        var hasCode = end is > 0 and <= 64 && problem.AsSpan(0, end).IndexOfAnyExcept(CodeCharacters) < 0;
        var sentence = hasCode ? problem[(end + 2)..] : problem;
        return new MovementLine(id, null, sentence.Length <= MaxProblemLength ? sentence : sentence[..MaxProblemLength], hasCode
            ? problem[..end] : MovementLine.Invalid);
    }

    private static readonly System.Buffers.SearchValues<char> CodeCharacters = System.Buffers.SearchValues.Create("abcdefghijklmnopqrstuvwxyz-");

    private Movement? Translate(string id)
    {
        var type = _fields.Choice(
            "type", required: true, "receipt", "sale", "return", "adjustment", "count", "status", "expected", "transfer", "transfer-cancelled", "correction");
        if (type is null)
        {
            return null;
        }

        _fields.RefuseAllBut(FieldsOfType[type], $"is not a field of this type, {type}");
        var name = new MovementId(source, id);
        var at = new PositionKey(_fields.Sku("sku"), _fields.Location("location"));
        var occurredAt = _fields.Instant("occurredAt", required: true) ?? default;
        var document = _fields.OptionalIdentifier("document", required: type is "expected" or "transfer" or "transfer-cancelled");
        return type switch
        {
            "receipt" => new Receipt(name, at, occurredAt, document, AboveZero(), Status("status")),
            "sale" => Sale(name, at, occurredAt, document),
            "return" => new Return(name, at, occurredAt, document, AboveZero(), Status("status")),
            "adjustment" => new Adjustment(name, at, occurredAt, document, NotZero(), _fields.Words("reason")),
            "count" => new Count(name, at, occurredAt, document, ZeroOrMore()) { Part = _fields.Boolean("part") ?? false },
            "status" => StatusChange(name, at, occurredAt, document),
            "expected" => Expected(name, at, occurredAt, document ?? ""),
            "transfer" => Transfer(name, at, occurredAt, document ?? ""),
            "transfer-cancelled" => new TransferCancelled(name, at, occurredAt, document ?? "", AboveZero(), Destination(at)),
            _ => Correction(name, at, occurredAt, document),
        };
    }

    private Sale Sale(MovementId name, PositionKey at, Instant occurredAt, string? document)
    {
        var (quantity, reservation) = (AboveZero(), Reservation());
        ChannelId? channel = ChannelId.TryParse(_fields.OptionalName("channel"), out var parsed) ? parsed : null;
        if (channel is not null && reservation is null)
        {
            _fields.Refuse("channel", "is a field of a sale that names a reservation");
        }

        return new Sale(name, at, occurredAt, document, quantity, reservation, channel);
    }

    private StatusChange StatusChange(MovementId name, PositionKey at, Instant occurredAt, string? document)
    {
        var (from, to) = (Status("from", required: true), Status("to", required: true));
        if (from == to && _fields.Has("from") && _fields.Has("to"))
        {
            _fields.Refuse("to", "is the same as 'from'");
        }

        var orSellable = _fields.Boolean("orSellable") ?? false;
        if (orSellable && from is null && _fields.Has("from"))
        {
            _fields.Refuse("orSellable", "says nothing where 'from' is sellable");
        }

        return new StatusChange(name, at, occurredAt, document, AboveZero(), from, to) { OrSellable = orSellable };
    }

    private Expected Expected(MovementId name, PositionKey at, Instant occurredAt, string document)
    {
        var kind = _fields.Choice("kind", required: false, "purchase-order", "transfer") == "transfer" ? SupplyKind.Transfer : SupplyKind.PurchaseOrder;
        var confidence = _fields.Number("confidence") ?? 1;
        if (confidence is < 0 or > 1)
        {
            _fields.Refuse("confidence", "must be from 0 to 1");
        }

        return new Expected(name, at, occurredAt, document, ZeroOrMore(), _fields.Day("expectedOn"), kind, confidence);
    }

    private Transfer Transfer(MovementId name, PositionKey at, Instant occurredAt, string document)
    {
        var to = Destination(at);
        if (!_fields.Has("to"))
        {
            _fields.Refuse("to", "is missing");
        }

        return new Transfer(name, at, occurredAt, document, AboveZero(), to ?? default, _fields.Day("expectedOn"));
    }

    private LocationId? Destination(PositionKey at)
    {
        LocationId? to = _fields.OptionalName("to") is { } text ? LocationId.Parse(text) : null;
        if (to == at.Location)
        {
            _fields.Refuse("to", "is the location that it leaves");
        }

        return to;
    }

    private Correction Correction(MovementId name, PositionKey at, Instant occurredAt, string? document)
    {
        var corrects = _fields.Identifier("corrects");
        var incorrect = _fields.Choice("declaration", required: true, "did-not-occur", "incorrect") == "incorrect";
        if (!incorrect && _fields.Has("declaration") && _fields.Has("quantity"))
        {
            _fields.Refuse("quantity", "has no place where it did not occur");
        }

        return new Correction(name, at, occurredAt, document, corrects, incorrect ? _fields.Number("quantity", required: true) : null);
    }

    /// <summary>The id of a reservation that a caller made, or of the hold of a channel's order.</summary>
    private string? Reservation()
    {
        var text = _fields.OptionalIdentifier("reservation");
        if (text is null || OrderPlan.TryParseReservation(text, out _))
        {
            return text;
        }

        _fields.Refuse("reservation", Fields.NameForm);
        return null;
    }

    /// <summary>A status of stock; null is sellable, whether that is said or left out.</summary>
    private string? Status(string name, bool required = false) =>
        _fields.OptionalIdentifier(name, required) is { } status && status != Sellable ? status : null;

    private decimal AboveZero() => Quantity(quantity => quantity > 0, "must be above 0");

    private decimal NotZero() => Quantity(quantity => quantity != 0, "must not be 0");

    private decimal ZeroOrMore() => Quantity(quantity => quantity >= 0, "must be 0 or more");

    private decimal Quantity(Func<decimal, bool> allowed, string otherwise)
    {
        var quantity = _fields.Number("quantity", required: true);
        if (quantity is { } number && !allowed(number))
        {
            _fields.Refuse("quantity", otherwise);
        }

        return quantity ?? 0;
    }
}
