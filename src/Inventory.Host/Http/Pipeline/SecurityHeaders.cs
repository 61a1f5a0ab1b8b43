namespace RetailSync.Inventory.Host.Http.Pipeline;

/// <summary>
/// What every answer says to the browser or cache that has it: its type is what it says, no page may frame it, no address is passed on, and what it says of
/// stock is kept by no cache that does not ask again.
/// </summary>
public static class SecurityHeaders
{
    /// <summary>An answer of the API is data: nothing in it may be run or loaded.</summary>
    private const string OfData = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>The page of the API's description has its script beside it, begins it in the page, and styles as it goes.</summary>
    private const string OfDocs =
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
        + "frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /// <summary>Two years, in seconds: browsers use https for this host that long.</summary>
    private const string HttpsOnly = "max-age=63072000";

    /// <summary>Before everything else, also what answers early; what an endpoint sets itself stays.</summary>
    public static IApplicationBuilder UseSecurityHeaders(this IApplicationBuilder app) => app.Use(next => http =>
    {
        http.Response.OnStarting(Complete, http);
        return next(http);
    });

    private static Task Complete(object state)
    {
        var http = (HttpContext)state;
        var headers = http.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.ContentSecurityPolicy.Count == 0)
        {
            headers.ContentSecurityPolicy = http.Request.Path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase) ? OfDocs : OfData;
        }

        if (http.Request.IsHttps)
        {
            headers.StrictTransportSecurity = HttpsOnly;
        }

        // With a tag, asking again costs little; without one, an old number could be shown as a new one.
        if (headers.CacheControl.Count == 0 && !IsPage(http.Request.Path))
        {
            headers.CacheControl = headers.ETag.Count > 0 ? "private, no-cache" : "no-store";
        }

        return Task.CompletedTask;
    }

    /// <summary>Pages and their files hold no data.</summary>
    private static bool IsPage(PathString path) =>
        path.StartsWithSegments("/docs", StringComparison.OrdinalIgnoreCase) || path.StartsWithSegments("/console", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase);
}
