using System.Net;

namespace RetailSync.Inventory.Host.SignIn;

/// <summary>The cookie of a session: an opaque ticket that no script can read and no other site can send.</summary>
internal static class SessionCookie
{
    private const string Secured = "__Host-retailsync";

    /// <summary>Over plain HTTP on loopback, in Development: browsers keep no <c>__Host-</c> cookie from there.</summary>
    private const string InDevelopment = "retailsync";

    /// <summary>Whether the caller sent a ticket where one may be sent, which need not be one of ours.</summary>
    public static bool IsSent(HttpRequest request) => Read(request) is not null;

    /// <summary>The ticket that the caller sent; null when there is none, or where none is taken (<see cref="NameAt"/>).</summary>
    public static string? Read(HttpRequest request) =>
        request.Headers.Cookie.Count > 0 && NameAt(request.HttpContext) is { } name && request.Cookies[name] is { Length: > 0 } ticket ? ticket : null;

    /// <summary>The name of the cookie here; null over plain HTTP from another machine, where others could read it.</summary>
    public static string? NameAt(HttpContext http) =>
        http.Request.IsHttps ? Secured
        : !IsLoopback(http.Connection.RemoteIpAddress) ? null
        : http.RequestServices.GetRequiredService<IHostEnvironment>().IsDevelopment() ? InDevelopment
        : Secured;

    /// <param name="http">A request for which <see cref="NameAt"/> has a name.</param>
    /// <param name="ticket">Null takes the cookie away.</param>
    public static void Write(HttpContext http, string? ticket)
    {
        var name = NameAt(http)!;
        var options = new CookieOptions
        {
            HttpOnly = true,
            Secure = name == Secured,
            SameSite = SameSiteMode.Strict,
            Path = "/",
            MaxAge = ticket is null ? TimeSpan.Zero : SessionStore.Longest.ToTimeSpan(),
        };
        http.Response.Cookies.Append(name, ticket ?? "", options);
        http.Response.Headers.CacheControl = "no-store";
    }

    /// <summary>A connection without an address is a socket of this machine.</summary>
    private static bool IsLoopback(IPAddress? address) =>
        address is null || IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
