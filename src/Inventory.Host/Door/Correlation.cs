using Serilog.Context;

namespace RetailSync.Inventory.Host.Door;

/// <summary>The id that ties a request to its log lines, its answer and its events: the caller's, or one made here.</summary>
public static class Correlation
{
    public const string Header = "X-Correlation-Id";

    private const int MaxLength = 128;

    public static string CorrelationId(this HttpContext http) => http.TraceIdentifier;

    /// <summary>The caller's id; null when there is none, or one that is too long or not printable ASCII: it could not be returned or logged as it is.</summary>
    public static string? Sent(HttpRequest request)
    {
        var sent = request.Headers[Header].ToString().Trim();
        return sent.Length is > 0 and <= MaxLength && sent.All(character => character is >= ' ' and <= '~') ? sent : null;
    }

    public static IApplicationBuilder UseCorrelation(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        http.TraceIdentifier = Sent(http.Request) ?? Guid.CreateVersion7().ToString("N");
        http.Response.OnStarting(() =>
        {
            http.Response.Headers[Header] = http.TraceIdentifier;
            return Task.CompletedTask;
        });
        using (LogContext.PushProperty("CorrelationId", http.TraceIdentifier))
        {
            await next(http);
        }
    });
}
