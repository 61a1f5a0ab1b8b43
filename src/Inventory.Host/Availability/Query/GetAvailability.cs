using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using System.Xml;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <summary>One location's part.</summary>
public sealed record LocationPart(string Location, decimal Quantity);

/// <summary>How many units a channel may promise.</summary>
/// <param name="Quantity">Never below 0.</param>
/// <param name="AsOf">When this was so.</param>
/// <param name="Version">How many events the SKU's positions have, all locations together; it never decreases.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="SourceAge">
/// How long ago the newest fact about it was recorded, ISO 8601; null when there is none. In an answer that is not current, never below that answer's own age.
/// </param>
/// <param name="Level">The name that a publish rule gives to this quantity.</param>
/// <param name="Locations">Each location's part, as holds would take them, with <c>detail=locations</c>.</param>
/// <param name="Terms">Signed, and they add up to the quantity, with <c>explain=true</c>.</param>
/// <param name="Supply">What is on its way, and how much of it is held, with <c>explain=true</c>; left out where there is nothing.</param>
/// <param name="Names">Other names of the SKU and the packs that they mean, with <c>explain=true</c>; left out where it has none.</param>
public sealed record AvailabilityAnswer(
    string Sku, string Channel, decimal Quantity, Instant AsOf, long Version, long AsOfSequence, string? SourceAge,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Level = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<LocationPart>? Locations = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ExplainedTerm>? Terms = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SkuName>? Names = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<SupplyPart>? Supply = null);

/// <summary>What is on its way by one document. It is no part of the quantity, which is of stock; the schedule counts what of it is not held.</summary>
/// <param name="Document">The source's id of it.</param>
/// <param name="Location">Where it comes to.</param>
/// <param name="ExpectedOn">When; null where nobody has said.</param>
/// <param name="Quantity">Units that are still to come.</param>
/// <param name="Held">Of these, units that are promised to reservations already.</param>
public sealed record SupplyPart(string Document, string Location, LocalDate? ExpectedOn, decimal Quantity, decimal Held)
{
    /// <returns>Null when nothing is on its way.</returns>
    public static IReadOnlyList<SupplyPart>? Of(SkuStock stock, LocationId? at)
    {
        List<SupplyPart> parts =
        [
            .. from location in stock.Locations
               where at is null || location.Profile.Id == at
               from document in location.Supply
               select new SupplyPart(
                   document.Document, location.Profile.Id.Value, document.Outstanding.ExpectedOn, document.Outstanding.Quantity, document.Held),
        ];
        return parts.Count == 0 ? null : parts;
    }
}

/// <summary>What is asked for.</summary>
/// <param name="Location">At this location only; null for all.</param>
/// <param name="IsDetailed">Whether each location's part is wanted.</param>
/// <param name="IsExplained">Whether the terms are wanted.</param>
/// <param name="Past">Null for now.</param>
internal readonly record struct AvailabilityRequest(ChannelId Channel, LocationId? Location, bool IsDetailed, bool IsExplained, AsOfQuestion? Past)
{
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>; 403: a channel that the caller may not see.</exception>
    public static AvailabilityRequest Of(IQueryCollection parameters, Caller caller, Instant now)
    {
        var query = new QueryText(parameters, "channel", "location", "detail", "explain", AsOfQuestion.AtParameter, AsOfQuestion.KnowledgeParameter);
        var (channel, location) = (query.Channel("channel"), query.Location("location"));
        caller.RequireToSee(channel, location);
        var request = new AvailabilityRequest(
            channel, location, query.Choice("detail", "locations") is not null, query.Choice("explain", "true", "false") == "true",
            AsOfQuestion.Of(query));
        return request.Past?.At > now
            ? throw ApiProblemException.Invalid(new FieldRefusal(AsOfQuestion.AtParameter, "must not be ahead: days ahead are at /schedule"))
            : request;
    }
}

