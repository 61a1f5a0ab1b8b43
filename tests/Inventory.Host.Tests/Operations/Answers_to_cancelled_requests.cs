using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using RetailSync.Inventory.Host.Operations;

namespace RetailSync.Inventory.Host.Tests.Operations;

/// <summary>A server of its own, no database: the server resets the connection of an answer whose writing is cancelled.</summary>
public sealed class Answers_to_cancelled_requests
{
    [Theory]
    [InlineData("/json")]
    [InlineData("/stream")]
    public async Task Are_written_to_the_end_once_begun(string path)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Use((http, next) =>
        {
            http.Features.Set<IHttpResponseBodyFeature>(new AnswerBody(http.Features.GetRequiredFeature<IHttpResponseBodyFeature>(), http.RequestAborted));
            http.RequestAborted = new CancellationToken(canceled: true);
            return next(http);
        });
        app.Run(http => http.Request.Path == "/json"
            ? http.Response.WriteAsJsonAsync("ready")
            : http.Response.Body.WriteAsync("\"ready\""u8.ToArray(), http.RequestAborted).AsTask());
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        Assert.Equal("\"ready\"", await http.GetStringAsync(path));
    }
}
