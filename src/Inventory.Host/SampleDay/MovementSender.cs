using System.Buffers;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.SampleDay;

/// <summary>Posts batches to <c>/v1/movements</c> as a well-behaved source does: when told to wait, it waits and sends the same again, which is safe since a movement counts once.</summary>
/// <param name="http">Its base address is the service; it carries the authorization.</param>
/// <param name="time">Waits are timed by it.</param>
public sealed class MovementSender(HttpClient http, TimeProvider time)
{
    private const int MostAttempts = 60;
    private static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    /// <exception cref="HttpRequestException">The service refused the batch as a whole, or was away for all attempts.</exception>
    public async Task<BatchAnswer> Send(string source, IReadOnlyList<Movement> movements, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>(movements.Count * 200);
        MovementJson.WriteBatch(body, source, movements);
        for (var attempt = 1; ; attempt++)
        {
            var wait = await Try(body.WrittenMemory, lastAttempt: attempt == MostAttempts, cancellation);
            if (wait.Answer is { } answer)
            {
                return answer;
            }

            await Task.Delay(wait.For, time, cancellation);
        }
    }

    private async Task<(BatchAnswer? Answer, TimeSpan For)> Try(ReadOnlyMemory<byte> body, bool lastAttempt, CancellationToken cancellation)
    {
        using var content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } };
        try
        {
            using var response = await http.PostAsync("/v1/movements", content, cancellation);
            if (response.IsSuccessStatusCode)
            {
                return (await response.Content.ReadFromJsonAsync<BatchAnswer>(cancellation), default);
            }

            if (lastAttempt || response.StatusCode is not (HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable))
            {
                var problem = await response.Content.ReadAsStringAsync(cancellation);
                throw new HttpRequestException($"POST /v1/movements answered {(int)response.StatusCode}: {problem}", null, response.StatusCode);
            }

            return (null, WaitAskedFor(response.Headers.RetryAfter));
        }
        catch (HttpRequestException failure) when (failure.StatusCode is null && !lastAttempt)
        {
            // The connection broke: whether the batch was recorded is unknown, so it is sent again.
            return (null, TimeSpan.FromSeconds(1));
        }
    }

    private TimeSpan WaitAskedFor(RetryConditionHeaderValue? asked)
    {
        var wait = asked?.Delta ?? asked?.Date - time.GetUtcNow() ?? TimeSpan.FromSeconds(1);
        return wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait;
    }
}

/// <summary>What the service says about a batch; <paramref name="Results"/> names the lines that were not plainly accepted.</summary>
public sealed record BatchAnswer(int Accepted, int Absorbed, int Duplicates, int Rejected, IReadOnlyList<LineAnswer> Results);

public sealed record LineAnswer(int Index, string? Id, string Outcome, string? Code, string? Detail);
