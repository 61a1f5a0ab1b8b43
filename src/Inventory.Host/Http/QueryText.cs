using System.Globalization;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http.Values;

namespace RetailSync.Inventory.Host.Http;

/// <summary>
/// A request's query parameters, read as strictly as a body: an unknown name, a name twice or a value that could not be kept is refused. <c>minSequence</c> is
/// known everywhere, since reads wait for it.
/// </summary>
public readonly struct QueryText
{
    /// <summary>An event that an answer has to have seen.</summary>
    public const string MinSequence = "minSequence";

    public const int DefaultLimit = 100;
    public const int MaxLimit = 1_000;

    private readonly IQueryCollection _query;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public QueryText(HttpRequest request, params string[] known)
        : this(request.Query, known)
    {
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public QueryText(IQueryCollection query, params string[] known)
    {
        _query = query;
        List<FieldRefusal> refusals = [];
        foreach (var (name, values) in _query)
        {
            if (name != MinSequence && !known.Contains(name, StringComparer.Ordinal))
            {
                refusals.Add(new FieldRefusal(Printable(name), "is not a known parameter"));
            }
            else if (values.Count != 1)
            {
                refusals.Add(new FieldRefusal(name, "appears twice"));
            }
            else if (!StorableText.Is(values[0]))
            {
                refusals.Add(new FieldRefusal(name, StorableText.Form));
            }
        }

        if (refusals.Count > 0)
        {
            throw ApiProblemException.Invalid([.. refusals]);
        }
    }

    public string? Text(string name) => _query.TryGetValue(name, out var values) ? values[0] : null;

    public Sku? Sku(string name) =>
        Text(name) is not { } text ? null
        : Domain.Sku.TryParse(text, out var sku) ? sku
        : throw ApiProblemException.Invalid(new FieldRefusal(name, Fields.SkuForm));

    public LocationId? Location(string name) =>
        Text(name) is not { } text ? null
        : LocationId.TryParse(text, out var location) ? location
        : throw ApiProblemException.Invalid(new FieldRefusal(name, Fields.NameForm));

    public ChannelId Channel(string name) =>
        Text(name) is not { } text ? throw ApiProblemException.Invalid(new FieldRefusal(name, "is missing"))
        : ChannelId.TryParse(text, out var channel) ? channel
        : throw ApiProblemException.Invalid(new FieldRefusal(name, Fields.NameForm));

    public Guid? Id(string name) =>
        Text(name) is not { } text ? null
        : Guid.TryParse(text, out var id) ? id
        : throw ApiProblemException.Invalid(new FieldRefusal(name, "must be an id of the form 01a22c72-ad24-70c6-904d-cb9698fc9fca"));

    public Instant? Instant(string name) =>
        Text(name) is not { } text ? null
        : Instants.TryParse(text, out var instant) ? instant
        : throw ApiProblemException.Invalid(new FieldRefusal(name, Instants.Form));

    public DateTimeZone? TimeZone(string name) =>
        Text(name) is not { } text ? null
        : DateTimeZoneProviders.Tzdb.Ids.Contains(text) ? DateTimeZoneProviders.Tzdb[text]
        : throw ApiProblemException.Invalid(new FieldRefusal(name, TimeZones.Form));

    public string? Choice(string name, params string[] choices) =>
        Text(name) is not { } text ? null
        : choices.Contains(text, StringComparer.Ordinal) ? text
        : throw ApiProblemException.Invalid(new FieldRefusal(name, $"must be one of {string.Join(", ", choices)}"));

    /// <summary>How many items a page has: 1 to <see cref="MaxLimit"/>.</summary>
    public int Limit() => (int)(Whole("limit", 1, MaxLimit) ?? DefaultLimit);

    /// <summary>A whole number within bounds; null when it is absent.</summary>
    public long? Whole(string name, long min, long max) =>
        Text(name) is not { } text ? null
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max ? number
        : throw ApiProblemException.Invalid(new FieldRefusal(name, $"must be a whole number from {min} to {max}"));

    private static string Printable(string name) =>
        Identifier.TryParse(name, out var printable) ? printable : "?";
}
