using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RetailSync.Cli.Tests.Import;

/// <summary>
/// <c>POST /v1/movements</c> over real HTTP on a free port of this machine, with a memory instead of a database: enough of the
/// contract to see what a client makes of it. A test may have it fail first.
/// </summary>
internal sealed class StandInDoor : IAsyncDisposable
{
    private static readonly HashSet<string> Fields =
        ["id", "type", "sku", "location", "quantity", "occurredAt", "document", "status", "reservation", "reason",
            "from", "to", "expectedOn", "kind", "confidence", "corrects", "declaration", "part", "orSellable", "unit"];

    private readonly WebApplication host;
    private readonly Lock guard = new();
    private readonly Dictionary<(string Source, string Id), string> known = [];
    private readonly Queue<Func<HttpContext, bool>> faults = new();

    private StandInDoor(WebApplication host) => this.host = host;

    public string Url => host.Urls.Single();

    /// <summary>The lines that were accepted, in the order of their arrival.</summary>
    public List<(string Source, Dictionary<string, string> Line)> Accepted { get; } = [];

    public int Calls { get; private set; }

    /// <summary>The bearer that the last caller sent.</summary>
    public string Authorization { get; private set; } = "";

    private const string OneRejectedLine = """
        {"id":"01a22bd0-223c-7a0f-8f76-1deea38e950b","next":null,"documents":[
        {"kind":"944","lines":2,"accepted":1,"absorbed":0,"duplicates":0,"corrected":0,"rejected":1,"noStock":{}}]}
        """;

    public static async Task<StandInDoor> Open()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var door = new StandInDoor(builder.Build());
        door.host.MapPost("/v1/movements", door.Answer);
        door.host.MapPost("/v1/documents", () => Results.Text(OneRejectedLine, "application/json"));
        await door.host.StartAsync();
        return door;
    }

    /// <summary>The next call is answered with this status, and nothing is recorded.</summary>
    public void RefuseNext(int status, string? retryAfter = null) => faults.Enqueue(context =>
    {
        context.Response.StatusCode = status;
        context.Response.Headers.RetryAfter = retryAfter;
        return false;
    });

    /// <summary>The next call is recorded, and then the connection breaks before the answer.</summary>
    public void LoseNextAnswer() => faults.Enqueue(_ => true);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    private async Task Answer(HttpContext context)
    {
        Func<HttpContext, bool>? fault;
        lock (guard)
        {
            Calls++;
            Authorization = context.Request.Headers.Authorization.ToString();
            faults.TryDequeue(out fault);
        }

        if (fault is not null && !fault(context))
        {
            return;
        }

        var (source, lines) = await Lines(context.Request);
        int accepted = 0, duplicates = 0;
        var results = new List<object>();
        lock (guard)
        {
            for (var index = 0; index < lines.Count; index++)
            {
                var line = lines[index];
                var code = line is null || !line.ContainsKey("sku") || line.Keys.Any(key => !Fields.Contains(key)) ? "invalid-line"
                    : known.TryGetValue((source, line["id"]), out var before) ? before == string.Join('|', line.Values) ? null : "movement-id-reused"
                    : "";
                if (code == "")
                {
                    known.Add((source, line!["id"]), string.Join('|', line.Values));
                    Accepted.Add((source, line));
                    accepted++;
                }
                else if (code is null)
                {
                    duplicates++;
                    results.Add(new { index, id = line!["id"], outcome = "duplicate" });
                }
                else
                {
                    results.Add(new { index, id = line?.GetValueOrDefault("id"), outcome = "rejected", code, detail = "No." });
                }
            }
        }

        if (fault is not null)
        {
            context.Abort();
            return;
        }

        await context.Response.WriteAsJsonAsync(new { accepted, absorbed = 0, duplicates, rejected = results.Count - duplicates, results });
    }

    private static async Task<(string Source, List<Dictionary<string, string>?> Lines)> Lines(HttpRequest request)
    {
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        switch (request.ContentType)
        {
            case "application/json":
                using (var body = JsonDocument.Parse(text))
                {
                    return (body.RootElement.GetProperty("source")
                        .GetString()!, [.. body.RootElement.GetProperty("movements").EnumerateArray().Select(line => Line(line.GetRawText()))]);
                }

            case "application/x-ndjson":
                return (request.Query["source"].Single()!, [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Line)]);
            default:
                var records = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(',')).ToList();
                return (request.Query["source"]
                    .Single()!, [.. records.Skip(1).Select(
                        record => records[0].Zip(record).Where(field => field.Second != "").ToDictionary(field => field.First, field => field.Second))]);
        }
    }

    private static Dictionary<string, string>? Line(string text)
    {
        try
        {
            using var line = JsonDocument.Parse(text);
            return line.RootElement.EnumerateObject().ToDictionary(field => field.Name, field => Convert.ToString(field.Value, CultureInfo.InvariantCulture)!);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
