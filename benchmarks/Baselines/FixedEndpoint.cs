using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RetailSync.Benchmarks.Load;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>The same web server answering the same bytes to everybody: nobody is asked who they are and nothing is looked up.</summary>
internal static class FixedEndpoint
{
    public static async Task<RawResult> Run(Conditions conditions, string body, IEnumerable<string> requests, int connections, double rate = 0)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(body);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        await using var app = builder.Build();
        app.Map("/{**anything}", async (HttpContext http) =>
        {
            http.Response.ContentType = "application/json; charset=utf-8";
            http.Response.ContentLength = bytes.Length;
            await http.Response.BodyWriter.WriteAsync(bytes);
        });
        await app.StartAsync();
        return await RawLoad.Run(conditions, new Uri(app.Urls.First()), requests, connections, rate);
    }
}
