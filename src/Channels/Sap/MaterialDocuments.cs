using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;

namespace RetailSync.Channels.Sap;

/// <summary>
/// Answers of the material document API (API_MATERIAL_DOCUMENT_SRV): items of A_MaterialDocumentItem, or headers with their items, as OData V2, V4 or a bare
/// list. Items of one document that follow each other are one document.
/// <list type="bullet">
/// <item>Quantities are in the base unit, those of entry are not read. CreationDate and CreationTime are UTC, and when it was posted; PostingDate is a day,
/// which may be another one.</item>
/// <item>GoodsMovementIsCancelled says nothing that the reversal, a document of its own, does not say.</item>
/// </list>
/// </summary>
internal static class MaterialDocuments
{
    public const string Kind = "MATDOC";

    private const string Items = "to_MaterialDocumentItem";

    private static readonly PeriodPattern TimeOfDay = PeriodPattern.NormalizingIso;

    public static async IAsyncEnumerable<SourceDocument> Read(Stream content, SapOptions options, [EnumeratorCancellation] CancellationToken cancellation)
    {
        OpenDocument? open = null;
        await foreach (var record in JsonRecords.Read(content, formField: null, cancellation))
        {
            foreach (var item in record.Fault is null ? ItemsOf(record) : [])
            {
                var number = item.Number;
                if (open is not null && (open.Number != number || number is null))
                {
                    yield return open.End(options);
                    open = null;
                }

                open ??= new OpenDocument(number, item.Position);
                open.Add(item);
            }

            if (record.Fault is not null)
            {
                if (open is not null)
                {
                    yield return open.End(options);
                    open = null;
                }

                yield return record.AsUnreadable(Kind);
            }
        }

        if (open is not null)
        {
            yield return open.End(options);
        }
    }

    /// <summary>Of an answer of OData its list, in which V2 and V4 differ; otherwise the object itself.</summary>
    private static IEnumerable<MaterialDocumentItem> ItemsOf(JsonRecord record)
    {
        var inner = record.Root.Object("d") ?? record.Root;
        return (List(inner, "results") ?? List(record.Root, "d") ?? List(inner, "value")) is { } list
            ? list.EnumerateArray().SelectMany((one, index) => ItemsOf(one, FormattableString.Invariant($"{record.Position}, record {index + 1}")))
            : ItemsOf(inner, record.Position);
    }

    /// <summary>Of a header its items, with what only the header says; otherwise the record itself.</summary>
    private static IEnumerable<MaterialDocumentItem> ItemsOf(JsonElement head, string position)
    {
        if (head.ValueKind != JsonValueKind.Object)
        {
            return [new MaterialDocumentItem(position, default, default, "It is no JSON object.")];
        }

        if (!head.TryGetProperty(Items, out var items) && !head.TryGetProperty($"_{Items["to_".Length..]}", out items))
        {
            return [new MaterialDocumentItem(position, head, default, null)];
        }

        var list = List(items, "results") ?? items;
        return list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Select((item, index) => new MaterialDocumentItem(
                FormattableString.Invariant($"{position}, item {index + 1}"), item, head,
                item.ValueKind == JsonValueKind.Object ? null : "It is no JSON object."))
            : [new MaterialDocumentItem(position, head, default, "It has no list of items.")];
    }

