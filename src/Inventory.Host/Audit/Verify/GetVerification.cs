using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit.Verify;

public static class GetVerification
{
    [WolverineGet("/v1/audit/verify")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes(
        "Verify everything",
        "Folds all events again, compares every projection, and checks the chain of hashes and every checkpoint, also against their file. "
        + $"With `Accept: {ProgressLines.MediaType}` lines `{{ done, of }}` come while it works, and the answer is the last line.",
        Answer = typeof(Verification), Problems = ["400 invalid-request", "406 not-acceptable", "503 not-yet-seen"])]
    public static async Task Get(HttpContext http, [NotBody] VerifyEverything verify, [NotBody] IOptions<JsonOptions> json)
    {
        _ = new QueryText(http.Request);
        if (ContentNegotiation.Of(http.Request, RequestBody.Json, ProgressLines.MediaType) == ProgressLines.MediaType)
        {
            await ProgressLines.Write(http, json.Value.SerializerOptions, async progress => await verify.Run(progress, http.RequestAborted));
            return;
        }

        await Results.Json(await verify.Run(null, http.RequestAborted)).ExecuteAsync(http);
    }
}

/// <summary>An answer that takes long, as lines of JSON: how far it is, every few seconds, and at last the answer itself.</summary>
internal static class ProgressLines
{
    public const string MediaType = "application/x-ndjson";

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    public static async Task Write(HttpContext http, JsonSerializerOptions options, Func<Action<long, long>, Task<object>> work)
    {
        http.Response.ContentType = $"{MediaType}; charset=utf-8";
        var latest = Channel.CreateBounded<(long Done, long Of)>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest });
        var working = work((done, of) => latest.Writer.TryWrite((done, of)));
        var time = http.RequestServices.GetRequiredService<TimeProvider>();
        while (await Task.WhenAny(working, Task.Delay(Between, time, http.RequestAborted)) != working && !http.RequestAborted.IsCancellationRequested)
        {
            if (latest.Reader.TryRead(out var progress))
            {
                await Line(new { done = progress.Done, of = progress.Of });
            }
        }

        await Line(await working);

        async Task Line(object line)
        {
            await http.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(line, line.GetType(), options), http.RequestAborted);
            await http.Response.Body.WriteAsync("\n"u8.ToArray(), http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    }
}
