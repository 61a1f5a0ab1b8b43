using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Sources;

/// <param name="Zone">The TZDB zone of its times without an offset; left out, that of the location.</param>
/// <param name="Location">The location of lines that name none.</param>
/// <param name="Levels">
/// <c>compare</c> (the default): its stock figures are compared with ours. <c>count</c>: it owns the positions, and they are counts.
/// </param>
/// <param name="Articles">Which article numbers win, by their kind, the first first.</param>
/// <param name="UnmappedSkus">
/// <c>record</c> (the default until a SKU is mapped): under the source's number. <c>wait</c>: in quarantine, until mapped, unless it is the name of a SKU that
/// is registered or of which something is recorded.
/// </param>
/// <param name="StrictGtin">Whether a GTIN with a wrong check digit is refused; otherwise it is taken as the source's own number.</param>
/// <param name="SeparateUnits">Whether its numbers are unique by warehouse only, which then is part of the source.</param>
/// <param name="Options">
/// What changes how its format is read: see the page of the format. Of every format: <c>outside</c>, names of places that are none of ours, with commas between
/// them; their lines are no stock (<c>not ours</c>) and wait for no mapping.
/// </param>
/// <param name="WebhookSecret">
/// The secret with which its vendor signs webhooks, 16 to 256 characters. It can be written, never read: left out it stays, null takes it away.
/// </param>
/// <param name="WebhookUrl">The address to which the vendor sends them, as the vendor has it, where the vendor signs it too (Square).</param>
public sealed record SourceBody(
    string? Zone, string? Location, string? Levels, IReadOnlyList<string>? Articles, string? UnmappedSkus, bool? StrictGtin, bool? SeparateUnits,
    IReadOnlyDictionary<string, string>? Options, string? WebhookSecret, string? WebhookUrl);

/// <summary>As it is configured: see <see cref="SourceBody"/>.</summary>
/// <param name="Zone">Of its times without an offset.</param>
/// <param name="Location">Of lines that name none.</param>
/// <param name="Levels"><c>compare</c> or <c>count</c>.</param>
/// <param name="Articles">Kinds of numbers, the first wins.</param>
/// <param name="UnmappedSkus"><c>record</c> or <c>wait</c>.</param>
/// <param name="StrictGtin">Whether a wrong check digit is refused.</param>
/// <param name="SeparateUnits">Whether a warehouse is part of the source.</param>
/// <param name="HasWebhookSecret">Whether webhooks of its vendor can be verified.</param>
/// <param name="WebhookUrl">The address that its vendor signs.</param>
/// <param name="Version">How often it was written; also its ETag.</param>
/// <param name="By">Who wrote this version.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null when read.</param>
public sealed record SourceAnswer(
    string Source, string? Zone, string? Location, string Levels, IReadOnlyList<string> Articles, string UnmappedSkus, bool StrictGtin, bool SeparateUnits,
    IReadOnlyDictionary<string, string> Options, bool HasWebhookSecret, string? WebhookUrl, int Version, string? By, long? Sequence = null)
{
    public static SourceAnswer Of(string source, SourceSettings settings, int version, string? by) => new(
        source, settings.Zone, settings.Location, settings.CountLevels ? "count" : "compare", settings.Articles, settings.MappedOnly ? "wait" : "record",
        settings.StrictGtin, settings.SeparateUnits, settings.Options, settings.WebhookSecret is not null, settings.WebhookUrl, version, by);
}

/// <summary>What is configured for a source of documents.</summary>
public static class PutSource
{
    private const int MostEntries = 100;
    private const int LongestSecret = 256;
    private const int LongestUrl = 2_000;

