using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace RetailSync.Channels.Tests;

/// <summary>What a sandbox was asked.</summary>
public sealed record Asked(string Method, string Path, string Query, string Body, IReadOnlyDictionary<string, string> Headers)
{
    public byte[] Bytes => Encoding.UTF8.GetBytes(Body);
}

/// <summary>What a sandbox answers.</summary>
/// <param name="Status">0 breaks the connection instead.</param>
/// <param name="Body">As it goes out.</param>
/// <param name="MediaType">Of the body.</param>
/// <param name="Headers">Beside it.</param>
public sealed record Answered(int Status, string Body = "", string MediaType = "application/json", params IReadOnlyList<(string Name, string Value)> Headers);

/// <summary>A server on a real socket that stands in for a channel, and keeps the requests it got.</summary>
public sealed class Sandbox : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<Asked> _asked = new();

    private Sandbox(Func<Asked, Task<Answered>> behaviour)
    {
        Behaviour = behaviour;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0").UseKestrelCore();
        _app = builder.Build();
        _app.Run(Answer);
    }

    /// <summary>May be changed at any time.</summary>
    public Func<Asked, Task<Answered>> Behaviour { get; set; }

    public Uri Address => new(_app.Urls.First());

    public IReadOnlyList<Asked> Requests => [.. _asked];

    public static Task<Sandbox> Start(Func<Asked, Answered> behaviour) => Start(asked => Task.FromResult(behaviour(asked)));

    public static async Task<Sandbox> Start(Func<Asked, Task<Answered>> behaviour)
    {
        var sandbox = new Sandbox(behaviour);
        await sandbox._app.StartAsync();
        return sandbox;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
    }

    private async Task Answer(HttpContext http)
    {
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var asked = new Asked(
            http.Request.Method, http.Request.Path.Value!, http.Request.QueryString.Value!, await reader.ReadToEndAsync(),
            http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase));
        _asked.Enqueue(asked);
        var answered = await Behaviour(asked);
        if (answered.Status == 0)
        {
            http.Abort();
            return;
        }

        http.Response.StatusCode = answered.Status;
        http.Response.ContentType = answered.MediaType;
        foreach (var (name, value) in answered.Headers)
        {
            http.Response.Headers[name] = value;
        }

        await http.Response.WriteAsync(answered.Body);
    }
}
