using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Hosting;

namespace RetailSync.Inventory.Host.Tests.Http;

/// <summary>The real host on a real port, whose database does not answer: for what the API decides before it reads or writes.</summary>
public sealed class ServerWithoutDatabase : IAsyncLifetime
{
    private readonly WebApplication _app = Server.Build(
        ["--urls", "http://127.0.0.1:0", "--environment", "Development"],
        "Host=127.0.0.1;Port=1;Username=nobody;Database=none;Timeout=2",
        arrange: builder =>
        {
            // Everything that would wait for the database at the start; the web server is added later and stays.
            foreach (var service in builder.Services.Where(service => service.ServiceType == typeof(IHostedService)).ToList())
            {
                builder.Services.Remove(service);
            }
        });

    public IServiceProvider Services => _app.Services;

    public HttpClient Client { get; } = new();

    public Task InitializeAsync() => Start();

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }

    public async Task<HttpResponseMessage> Send(HttpMethod method, string path, string? key, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body };
        request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
        return await Client.SendAsync(request);
    }

    private async Task Start()
    {
        await _app.StartAsync();
        Client.BaseAddress = new Uri(_app.Urls.First());
    }
}
