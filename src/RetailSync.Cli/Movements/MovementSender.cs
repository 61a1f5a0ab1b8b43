using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace RetailSync.Cli.Movements;

/// <param name="Index">Of the line in its batch.</param>
/// <param name="Code">Why the server refused it.</param>
/// <param name="Detail">The server's sentence about it, or nothing.</param>
internal readonly record struct Rejection(int Index, string Code, string? Detail);

/// <summary>What the server says about a batch; its four counts add up to the lines.</summary>
internal sealed record BatchAnswer(int Accepted, int Absorbed, int Duplicates, IReadOnlyList<Rejection> Rejections);

/// <summary>
/// Posts batches to <c>/v1/movements</c>, and does not give up lightly: a server that is busy, restarting or without its
/// database is asked again, for up to <see cref="RetryTimeout"/>. A batch that arrived although its answer was lost is then
/// answered as duplicates, and recorded once.
/// </summary>
/// <param name="http">With the base address and the key.</param>
/// <param name="notices">Receives a notice when it starts to wait.</param>
internal sealed class MovementSender(HttpClient http, TimeProvider time, TextWriter notices)
{
    /// <summary>How long a batch is tried at a server that has answered before.</summary>
    public static readonly TimeSpan RetryTimeout = TimeSpan.FromMinutes(5);

    /// <summary>How long it is tried where nothing has ever answered: most likely the URL is wrong.</summary>
    public static readonly TimeSpan FirstAnswerTimeout = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private volatile bool hasAnswered;
    private int isWaiting;

    /// <param name="path">Relative to the base address.</param>
    /// <param name="mediaType">Of the body: one of the three that the contract names.</param>
    /// <param name="body">Sent as it is, again where it must be.</param>
    /// <param name="lines">As many as the body has: the server has to answer for each.</param>
    /// <param name="cancellation">Ends the waiting; what has been sent may have arrived.</param>
    /// <exception cref="SendingFailedException">It was refused as a whole, or not answered before the timeout.</exception>
    public async Task<BatchAnswer> Send(string path, string mediaType, ReadOnlyMemory<byte> body, int lines, CancellationToken cancellation)
    {
        var started = time.GetTimestamp();
        for (var attempt = 0; ; attempt++)
        {
            var wait = Backoff(attempt);
            string problem;
            try
            {
                using var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(mediaType) } };
                using var response = await http.PostAsync(path, content, cancellation);
                if (response.IsSuccessStatusCode)
                {
                    var answer = Parse(await response.Content.ReadAsByteArrayAsync(cancellation), lines);
                    hasAnswered = true;
                    Interlocked.Exchange(ref isWaiting, 0);
                    return answer;
                }

                if (!IsPassing(response.StatusCode))
                {
                    throw await SendingFailedException.Of(response, cancellation);
                }

                hasAnswered = true;
                problem = $"it answers {(int)response.StatusCode}";
                wait = RetryAfter(response) ?? wait;
            }
            catch (Exception exception) when (exception is HttpRequestException or IOException)
            {
                problem = exception.Message;
            }
            catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
            {
                problem = "it does not answer in time";
            }

            var timeout = hasAnswered ? RetryTimeout : FirstAnswerTimeout;
            if (time.GetElapsedTime(started) + wait > timeout)
            {
                throw new SendingFailedException($"{http.BaseAddress} took nothing for {timeout.TotalSeconds:0} s: {problem}.");
            }

            // A full lane is the ordinary way to slow us down, and not worth a word; of the rest, one word for all lines in flight.
            if (wait > TimeSpan.FromSeconds(1) && Interlocked.Exchange(ref isWaiting, 1) == 0)
            {
                await notices.WriteLineAsync($"Waiting for {http.BaseAddress}: {problem}.");
            }

            await Task.Delay(wait, time, cancellation);
        }
    }

    /// <summary>From a fifth of a second, doubling to five seconds; jittered, so that batches in flight do not come back together.</summary>
    private static TimeSpan Backoff(int attempt) =>
        TimeSpan.FromMilliseconds(Math.Min(5_000, 200 << Math.Min(attempt, 5)) * (0.5 + Random.Shared.NextDouble() / 2));

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        var asked = response.Headers.RetryAfter;
        var wait = asked?.Delta ?? (asked?.Date is { } date ? date - time.GetUtcNow() : null);
        return wait is null ? null : TimeSpan.FromTicks(Math.Clamp(wait.Value.Ticks, 0, LongestWait.Ticks));
    }

    private static bool IsPassing(HttpStatusCode status) =>
        status is HttpStatusCode.TooManyRequests or HttpStatusCode.RequestTimeout or >= HttpStatusCode.InternalServerError
        and not HttpStatusCode.NotImplemented;

    private static BatchAnswer Parse(byte[] body, int lines)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            var root = json.RootElement;
            int Number(string name) => root.GetProperty(name).GetInt32();
            var answer = new BatchAnswer(
                Number("accepted"),
                Number("absorbed"),
                Number("duplicates"),
                [.. from result in root.GetProperty("results").EnumerateArray()
                    where result.GetProperty("outcome").GetString() == "rejected"
                    select new Rejection(
                        result.GetProperty("index").GetInt32(),
                        result.GetProperty("code").GetString() ?? "",
                        result.TryGetProperty("detail", out var detail) ? detail.GetString() : null)]);
            var answered = answer.Accepted + answer.Absorbed + answer.Duplicates + answer.Rejections.Count;
            return answered == lines && answer.Rejections.All(rejection => rejection.Index >= 0 && rejection.Index < lines)
                ? answer
                : throw new SendingFailedException($"the server answers for {answered} of {lines} lines");
        }
        catch (Exception exception) when (exception is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new SendingFailedException($"the server answers what is no answer to movements: {exception.Message}");
        }
    }
}
