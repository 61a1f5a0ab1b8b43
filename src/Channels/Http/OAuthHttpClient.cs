using System.Net;
using System.Text.Json.Serialization;
using NodaTime;

namespace RetailSync.Channels.Http;

/// <summary>
/// Calls of a vendor's JSON API with an OAuth access token, which is renewed shortly before it expires and after it was rejected. Of one channel; not
/// thread-safe.
/// </summary>
/// <param name="http">Makes the calls; disposed of with this.</param>
/// <param name="clock">The clock by which a token expires.</param>
internal sealed class OAuthHttpClient(HttpClient http, IClock clock) : IDisposable
{
    private string? _token;
    private Instant _tokenUntil;

    /// <summary>The vendor's name in messages.</summary>
    public required string Vendor { get; init; }

    /// <summary>The request that is answered with an access token.</summary>
    public required Func<HttpRequestMessage> TokenRequest { get; init; }

    /// <summary>The header of every call that carries the token.</summary>
    public required string TokenHeader { get; init; }

    /// <summary>A token is renewed when it has less than this left, so that none expires on the way.</summary>
    public required Duration TokenMargin { get; init; }

    /// <summary>Makes sure that there is a token to call with.</summary>
    /// <returns>Null when there is; otherwise the reply that the lack of one means for these publications.</returns>
    public async Task<Reply?> Renew(IReadOnlyList<Publication> publications, CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        if (_token is not null && now + TokenMargin < _tokenUntil)
        {
            return null;
        }

        using var request = TokenRequest();
        var call = await HttpCall.Make(http, request, cancellation);
        var token = call.Succeeded ? call.Parse<AccessToken>() : null;
        if (token?.Value is null)
        {
            // Its own words may repeat what was sent, which is secret.
            return Reply.Failed(publications, $"{Vendor} gives no access token: {(call.Status is { } status ? $"{(int)status}" : call.Trouble)}.",
                call.RetryAfter(now));
        }

        (_token, _tokenUntil) = (token.Value, now + Duration.FromSeconds(token.ExpiresIn));
        return null;
    }

    /// <summary>Makes a call with the token.</summary>
    /// <param name="request">The call; disposed of here.</param>
    /// <param name="publications">The publications that a failure is the reply for.</param>
    /// <returns>The parsed answer, or the reply that the failure means.</returns>
    public async Task<VendorAnswer<T>> Send<T>(HttpRequestMessage request, IReadOnlyList<Publication> publications, CancellationToken cancellation)
        where T : class
    {
        using var sent = request;
        request.Headers.Add(TokenHeader, _token);
        var call = await HttpCall.Make(http, request, cancellation);
        if (call.Status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            _token = null; // expired midway, or revoked: the next call asks for another
        }

        var answer = call.Succeeded ? call.Parse<T>() : null;
        var failure = answer is not null ? null
            : call.Succeeded ? Reply.Failed(publications, $"Not JSON as {Vendor} writes it: {call.Detail}")
            : call.MayWorkLater || _token is null ? call.Failed(publications, clock.GetCurrentInstant())
            : Reply.Of(publications, Verdict.Refused, call.Detail);
        return new VendorAnswer<T>(answer, failure, call);
    }

    public void Dispose() => http.Dispose();

    private sealed record AccessToken([property: JsonPropertyName("access_token")] string? Value, [property: JsonPropertyName("expires_in")] int ExpiresIn);
}

/// <summary>What a vendor answered.</summary>
/// <param name="Answer">The parsed answer; null when the call failed.</param>
/// <param name="Failure">The reply that a failure means; null when there is an answer.</param>
/// <param name="Call">The call itself, for its headers.</param>
internal readonly record struct VendorAnswer<T>(T? Answer, Reply? Failure, HttpCall Call)
    where T : class
{
    public void Deconstruct(out T? answer, out Reply? failure) => (answer, failure) = (Answer, Failure);
}
