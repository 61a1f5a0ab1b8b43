using System.Text.Json;
using System.Threading.Channels;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>An answer that takes long, as lines of JSON: how far it is, every few seconds, and at last the answer itself.</summary>
internal static class ProgressLines
{
    public const string MediaType = "application/x-ndjson";

    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    /// <summary>Does the work and answers with what comes of it: in such lines where the caller accepts them, else alone.</summary>
    /// <exception cref="ApiProblemException">406 <c>not-acceptable</c>.</exception>
    public static async Task Answer<T>(HttpContext http, JsonSerializerOptions options, Func<Action<long, long>?, Task<T>> work)
        where T : notnull
    {
        if (ContentNegotiation.Of(http.Request, RequestBody.Json, MediaType) == MediaType)
        {
            await Write(http, options, work);
        }
        else
        {
            await Results.Json(await work(null), options).ExecuteAsync(http);
        }
    }

    public static async Task Write<T>(HttpContext http, JsonSerializerOptions options, Func<Action<long, long>?, Task<T>> work)
        where T : notnull
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
