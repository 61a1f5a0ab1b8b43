using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Json;

namespace RetailSync.Channels.ErpNext;

/// <summary>A document of ERPNext or a row of one, as its API answers it. Numbers may be texts.</summary>
internal readonly record struct ErpNextRecord(JsonElement Element)
{
    /// <summary>Of the site: no offset, and of the hour one digit where that is enough.</summary>
    private static readonly LocalTimePattern Clock = LocalTimePattern.CreateWithInvariantCulture("H:mm:ss.FFFFFF");
    private static readonly LocalTimePattern ShortClock = LocalTimePattern.CreateWithInvariantCulture("H:mm");

    /// <summary>A text or number as text; null where it is empty.</summary>
    public string? this[string field] => Element.Text(field);

    public bool Has(string field) => Element.Has(field);

    /// <summary>Yes in one of the ways in which versions write it.</summary>
    public bool Is(string field) => Element.IsTrue(field) || this[field] is "1" or "1.0" or "Yes";

    public IEnumerable<ErpNextRecord> Rows(string field) => Element.Objects(field).Select(row => new ErpNextRecord(row));

    /// <summary>Null where it is no number of at most 4 decimals.</summary>
    public decimal? Quantity(string field) => Element.Quantity(field);

    public PlaceName? Place(string field) => this[field] is { } warehouse ? new PlaceName(warehouse) : null;

    /// <summary>The item's code, and the barcode where one was scanned.</summary>
    public IReadOnlyList<ArticleNumber> Articles() => (this["item_code"], this["barcode"]) switch
    {
        (null, _) => [],
        (var code, null) => [new ArticleNumber("item_code", code)],
        (var code, var barcode) => [new ArticleNumber("item_code", code), new ArticleNumber("barcode", barcode, IsGtin: true)],
    };

    /// <summary>When it was posted, in the zone of the site; the whole day where no time is said, null where neither is.</summary>
    public DocumentTime? PostedAt()
    {
        if (Parts("posting_datetime") is (var on, { } at))
        {
            return new TimeWithoutZone(on + at);
        }

        return Parts("posting_date") is not var (day, _) ? null
            : this["posting_time"] is { } time && TimeOfDay(time) is { } clock ? new TimeWithoutZone(day + clock) : new WholeDay(day);
    }

    /// <summary>When it was last written, which orders its states: microseconds of the site's clock.</summary>
    public long? Revision() => Parts("modified") is (var day, { } time) ? InstantRange.OfUtc(day + time)?.ToUnixTimeTicks() / 10 : null;

    private static LocalTime? TimeOfDay(string text) => text.Length > 32 ? null
        : Clock.Parse(text) is { Success: true } exact ? exact.Value : ShortClock.Parse(text) is { Success: true } roughly ? roughly.Value : null;

    private (LocalDate Day, LocalTime? Time)? Parts(string field) =>
        this[field] is { Length: <= 64 } text && text.Split([' ', 'T'], 2) is [var day, .. var rest] && LocalDatePattern.Iso.Parse(day) is { Success: true } on
            ? (on.Value, rest is [var time] ? TimeOfDay(time) : null) : null;
}