    [WolverinePut("/v1/sources/{source}")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Configure a source of documents", "Creates or replaces what is configured for it. `If-Match` guards against a lost update.",
        Body = typeof(SourceBody),
        Problems = ["400 invalid-request", "412 precondition-failed", "415 unsupported-media-type", "503 secrets-unavailable"])]
    public static async Task<Ok<SourceAnswer>> Put(
        HttpContext http, [NotBody] SourceStore sources, [NotBody] SourceSecrets secrets, [NotBody] ReadYourWrites writes)
    {
        var source = SourceOf(http);
        _ = new QueryText(http.Request);
        var fields = new Fields("zone", "location", "levels", "articles", "unmappedSkus", "strictGtin", "separateUnits", "options", "webhookSecret", "webhookUrl");
        await RequestBody.ReadInto(fields, http.Request);
        var settings = new SourceSettings
        {
            Zone = TimeZones.Read(fields, "zone"),
            Location = fields.OptionalName("location"),
            CountLevels = fields.Choice("levels", required: false, "compare", "count") == "count",
            Articles = Read<string[]>(fields, "articles", '[', kinds => kinds.Length, "must be texts, at most 100") ?? [],
            MappedOnly = fields.Choice("unmappedSkus", required: false, "record", "wait") == "wait",
            StrictGtin = fields.Boolean("strictGtin") ?? false,
            SeparateUnits = fields.Boolean("separateUnits") ?? false,
            Options = Read<Dictionary<string, string>>(fields, "options", '{', options => options.Count, "must be names and texts, at most 100") ?? [],
            WebhookUrl = Url(fields),
        };
        var secret = Secret(fields);
        foreach (var (name, value) in settings.Options)
        {
            if (SourceOptions.Refusal(name, value) is { } refusal)
            {
                fields.Refuse("options", $"{name} {refusal}");
            }
        }

        fields.ThrowIfRefused();
        var by = Caller.Of(http).Actor;
        var kept = secret is null ? null : secrets.Protect(source, secret);
        (settings, var version) = await sources.Put(
            source, before => settings with { WebhookSecret = fields.IsNull("webhookSecret") ? null : kept ?? before.WebhookSecret },
            EntityTag.Condition(http), by, http.RequestAborted);
        secrets.Invalidate();
        http.Response.Headers.ETag = FormattableString.Invariant($"\"{version}\"");
        return TypedResults.Ok(SourceAnswer.Of(source, settings, version, by.Name) with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    [WolverineGet("/v1/sources/{source}")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What is configured for a source of documents", "With its `ETag`.",
        Problems = ["400 invalid-request", "404 unknown-source"])]
    public static async Task<Results<Ok<SourceAnswer>, StatusCodeHttpResult>> Get(HttpContext http, [NotBody] SourceStore sources)
    {
        var source = SourceOf(http);
        _ = new QueryText(http.Request);
        if (await sources.Read(source, http.RequestAborted) is not var (settings, version, by))
        {
            throw ApiProblemException.NotFound("unknown-source", "Nothing is configured for this source.");
        }

        return EntityTag.IsKnown(http, version.ToString(CultureInfo.InvariantCulture)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(SourceAnswer.Of(source, settings, version, Actor.NameIn(by)));
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static string SourceOf(HttpContext http) =>
        Identifier.TryParse(RouteText.Segment(http, "source"), out var source) ? source
        : throw ApiProblemException.Invalid(new FieldRefusal("source", "must be 1 to 128 printable characters"));

    private static string? Secret(Fields fields)
    {
        var secret = fields.Text("webhookSecret");
        if (secret is not (null or { Length: >= ChannelSettings.ShortestSecret and <= LongestSecret }))
        {
            fields.Refuse("webhookSecret", $"must be {ChannelSettings.ShortestSecret} to {LongestSecret} characters");
        }

        return secret;
    }

    /// <summary>As it is written: the vendor signs its characters.</summary>
    private static string? Url(Fields fields)
    {
        var url = fields.Text("webhookUrl");
        if (url is not null
            && !(url.Length <= LongestUrl && Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            fields.Refuse("webhookUrl", $"must be an address with http or https of at most {LongestUrl} characters");
        }

        return url;
    }

    private static T? Read<T>(Fields fields, string name, char opening, Func<T, int> count, string form)
        where T : class
    {
        if (fields.Nested(name, opening) is not { } json)
        {
            return null;
        }

        try
        {
            if (JsonSerializer.Deserialize<T>(json) is { } read && count(read) <= MostEntries && !json.Contains("null", StringComparison.Ordinal))
            {
                return read;
            }
        }
        catch (JsonException)
        {
            // Something in it is no text: refused below.
        }

        fields.Refuse(name, form);
        return null;
    }
}
