using Serilog.Context;

namespace RetailSync.Inventory.Host.Http;

/// <summary>The id that ties a request to its log lines, its answer and its events: the caller's, or one made here.</summary>
public static class Correlation
{
    public const string Header = "X-Correlation-Id";

    private const int MaxLength = 128;

    /// <summary>
    /// How the ids of the product's own work begin: corrections of a reconciliation and counts that it fetched, the expiry of holds, what it does for a
    /// channel. They are stored with events, where they say that no caller did it.
    /// </summary>
    private static readonly string[] Reserved = ["reconciliation/", "expiry-", "expiry/", "channel/", "product/"];

    public static string CorrelationId(this HttpContext http) => http.TraceIdentifier;

    /// <summary>The caller's id; null when there is none that is <see cref="Usable"/>.</summary>
    public static string? Sent(HttpRequest request) => Usable(request.Headers[Header].ToString());

    /// <summary>
    /// An id that somebody sent; null when there is none, when it is too long or not printable ASCII and could not be returned or logged as it is, or when it
    /// has the form of one of the product's own.
    /// </summary>
    public static string? Usable(string? sent) =>
        sent?.Trim() is { Length: > 0 and <= MaxLength } id && id.All(character => character is >= ' ' and <= '~') && !IsProducts(id) ? id : null;

    /// <summary>Whether an id has the form that only the product's own work may have, in upper or lower case.</summary>
    public static bool IsProducts(string id) => Array.Exists(Reserved, beginning => id.StartsWith(beginning, StringComparison.OrdinalIgnoreCase));

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
