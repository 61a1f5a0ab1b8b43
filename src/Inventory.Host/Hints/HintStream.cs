using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Hints;

/// <summary>Server-sent events, until the caller leaves, its time has passed, or the host stops.</summary>
public sealed class HintStream : IResult, IEndpointMetadataProvider
{
    private const string MediaType = "text/event-stream";

    /// <summary>A proxy that sees nothing for longer may close the connection.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    private readonly StreamRequest _request;
    private readonly HintBroadcast _broadcast;
    private readonly StockCache _book;
    private long _last;

    internal HintStream(StreamRequest request, HintBroadcast broadcast, StockCache book) => (_request, _broadcast, _book) = (request, broadcast, book);

    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(HintAnswer), [MediaType]));

    /// <exception cref="Http.ApiProblemException">429 <c>too-many-streams</c>.</exception>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        var services = httpContext.RequestServices;
        var (time, stopping) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        using var listener = _broadcast.Listen(Caller.Of(httpContext), _request.Topics);
        using var passed = new CancellationTokenSource(TimeSpan.FromSeconds(_request.Seconds), time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(httpContext.RequestAborted, stopping, passed.Token);
        try
        {
            await Write(httpContext, listener, services.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions, time, end.Token);
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            // The caller connects again if it is still there.
        }
    }

    private async Task Write(HttpContext http, HintListener listener, JsonSerializerOptions json, TimeProvider time, CancellationToken end)
    {
        http.Response.ContentType = MediaType;
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Accel-Buffering"] = "no";
        await http.Response.WriteAsync("retry: 2000\n\n", CancellationToken.None);
        if (_request.Seen < _book.NewestSequence)
        {
            await Write(http, [.. _request.Topics.Order(StringComparer.Ordinal).Select(topic => new ChangeHint(topic, null, _book.NewestSequence))], json);
        }

        await http.Response.Body.FlushAsync(CancellationToken.None);
        var next = listener.Rounds.WaitToReadAsync(end).AsTask();
        while (!end.IsCancellationRequested)
        {
            var beat = Task.Delay(Heartbeat, time, end);
            if (await Task.WhenAny(next, beat) == beat)
            {
                await beat;
                await http.Response.WriteAsync(":\n\n", CancellationToken.None);
            }
            else if (!await next)
            {
                return;
            }
            else
            {
                while (listener.Rounds.TryRead(out var round))
                {
                    await Write(http, round, json);
                }

                next = listener.Rounds.WaitToReadAsync(end).AsTask();
            }

            await http.Response.Body.FlushAsync(CancellationToken.None);
        }
    }

    private async Task Write(HttpContext http, IReadOnlyList<ChangeHint> round, JsonSerializerOptions json)
    {
        foreach (var hint in round)
        {
            _last = Math.Max(_last, hint.Sequence);
            var data = JsonSerializer.Serialize(new HintAnswer(hint.Topic, hint.Id, hint.Sequence), json);
            await http.Response.WriteAsync(FormattableString.Invariant($"id: {_last}\ndata: {data}\n\n"), CancellationToken.None);
        }
    }
}