    private static JsonElement? List(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list : null;

    private sealed class OpenDocument(string? number, string position)
    {
        private readonly List<MaterialDocumentItem> items = [];
        private bool isTooLong;

        public string? Number => number;

        public void Add(MaterialDocumentItem item)
        {
            isTooLong |= items.Count >= DocumentLines.MaxLines;
            if (!isTooLong)
            {
                items.Add(item);
            }
        }

        public SourceDocument End(SapOptions options)
        {
            var lines = new DocumentLines();
            var halves = items.Where(item => item.Problem is null && item["DebitCreditCode"] == "H")
                .Select(item => (item["GoodsMovementType"], item["QuantityInBaseUnit"])).ToHashSet();
            foreach (var item in items)
            {
                foreach (var line in item.Lines(options, halves.Contains((item["GoodsMovementType"], item["QuantityInBaseUnit"]))))
                {
                    lines.Add(line);
                }
            }

            return new SourceDocument(Kind, number)
            {
                Position = position,
                Lines = isTooLong ? [] : lines.Lines,
                Fault = isTooLong
                    ? new DocumentFault(DocumentFault.DocumentTooLarge, FormattableString.Invariant($"It has more than {DocumentLines.MaxLines} items."))
                    : lines.Fault,
            };
        }
    }

    private sealed record MaterialDocumentItem(string Position, JsonElement Own, JsonElement Head, string? Problem)
    {
        public string? Number => Problem is null && this["MaterialDocument"] is { Length: > 0 } number && this["MaterialDocumentYear"] is { Length: > 0 } year
            ? GoodsMovement.MaterialDocument(year, number) : null;

        /// <summary>Text, number or truth value as text; empty where there is none.</summary>
        public string this[string field] => Text(Own, field) is { Length: > 0 } own ? own : Text(Head, field);

        public IEnumerable<DocumentLine> Lines(SapOptions options, bool hasOtherHalf)
        {
            var key = SapValues.Number(this["MaterialDocumentItem"]);
            if (Problem is not null || key is null)
            {
                var problem = new Rejected("invalid-line", Problem ?? "It has no MaterialDocumentItem.");
                return [new DocumentLine { Key = key ?? Position, Position = Position, Outcome = problem }];
            }

            return options.Movements.Lines(new GoodsMovement
            {
                Key = key,
                Position = Position,
                Type = this["GoodsMovementType"],
                Sign = this["DebitCreditCode"] is ['S' or 'H'] and var sign ? sign[0] : null,
                HasOtherHalf = hasOtherHalf,
                Quantity = SapValues.Quantity(this["QuantityInBaseUnit"]),
                Unit = this["MaterialBaseUnit"] is { Length: > 0 } unit ? unit : null,
                Articles = GoodsMovementIdocs.Articles(this["Material"]),
                OtherArticles = GoodsMovementIdocs.Articles(this["IssgOrRcvgMaterial"]),
                Place = GoodsMovement.PlaceOf(this["Plant"], this["StorageLocation"]),
                OtherPlace = GoodsMovement.PlaceOf(this["IssuingOrReceivingPlant"], this["IssuingOrReceivingStorageLoc"]),
                Status = this["InventoryStockType"] switch
                {
                    "02" => MovementType.QualityHold,
                    "03" => MovementType.ReturnsHold,
                    "07" => MovementType.Blocked,
                    _ => null,
                },
                SpecialStock = this["InventorySpecialStockType"],
                Time = Time(),
                Order = SapValues.Number(this["PurchaseOrder"]) ?? SapValues.Number(this["Delivery"]),
                Number = Number,
                Reverses = SapValues.Number(this["ReversedMaterialDocument"]) is { } reversed
                    && SapValues.Number(this["ReversedMaterialDocumentYear"]) is { } year
                    ? GoodsMovement.Identity(year, reversed, this["ReversedMaterialDocumentItem"]) : null,
                Reason = this["GoodsMovementReasonCode"] is var reason && reason.AsSpan().IndexOfAnyExcept('0') < 0 ? "" : reason,
            });
        }

        private DocumentTime? Time()
        {
            if (Day(this["CreationDate"]) is { } created && Clock(this["CreationTime"]) is { } time)
            {
                return new ExactTime(created.At(time).InUtc().ToInstant());
            }

            return Day(this["PostingDate"]) is { } posted ? new WholeDay(posted) : null;
        }

        /// <summary><c>/Date(ms)/</c> of OData V2, or <c>2026-11-04</c>, with or without a time behind it.</summary>
        private static LocalDate? Day(string text)
        {
            var day = text.StartsWith("/Date(", StringComparison.Ordinal) && text.EndsWith(")/", StringComparison.Ordinal)
                && long.TryParse(text[6..^2].Split('+')[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)
                && milliseconds is > -2_208_988_800_000 and < 253_370_764_800_000 ? Instant.FromUnixTimeMilliseconds(milliseconds).InUtc().Date
                : LocalDatePattern.Iso.Parse(text.Split('T')[0]) is { Success: true } parsed ? parsed.Value : (LocalDate?)null;
            return day is { Year: >= 1900 and <= 9998 } ? day : null;
        }

        /// <summary><c>PT10H15M30S</c> of OData V2, or <c>10:15:30</c>.</summary>
        private static LocalTime? Clock(string text) =>
            LocalTimePattern.ExtendedIso.Parse(text) is { Success: true } time ? time.Value
            : TimeOfDay.Parse(text) is { Success: true, Value: { HasDateComponent: false } period }
                && period.Hours is >= 0 and < 24 && period.Minutes >= 0 && period.Seconds >= 0
                ? new LocalTime((int)period.Hours, (int)period.Minutes, (int)period.Seconds) : null;

        private static string Text(JsonElement record, string field) =>
            record.ValueKind == JsonValueKind.Object && record.TryGetProperty(field, out var value) ? value.ValueKind switch
            {
                JsonValueKind.String => value.GetString()!.Trim(),
                JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False => value.GetRawText(),
                _ => "",
            } : "";
    }
}
