using System.Net.Mime;
using System.Reflection;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Csv;
using RetailSync.Inventory.Host.Quotas;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>
/// An answer that takes long: as lines of JSON where the caller accepts them, how far the work is, every few seconds, and at last the answer itself; else
/// the answer alone.
/// </summary>
/// <param name="work">Is given where to report how much is done of how much; null when nobody reads it.</param>
public sealed class ProgressResult<T>(Func<Action<long, long>?, Task<T>> work) : IResult, IEndpointMetadataProvider
    where T : notnull
{
    private static readonly TimeSpan Between = TimeSpan.FromSeconds(1);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(T), [MediaTypeNames.Application.Json]));

    /// <exception cref="ApiProblemException">406 <c>not-acceptable</c>.</exception>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var options = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        if (ProgressLines.AreAccepted(httpContext.Request))
        {
            await WriteLines(httpContext, options);
        }
        else
        {
            await Results.Json(await work(null), options).ExecuteAsync(httpContext);
        }
    }

    private async Task WriteLines(HttpContext http, JsonSerializerOptions options)
    {
        http.Response.ContentType = $"{ProgressLines.MediaType}; charset=utf-8";
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

/// <summary>The form of such lines.</summary>
internal static class ProgressLines
{
    public const string MediaType = "application/x-ndjson";

    /// <exception cref="ApiProblemException">406 <c>not-acceptable</c>: neither lines nor JSON.</exception>
    public static bool AreAccepted(HttpRequest request) => ContentNegotiation.Of(request, RequestBody.Json, MediaType) == MediaType;
}
