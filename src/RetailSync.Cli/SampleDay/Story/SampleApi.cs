using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using NodaTime.Text;

namespace RetailSync.Cli.SampleDay.Story;

/// <summary>A movement of the story, with the API's field names; what is null is left out.</summary>
internal sealed record Fact(string Id, string Type, string Sku, string Location, Instant OccurredAt, decimal? Quantity = null)
{
    public string? Document { get; init; }

    public string? Status { get; init; }

    public string? Reason { get; init; }

    public string? From { get; init; }

    public string? To { get; init; }

    public string? ExpectedOn { get; init; }

    public decimal? Confidence { get; init; }

    public string? Corrects { get; init; }

    public string? Declaration { get; init; }
}

/// <summary>The HTTP API as the story uses it: each request at an instant of the host's <c>SampleClock</c>, under the key of who would send it.</summary>
/// <param name="http">Its base address is the service.</param>
internal sealed class SampleApi(HttpClient http, TimeProvider time)
{
    /// <summary>The name that the server gives the header.</summary>
    private const string ClockHeader = "X-RetailSync-Sample-Clock";

    /// <summary>What is waited for has happened by then, or the story goes on without it.</summary>
    private static readonly TimeSpan WaitTimeout = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    private static readonly JsonSerializerOptions Json = Options();

    private long _sequence;

    /// <summary>Whether the host records at the instants that it is given; not where its database had events when it started.</summary>
    public async Task<bool> HasClock(Instant from, CancellationToken cancellation)
    {
        MoveTo(from);
        using var response = await http.GetAsync(new Uri("v1/locations?limit=1", UriKind.Relative), cancellation);
        if (response.Headers.Contains(ClockHeader))
        {
            return true;
        }

        http.DefaultRequestHeaders.Remove(ClockHeader);
        return false;
    }

    /// <summary>Requests from now on are recorded at that instant or a moment later; called while none is under way.</summary>
    public void MoveTo(Instant at)
    {
        http.DefaultRequestHeaders.Remove(ClockHeader);
        http.DefaultRequestHeaders.Add(ClockHeader, InstantPattern.ExtendedIso.Format(at));
    }

    /// <summary>Ends the past: the host's clock is that of the present from now on.</summary>
    public async Task MoveToPresent(CancellationToken cancellation)
    {
        MoveTo(Instant.FromDateTimeOffset(time.GetUtcNow()) + Duration.FromDays(1));
        using var response = await http.GetAsync(new Uri("v1/locations?limit=1", UriKind.Relative), cancellation);
        http.DefaultRequestHeaders.Remove(ClockHeader);
    }

    /// <summary>Lines of one source, which may be refused one by one.</summary>
    public async Task<JsonElement> Record(string key, string source, params IReadOnlyList<object> movements) =>
        await Send(HttpMethod.Post, "v1/movements?results=all", key, new { source, movements });

    /// <param name="key">Without <c>dev-</c>.</param>
    /// <exception cref="HttpRequestException">It was not answered 2xx.</exception>
    public async Task<JsonElement> Send(HttpMethod method, string path, string key, object? body = null)
    {
        // What moves the clock needs the role ops; the story's other keys find it where this left it.
        if (key != "ops" && http.DefaultRequestHeaders.Contains(ClockHeader))
        {
            using var moved = await http.GetAsync(new Uri("v1/locations?limit=1", UriKind.Relative));
        }

        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body, options: Json) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", $"dev-{key}");
        using var response = await http.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException($"{method} {path} answered {(int)response.StatusCode}: {text}", null, response.StatusCode);
        }

        var answer = text.Length == 0 ? default : JsonDocument.Parse(text).RootElement;
        if (method != HttpMethod.Get && answer.ValueKind == JsonValueKind.Object && answer.TryGetProperty("sequence", out var sequence)
            && sequence.ValueKind == JsonValueKind.Number)
        {
            _sequence = Math.Max(_sequence, sequence.GetInt64());
        }

        return answer;
    }

    public Task<JsonElement> Get(string path) => Send(HttpMethod.Get, path, "ops");

    /// <summary>Asks until it is so; what a channel does takes a moment. Goes on after <see cref="WaitTimeout"/> in any case.</summary>
    public async Task Until(string path, Func<JsonElement, bool> isSo)
    {
        var started = time.GetTimestamp();
        while (time.GetElapsedTime(started) < WaitTimeout)
        {
            try
            {
                if (isSo(await Get(path)))
                {
                    return;
                }
            }
            catch (HttpRequestException later) when (later.StatusCode == HttpStatusCode.ServiceUnavailable)
            {
                // Not yet seen.
            }

            await Task.Delay(Pause, time);
        }
    }

    /// <summary>Until a channel has acknowledged everything that was recorded before.</summary>
    public async Task Published(string channel)
    {
        await Until(FormattableString.Invariant($"v1/channels/{channel}/publications?limit=1&minSequence={_sequence}"), _ => true);
        await Until($"v1/channels/{channel}", shown => shown.GetProperty("status").GetProperty("dirty").GetInt64() == 0);
    }

    private static JsonSerializerOptions Options()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };
        options.Converters.Add(new InstantText());
        return options;
    }

    private sealed class InstantText : JsonConverter<Instant>
    {
        public override Instant Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Instant value, JsonSerializerOptions options) =>
            writer.WriteStringValue(InstantPattern.ExtendedIso.Format(value));
    }
}
