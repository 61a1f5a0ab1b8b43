using System.Reflection;
using RetailSync.Inventory.Host.SignIn;

namespace RetailSync.Inventory.Host.ConsolePages;

/// <summary>
/// <c>/console</c>: the pages that people use. They hold no data and are for anybody; what they show they read from the HTTP API, as whoever is signed in.
/// </summary>
public static class ServeConsole
{
    public static WebApplication MapConsole(this WebApplication app)
    {
        var files = new ConsoleFiles(Assembly.Load("RetailSync.Console"), app.Services.GetRequiredService<SignInPolicy>().Oidc is not null);
        app.MapGet("/console/files/{version}/{**path}", (HttpContext http, string version, string path) => File(http, files, version, path))
            .AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/console/{**page}", (HttpContext http) => Page(http, files)).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/dashboard", () => Results.Redirect("/console")).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static Task Page(HttpContext http, ConsoleFiles files)
    {
        http.Response.Headers.ContentSecurityPolicy = ConsoleFiles.Policy;
        http.Response.Headers.CacheControl = "no-cache";
        http.Response.ContentType = "text/html; charset=utf-8";
        return http.Response.Body.WriteAsync(files.Page, http.RequestAborted).AsTask();
    }

    /// <summary>A page of another version asks for files of its own: 404 says that they are gone, and it is loaded anew.</summary>
    private static Task File(HttpContext http, ConsoleFiles files, string version, string path)
    {
        if (version != files.Version || files.Find(path) is not { } file)
        {
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        http.Response.ContentType = file.Type;
        http.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        http.Response.Headers.Vary = "Accept-Encoding";
        var takesBrotli = http.Request.GetTypedHeaders().AcceptEncoding.Any(encoding => encoding.Value == "br" && encoding.Quality is not 0);
        if (takesBrotli)
        {
            http.Response.Headers.ContentEncoding = "br";
        }

        return http.Response.Body.WriteAsync(takesBrotli ? file.Brotli : file.Content, http.RequestAborted).AsTask();
    }
}
