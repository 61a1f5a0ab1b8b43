using System.Net;
using System.Text.Json;

namespace RetailSync.Cli.SampleDay.Story;

/// <summary>
/// A channel that fails for an hour: its receiver, which listens in this process, is out of order, then refuses two SKUs for good, which become dead letters,
/// and then takes everything. At the end the channel is paused, so that it stays well when this process has ended; another adapter would begin without the
/// dead letters.
/// </summary>
internal sealed class OutletStory(SampleApi api, StoryDays on, OutletReceiver receiver)
{
    private const string Channel = "outlet";
    private static readonly string[] Refused = ["VASE-1", "VASE-2"];

    public IEnumerable<Step> Steps()
    {
        yield return new Step(on.At(-2, "06:00"), () => api.Send(HttpMethod.Put, $"v1/channels/{Channel}", "ops", new
        { adapter = "webhook", settings = new { url = receiver.Address, secret = "sample-outlet-secret" } }));
        yield return new Step(on.At(-2, "07:00"), () => api.Record("ops", "wms/W01",
            [.. Enumerable.Range(1, 4).Select(vase => new Fact($"vase-{vase}", "count", $"VASE-{vase}", "W01", on.At(-2, "07:00"), 10 * vase))]));
        yield return new Step(on.At(-2, "07:05"), () => api.Published(Channel));
        yield return new Step(on.At(-1, "10:30"), () => Sell("a", HttpStatusCode.ServiceUnavailable));
        yield return new Step(on.At(-1, "10:31"), () => api.Until(
            $"v1/channels/{Channel}", shown => shown.GetProperty("status").GetProperty("error").ValueKind == JsonValueKind.String));
        yield return new Step(on.At(-1, "10:32"), () => api.Get("v1/alerts?limit=1"));
        // Everything else that waits is published first, since a request is refused as a whole.
        yield return new Step(on.At(-1, "11:22"), () => Task.FromResult(receiver.Answer = null));
        yield return new Step(on.At(-1, "11:23"), () => api.Published(Channel));
        yield return new Step(on.At(-1, "11:25"), () => Sell("b", HttpStatusCode.UnprocessableEntity));
        yield return new Step(on.At(-1, "11:30"), () => api.Until(
            $"v1/channels/{Channel}/dead-letters", shown => shown.GetProperty("items").GetArrayLength() == Refused.Length));
        yield return new Step(on.At(-1, "11:40"), () => api.Get("v1/alerts?limit=1"));
        yield return new Step(on.At(-1, "11:45"), () => Task.FromResult(receiver.Answer = null));
        yield return new Step(on.At(0, "22:30"), () => api.Published(Channel));
        yield return new Step(on.At(0, "22:35"), () => api.Send(HttpMethod.Post, $"v1/channels/{Channel}/pause", "ops", null));
    }

    private Task Sell(string which, HttpStatusCode answer)
    {
        receiver.Answer = body => Refused.Any(sku => body.Contains($"\"{sku}\"", StringComparison.Ordinal)) ? answer : HttpStatusCode.NoContent;
        return api.Record("ops", "wms/W01", [.. Refused.Select(sku => new Fact($"sold-{sku}-{which}", "sale", sku, "W01", on.At(-1, "10:30"), 1))]);
    }
}

/// <summary>Answers what is published to it: 204 unless it is given something else to answer.</summary>
internal sealed class OutletReceiver : IDisposable
{
    private readonly HttpListener _listener = new();
    private volatile Func<string, HttpStatusCode>? _answer;

    /// <param name="port">A free one of the loopback.</param>
    public OutletReceiver(int port)
    {
        Address = FormattableString.Invariant($"http://127.0.0.1:{port}/");
        _listener.Prefixes.Add(Address);
        _listener.Start();
        _ = Serve();
    }

    public string Address { get; }

    /// <summary>By the body; null takes everything.</summary>
    public Func<string, HttpStatusCode>? Answer
    {
        get => _answer;
        set => _answer = value;
    }

    public void Dispose() => _listener.Close();

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                var call = await _listener.GetContextAsync();
                using var reader = new StreamReader(call.Request.InputStream);
                var body = await reader.ReadToEndAsync();
                call.Response.StatusCode = (int)(_answer?.Invoke(body) ?? HttpStatusCode.NoContent);
                call.Response.Close();
            }
        }
        catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or IOException)
        {
            // Closed, or the host has gone: nothing else is to be answered.
        }
    }
}
