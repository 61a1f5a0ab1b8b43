namespace RetailSync.Inventory.Host.Dashboard;

/// <summary>
/// <c>/dashboard</c>: alerts, channels and explained promises, in a browser. The page itself needs no key; it reads everything from the HTTP API, with the
/// key that its user enters.
/// </summary>
public static class ShowDashboard
{
    private static readonly Dictionary<string, string> Files = new()
    {
        ["dashboard.html"] = "text/html; charset=utf-8",
        ["dashboard.css"] = "text/css; charset=utf-8",
        ["dashboard.js"] = "text/javascript; charset=utf-8",
        ["icon.svg"] = "image/svg+xml",
    };

    public static WebApplication MapDashboard(this WebApplication app)
    {
        app.MapGet("/dashboard", (HttpContext http) => Show(http, "dashboard.html")).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/dashboard/{file}", (HttpContext http, string file) => Show(http, file)).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static IResult Show(HttpContext http, string file)
    {
        if (!Files.TryGetValue(file, out var type))
        {
            return Results.NotFound();
        }

        http.Response.Headers.ContentSecurityPolicy = "default-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";
        return Results.Stream(typeof(ShowDashboard).Assembly.GetManifestResourceStream(typeof(ShowDashboard), file)!, type);
    }
}
