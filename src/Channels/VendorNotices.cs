using System.Globalization;
using NodaTime;
using NodaTime.Text;
using RetailSync.Channels.Shopify;

namespace RetailSync.Channels;

/// <summary>Something that a vendor says of its interface beside its answers.</summary>
/// <param name="Kind">One of the constants of <see cref="VendorNotices"/>.</param>
/// <param name="Detail">In a sentence, with the vendor's own words.</param>
/// <param name="EndsAt">When what was called ends; null where the vendor does not say.</param>
public sealed record VendorNotice(string Kind, string Detail, Instant? EndsAt = null);

/// <summary>
/// What a channel's vendor says in the headers of its answers: that it answered in another version than it was asked in, or that what was called is deprecated
/// or ends. The same notice is handed on once an hour. Reads the headers of every response and never a body.
/// </summary>
/// <remarks>
/// Headers: <c>X-Shopify-API-Version</c> and <c>X-Shopify-API-Deprecated-Reason</c>; <c>Sunset</c> (RFC 8594) and <c>Deprecation</c> (RFC 9745), which other
/// vendors use; a <c>Warning: 299</c> that speaks of it; and whatever else has one of these words in its name, since Walmart announces headers and does not
/// name them.
/// </remarks>
public sealed class VendorNotices(IClock clock)
{
    /// <summary>It answered in another version than it was asked in.</summary>
    public const string OtherVersion = "other-version";

    /// <summary>What was called is deprecated.</summary>
    public const string Deprecated = "deprecated";

    /// <summary>What was called ends.</summary>
    public const string Ending = "ending";

    private const int MaxDetail = 300;
    private const int Most = 100;

    private static readonly Duration Again = Duration.FromHours(1);

    private readonly Lock _guard = new();
    private readonly Dictionary<(string Kind, string Detail), Instant> _handedOn = [];
    private readonly List<VendorNotice> _new = [];

    /// <summary>Those that came up since the last time.</summary>
    public IReadOnlyList<VendorNotice> Take()
    {
        lock (_guard)
        {
            VendorNotice[] taken = [.. _new];
            _new.Clear();
            return taken;
        }
    }

    /// <summary>Takes note of what an answer says.</summary>
    public void Look(HttpRequestMessage request, HttpResponseMessage response)
    {
        var notices = Of(request, response).ToList();
        if (notices.Count == 0)
        {
            return;
        }

        var now = clock.GetCurrentInstant();
        lock (_guard)
        {
            foreach (var notice in notices)
            {
                var known = _handedOn.TryGetValue((notice.Kind, notice.Detail), out var at);
                if ((known && now - at < Again) || (!known && _handedOn.Count == Most))
                {
                    continue;
                }

                _handedOn[(notice.Kind, notice.Detail)] = now;
                _new.Add(notice);
            }
        }
    }

    /// <summary>What the headers of an answer say. Pure.</summary>
    public static IEnumerable<VendorNotice> Of(HttpRequestMessage request, HttpResponseMessage response)
    {
        var path = request.RequestUri?.AbsolutePath ?? "";
        foreach (var (name, values) in response.Headers.NonValidated.Concat(response.Content.Headers.NonValidated))
        {
            var value = string.Join(", ", values).Trim();
            if (name.Equals("X-Shopify-API-Version", StringComparison.OrdinalIgnoreCase))
            {
                if (ShopifyVersion.In(request.RequestUri) is { } asked && asked != value)
                {
                    yield return Notice(OtherVersion, $"It was asked in version {asked} and answered in {value}.");
                }
            }
            else if (name.Contains("sunset", StringComparison.OrdinalIgnoreCase) && IsSaid(value))
            {
                yield return Notice(Ending, $"{path} ends: {name}: {value}", At(value));
            }
            else if ((name.Contains("deprecat", StringComparison.OrdinalIgnoreCase) && IsSaid(value))
                || (name.Equals("Warning", StringComparison.OrdinalIgnoreCase) && value.Contains("deprecat", StringComparison.OrdinalIgnoreCase)))
            {
                yield return Notice(Deprecated, $"{path} is deprecated, or what it was asked: {name}: {value}");
            }
        }
    }

    private static VendorNotice Notice(string kind, string detail, Instant? endsAt = null) =>
        new(kind, new string([.. detail.Take(MaxDetail).Select(character => char.IsControl(character) || char.IsSurrogate(character) ? ' ' : character)]),
            endsAt);

    private static bool IsSaid(string value) => value.Length > 0 && !value.Equals("false", StringComparison.OrdinalIgnoreCase) && value != "?0";

    /// <summary>An HTTP date, an instant or a day.</summary>
    private static Instant? At(string value) =>
        DateTimeOffset.TryParseExact(value, "r", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date) ? Instant.FromDateTimeOffset(date)
        : InstantPattern.ExtendedIso.Parse(value).TryGetValue(default, out var instant) ? instant
        : LocalDatePattern.Iso.Parse(value).TryGetValue(default, out var day) ? day.AtMidnight().InUtc().ToInstant()
        : null;
}

/// <summary>Shows every answer to <see cref="VendorNotices"/>.</summary>
internal sealed class NoticingHandler(VendorNotices notices, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var response = await base.SendAsync(request, cancellationToken);
        notices.Look(request, response);
        return response;
    }
}
