using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging.Abstractions;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>
/// Before the host is ready it does once what callers will ask of it, so that none of them waits for code to be compiled or for connections to be opened:
/// movements are recorded and units held in transactions that are rolled back, and requests go through the whole pipeline that have nothing to record.
/// Nothing of it stays. Where it fails the host is ready all the same, since it is a matter of speed.
/// </summary>
public sealed class WarmUp(WriteLanes lanes, StockCacheUpdater feed, Readiness readiness, IServer server, IServiceProvider services, ILogger<WarmUp> log)
    : IHostedLifecycleService
{
    /// <summary>More than loading some million positions takes.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private static readonly Caller Nobody = new("warm-up", new HashSet<string> { Role.Ops }, new HashSet<string>(), new HashSet<string>());
    private static readonly Provenance Doing = new("product/warm-up", Actor.OfProduct("warm-up"));

    /// <summary>What comes after <see cref="Readiness"/>, once the server has built it.</summary>
    public RequestDelegate? Pipeline { get; set; }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Everything else has started, the server too: the readiness probe is answered that it is not ready yet.</summary>
    public async Task StartedAsync(CancellationToken cancellationToken)
    {
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        enough.CancelAfter(Timeout);
        try
        {
            await Task.WhenAll(Task.Run(() => lanes.Rehearse(() => Write(enough.Token)), enough.Token), Ask(enough.Token), Connect(enough.Token));
            while (feed.FitsInMemory && !feed.IsFollowing)
            {
                await Task.Delay(Pause, enough.Token);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            log.LogWarning(failure, "The host could not be warmed up; its first calls may take longer");
        }

        readiness.Warm();
    }

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>On every connection of the lanes.</summary>
    private async Task Write(CancellationToken cancellation)
    {
        // With a logger that writes nothing, since nothing is recorded.
        var record = ActivatorUtilities.CreateInstance<RecordMovements>(services, NullLogger<RecordMovements>.Instance);
        RecordMovements.Summary(Movements(0), await record.Decide(Movements(0), Nobody, Doing, cancellation), all: true);
        await Task.WhenAll(Enumerable.Range(0, lanes.Count).Select(async lane =>
        {
            await lanes.Record([.. Movements(lane).Lines.Select(line => line.Movement!)], Doing, cancellation);
            var line = new RequestedLine(Sku.Parse($"warm-up-{lane}"), 1, LocationId.Parse("warm-up"), AllowBackorder: true);
            await lanes.Hold(new HoldStock($"warm-up-{lane}", ChannelId.Parse("warm-up"), HoldStock.DefaultHold, [line]), Doing, cancellation);
        }));
    }

    private static MovementBatch Movements(int number) => MovementBatch.OfJson(Encoding.UTF8.GetBytes(
        $$"""
        {"source":"product/warm-up","movements":[
        {"id":"1","type":"receipt","sku":"warm-up-{{number}}","location":"warm-up","quantity":2,"occurredAt":"2026-01-05T10:00:00Z"},
        {"id":"2","type":"sale","sku":"warm-up-{{number}}","location":"warm-up","quantity":1,"occurredAt":"2026-01-05T11:00:00Z"}]}
        """));

    private async Task Ask(CancellationToken cancellation)
    {
        await Send(HttpMethods.Post, "/v1/movements", "", """{"source":"warm-up","movements":[]}""", cancellation);
        await Send(HttpMethods.Post, "/v1/reservations", "", "{}", cancellation);
        await Send(HttpMethods.Get, "/v1/availability/warm-up", "?channel=warm-up", "", cancellation);
        await Send(HttpMethods.Get, "/v1/positions", "?limit=1", "", cancellation);
    }

    /// <summary>As if it had come over the network, from an authorized caller.</summary>
    private async Task Send(string method, string path, string query, string body, CancellationToken cancellation)
    {
        await using var scope = services.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, User = Nobody.ToPrincipal("warm-up"), RequestAborted = cancellation };
        http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = path + query;
        (http.Request.Method, http.Request.Path, http.Request.QueryString) = (method, path, new QueryString(query));
        (http.Request.Scheme, http.Request.Host, http.Request.Protocol) = ("http", new HostString("localhost"), HttpProtocol.Http11);
        http.Request.Body = new LateBody(Encoding.UTF8.GetBytes(body));
        (http.Request.ContentType, http.Request.ContentLength) = (RequestBody.Json, body.Length);
        await Pipeline!(http);
    }

    /// <summary>A question without a key, over the network, where that needs no certificate.</summary>
    private async Task Connect(CancellationToken cancellation)
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        if (addresses.FirstOrDefault(address => BindingAddress.Parse(address) is { Scheme: "http", IsUnixPipe: false }) is not { } listening)
        {
            return;
        }

        var address = ListeningAddress.Browsable(listening);
        using var connection = new TcpClient();
        await connection.ConnectAsync(address.DnsSafeHost, address.Port, cancellation);
        await connection.GetStream().WriteAsync("GET /health/live HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"u8.ToArray(), cancellation);
        await connection.GetStream().CopyToAsync(Stream.Null, cancellation);
    }

    /// <summary>Arrives a moment later, as over a network, so that reading it really waits.</summary>
    private sealed class LateBody(byte[] bytes) : MemoryStream(bytes)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            return Read(buffer.Span);
        }
    }
}
