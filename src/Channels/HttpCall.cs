using System.Net;
using System.Net.Http.Headers;
using System.Text;
using NodaTime;

namespace RetailSync.Channels;

/// <summary>What a channel answered to an HTTP call, read to a bounded length; or why there is no answer.</summary>
/// <param name="Status">Null when nothing was answered: then nobody knows whether the channel did what was asked.</param>
/// <param name="Body">What it said, at most <see cref="MaxBody"/> bytes.</param>
/// <param name="Headers">Null when nothing was answered.</param>
/// <param name="Trouble">Why nothing was answered.</param>
public sealed record HttpCall(HttpStatusCode? Status, string Body, HttpResponseHeaders? Headers, string? Trouble)
{
    public const int MaxBody = 8 * 1024 * 1024;

    private const int MaxShown = 500;

    private static readonly Duration PauseWhenNoneIsSaid = Duration.FromSeconds(1);

    public bool Succeeded => Status is { } status && (int)status is >= 200 and < 300;

    public bool IsThrottled => Status == HttpStatusCode.TooManyRequests;

    /// <summary>Whether the same call may be answered otherwise later: no answer, a time-out, a limit, a failure of theirs.</summary>
    public bool MayWorkLater => Status is null or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or (HttpStatusCode)425 || (int)Status >= 500;

    /// <summary>The channel's own words, cut short.</summary>
    public string Detail => Trouble ?? $"{(int)Status!} {Status}: {(Body.Length > MaxShown ? Body[..MaxShown] : Body)}".TrimEnd(' ', ':');

    /// <summary>How long the channel wants to be left alone; null when it does not say.</summary>
    public Duration? RetryAfter(Instant now) => Headers?.RetryAfter switch
    {
        { Delta: { } delta } => Duration.FromTimeSpan(delta),
        { Date: { } date } => Duration.Max(Instant.FromDateTimeOffset(date) - now, Duration.Zero),
        _ => IsThrottled ? PauseWhenNoneIsSaid : null,
    };

    /// <summary>The reply that this failure means for everything that was told.</summary>
    public Reply Failed(IReadOnlyList<Publication> told, Instant now) => Reply.Failed(told, Detail, MayWorkLater ? RetryAfter(now) : null);

    /// <summary>Makes the call. Throws only when it is cancelled by the caller.</summary>
    public static async Task<HttpCall> Make(HttpClient http, HttpRequestMessage request, CancellationToken cancellation, int mostBytes = MaxBody)
    {
        try
        {
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return new HttpCall(response.StatusCode, await Read(response, mostBytes, cancellation), response.Headers, null);
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
