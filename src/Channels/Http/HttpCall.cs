using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using NodaTime;

namespace RetailSync.Channels.Http;

/// <summary>What a channel answered to an HTTP call, read to a bounded length; or why there is no answer.</summary>
/// <param name="Status">Null when there was no response: then it is unknown whether the channel applied the request.</param>
/// <param name="Body">What it said, at most <see cref="MaxBody"/> bytes; credentials of the request that it repeats are taken out.</param>
/// <param name="Headers">Null when nothing was answered.</param>
/// <param name="Trouble">Why nothing was answered.</param>
public sealed record HttpCall(HttpStatusCode? Status, string Body, HttpResponseHeaders? Headers, string? Trouble)
{
    public const int MaxBody = 8 * 1024 * 1024;

    private const int MaxShown = 500;

    /// <summary>Anything shorter is a word, such as the name of a scheme.</summary>
    private const int ShortestCredential = 8;

    /// <summary>Headers whose names contain one of these carry credentials.</summary>
    private static readonly string[] CredentialWords = ["authorization", "token", "secret", "key"];

    private static readonly Duration PauseWhenNoneIsSaid = Duration.FromSeconds(1);

    public bool Succeeded => Status is { } status && (int)status is >= 200 and < 300;

    public bool IsThrottled => Status == HttpStatusCode.TooManyRequests;

    /// <summary>Whether the same call may be answered otherwise later: no answer, a time-out, a limit, a failure of theirs.</summary>
    public bool MayWorkLater => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425 || (int)Status >= 500;

    /// <summary>The channel's own words, cut short.</summary>
    public string Detail => Trouble ?? $"{(int)Status!} {Status}: {(Body.Length > MaxShown ? Body[..MaxShown] : Body)}".TrimEnd(' ', ':');

    /// <summary>The pause that the channel asks for; null when it asks for none.</summary>
    public Duration? RetryAfter(Instant now) => Headers?.RetryAfter switch
    {
        { Delta: { } delta } => Duration.FromTimeSpan(delta),
        { Date: { } date } => Duration.Max(Instant.FromDateTimeOffset(date) - TheirNow(now), Duration.Zero),
        _ => IsThrottled ? PauseWhenNoneIsSaid : null,
    };

    /// <summary>The instant by the channel's clock, where it says: ours may be set otherwise, and what it says of times is by its own.</summary>
    public Instant TheirNow(Instant ours) => Headers?.Date is { } stated ? Instant.FromDateTimeOffset(stated) : ours;

    /// <summary>The reply that this failure means for every publication of the call.</summary>
    public Reply Failed(IReadOnlyList<Publication> publications, Instant now) => Reply.Failed(publications, Detail, MayWorkLater ? RetryAfter(now) : null);

    /// <summary>The header of the answer; null when there is none.</summary>
    public string? Header(string name) => Headers?.TryGetValues(name, out var values) == true ? values.First() : null;

    /// <summary>The body as JSON; null when it is not.</summary>
    public T? Parse<T>()
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(Body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Makes the call. Throws only when it is cancelled by the caller.</summary>
    public static async Task<HttpCall> Make(HttpClient http, HttpRequestMessage request, CancellationToken cancellation, int mostBytes = MaxBody)
    {
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return new HttpCall(response.StatusCode, WithoutCredentials(await Read(response, mostBytes, cancellation), request.Headers),
                response.Headers, null);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return Without("No answer in time.");
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException)
        {
            return Without(failure.InnerException is { } cause ? $"{failure.Message} {cause.Message}" : failure.Message);
        }
    }

    /// <summary>Channels show in errors what they were sent, and errors are kept and shown.</summary>
    private static string WithoutCredentials(string body, HttpRequestHeaders sent) => sent
        .Where(header => Array.Exists(CredentialWords, word => header.Key.Contains(word, StringComparison.OrdinalIgnoreCase)))
        .SelectMany(header => header.Value).SelectMany(value => value.Split(' ')).Where(value => value.Length >= ShortestCredential)
        .Aggregate(body, (shown, credential) => shown.Replace(credential, "***", StringComparison.Ordinal));

    private static HttpCall Without(string trouble) => new(null, "", null, trouble);

    private static async Task<string> Read(HttpResponseMessage response, int mostBytes, CancellationToken cancellation)
    {
        await using var stream = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[16 * 1024];
        using var body = new MemoryStream();
        int read;
        while (body.Length < mostBytes && (read = await stream.ReadAsync(buffer, cancellation)) > 0)
        {
            body.Write(buffer, 0, read);
        }

        return Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)Math.Min(body.Length, mostBytes));
    }
}