public static class GetAvailability
{
    [WolverineGet("/v1/availability/{sku}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What a channel may promise", "From stock on hand, by the rules in force, plus what a backorder rule allows; with `at`, what the "
        + "answer was or should have been. "
        + "An unknown SKU is 0. While the database is unavailable, it is the last cached answer, with the header `Age` in seconds, for as long as that is "
        + "configured.",
        Query = ["channel: required", "location: at this location only; a store names its own", "detail: `locations` adds each location's part",
            "explain: `true` adds the terms that add up to it",
            AsOfQuestion.DescribesAt, AsOfQuestion.DescribesKnowledge],
        Problems = ["304", "400 invalid-request", "404 unknown-channel", "503 not-yet-seen", "503 unavailable"])]
    public static async Task<Results<Ok<AvailabilityAnswer>, StatusCodeHttpResult>> Get(
        HttpContext http, [NotBody] ReadAvailability availability, [NotBody] AvailabilityAsOfReader past, [NotBody] KnownChannels channels,
        [NotBody] ExplainTerms explain, [NotBody] SkuNames names, [NotBody] SkuRegistry skus, [NotBody] IClock clock)
    {
        var (channel, location, detail, explained, asked) = AvailabilityRequest.Of(http.Request.Query, Caller.Of(http), clock.GetCurrentInstant());
        var sku = (await availability.Meant([RouteText.Sku(http)], names, http.RequestAborted))[0];
        await availability.Ask(channels.RequireKnown(channel, http.RequestAborted));
        var basis = asked is { } question
            ? await past.Of(sku, question, http.RequestAborted)
            : await availability.Read([sku], ReadAvailability.MinSequence(http.Request), http.RequestAborted);
        var answer = Answer(basis, channel, sku, location);
        if (detail || explained)
        {
            var stock = basis.Book.Stock(sku, basis.Plan, basis.AsOf).Stock;
            answer = answer with
            {
                Locations = detail ? Parts(channel, stock, basis, location) : null,
                Terms = explained ? await availability.Ask(explain.Of(channel, stock, basis, location, Caller.Of(http).MaySee, http.RequestAborted)) : null,
                Supply = explained ? SupplyPart.Of(stock, location) : null,
                Names = explained ? await availability.Ask(skus.NamesOf(sku, http.RequestAborted)) : null,
            };
        }

        basis.ShowAge(http.Response);
        return EntityTag.IsKnown(http, Tag(answer)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified) : TypedResults.Ok(answer);
    }

    private static AvailabilityAnswer Answer(AvailabilityInputs basis, ChannelId channel, Sku sku, LocationId? location)
    {
        var newest = basis.Book.NewestSequence;
        var (promise, version, recordedAt) = basis.Book.Promise(channel, sku, basis.Plan, basis.AsOf);
        if (location is not null)
        {
            promise = ChannelPromise.Of(channel, basis.Book.Stock(sku, basis.Plan, basis.AsOf).Stock, basis.Plan.Rules, location);
        }

        return new AvailabilityAnswer(sku.Value, channel.Value, promise.Quantity, basis.AsOf, version, newest, basis.SourceAge(recordedAt), promise.Level);
    }

    private static List<LocationPart> Parts(ChannelId channel, SkuStock stock, AvailabilityInputs basis, LocationId? location) =>
    [
        .. from part in ChannelOffer.Of(channel, stock, basis.Plan.Rules).Parts()
           where basis.Plan.Rules.MaySell(channel, stock.Sku, basis.Plan.LocationOf(part.Location)) && (location is null || part.Location == location)
           orderby part.Location.Value
           select new LocationPart(part.Location.Value, part.Quantity),
    ];

    public static string? Age(Instant asOf, Instant? recordedAt) =>
        recordedAt is { } at ? XmlConvert.ToString(TimeSpan.FromMilliseconds(Math.Max(0, (long)(asOf - at).TotalMilliseconds))) : null;

    /// <summary>The tag of the plain answer.</summary>
    public static string Tag(Promised promised) => Tag(promised.Version, promised.Promise);

    private static string Tag(long version, ChannelPromise promise) => promise.Level is { } level
        ? string.Create(CultureInfo.InvariantCulture,
            $"{version}-{Quantity.Canonical(promise.Quantity)}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(level)).AsSpan(0, 4))}")
        : string.Create(CultureInfo.InvariantCulture, $"{version}-{Quantity.Canonical(promise.Quantity)}");

    /// <summary>Changes with everything that a caller can see but the passing of time: rules and locations change the answer without an event.</summary>
    internal static string Tag(AvailabilityAnswer answer)
    {
        var text = new StringBuilder(Tag(answer.Version, new ChannelPromise(answer.Quantity, answer.Level)));
        if (answer.Locations is null && answer.Terms is null)
        {
            return text.ToString();
        }
        foreach (var part in answer.Locations ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{part.Location} {part.Quantity}");
        }

        AppendTerms(answer.Terms ?? []);

        foreach (var part in answer.Supply ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{part.Document} {part.Location} {part.Held}");
        }

        foreach (var name in answer.Names ?? [])
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{name.Name} {name.Unit} {name.Factor}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));

        void AppendTerms(IReadOnlyList<ExplainedTerm> terms)
        {
            foreach (var term in terms)
            {
                text.Append(CultureInfo.InvariantCulture, $"\n{term.Term} {term.Location} {term.Quantity} {term.Rule} {term.RuleVersion} {term.Reservation}");
                foreach (var component in term.Components ?? [])
                {
                    text.Append(CultureInfo.InvariantCulture, $"\n{component.Sku} {component.Needed} {component.Available}");
                    AppendTerms(component.Terms);
                }
            }
        }
    }
}
