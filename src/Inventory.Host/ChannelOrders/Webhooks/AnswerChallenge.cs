using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Delivery;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders.Webhooks;

/// <param name="Challenge">As it was sent.</param>
public sealed record ChallengeAnswer(string Challenge);

/// <summary>
/// A vendor's check that a webhook's address answers, before it sends anything there: Adobe's challenge request
/// (<see href="https://developer.adobe.com/events/docs/guides/">Introduction to Adobe I/O Events Webhooks, the challenge request</see>). The answer is the same
/// whether or not there is such a channel.
/// </summary>
public static class AnswerChallenge
{
    /// <summary>Adobe sends a UUID.</summary>
    private const int Longest = 128;

    [WolverineGet("/v1/channels/{id}/webhooks/{adapter}")]
    [AllowAnonymous]
    [Describes("A vendor's challenge before its webhooks", "Answers what `challenge` says, so that a webhook can be registered with the vendor. `adapter` "
        + "is adobe-commerce: no other asks.",
        Problems = ["400 invalid-request", "404 unknown-webhook"])]
    public static Ok<ChallengeAnswer> Get(HttpContext http)
    {
        _ = RouteText.Channel(http);
        var challenge = new QueryText(http.Request, "challenge").Text("challenge");
        if (Adapters.OrderWebhook(RouteText.Segment(http, "adapter")) is not { SendsChallenges: true })
        {
            throw ApiProblemException.NotFound("unknown-webhook", "Vendors of this adapter send no challenge.");
        }

        return challenge is { Length: > 0 and <= Longest } && challenge.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_' or '.')
            ? TypedResults.Ok(new ChallengeAnswer(challenge))
            : throw ApiProblemException.Invalid(new FieldRefusal("challenge", $"must be 1 to {Longest} letters, digits and . _ -"));
    }
}
