using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Operations;
using RetailSync.Inventory.Host.Operations.Activities;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SignIn;

/// <param name="Key">A configured key, or a development key.</param>
public sealed record SignInBody(string Key);

public static class SignInWithKey
{
    [WolverinePost("/console/sign-in")]
    [AllowAnonymous]
    [Describes("Sign in to the console", "Begins a session of 8 hours at most, 60 minutes without use, and sets its cookie. The answer says who you are.",
        Body = typeof(SignInBody),
        Problems = ["400 invalid-request", "401 unauthenticated", "403 https-required", "403 cross-site", "415 unsupported-media-type"])]
    public static async Task<Ok<MeAnswer>> Post(
        HttpContext http, [NotBody] KeyRing keys, [NotBody] SessionStore sessions, [NotBody] ActivityLog activities,
        [NotBody] IHostEnvironment environment)
    {
        _ = new QueryText(http.Request);
        RequireOwnPage(http.Request);
        RequireSafeWay(http);
        var fields = new Fields("key");
        await RequestBody.ReadInto(fields, http.Request);
        var key = fields.Text("key", required: true);
        fields.ThrowIfRefused();

        var (caller, fingerprint) = keys.Identify(key!)
            ?? throw new ApiProblemException(StatusCodes.Status401Unauthorized, "unauthenticated", "This key is not known here.");
        if (SessionCookie.Read(http.Request) is { } before)
        {
            await sessions.End(before, http.RequestAborted);
        }

        await activities.SignedIn(http, caller);
        SessionCookie.Write(http, await sessions.Begin(caller, caller.Name, fingerprint, http.RequestAborted));
        return TypedResults.Ok(MeAnswer.Of(caller, environment.EnvironmentName));
    }

    /// <summary>A page of another site could sign its visitor in as somebody else. Only browsers say where a request is from.</summary>
    /// <exception cref="ApiProblemException">403 <c>cross-site</c>.</exception>
    private static void RequireOwnPage(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"] is { Count: > 0 } site && site != "same-origin")
        {
            throw SessionAuthentication.CrossSite();
        }
    }

    /// <exception cref="ApiProblemException">403 <c>https-required</c>.</exception>
    internal static void RequireSafeWay(HttpContext http)
    {
        if (SessionCookie.NameAt(http) is null)
        {
            throw new ApiProblemException(
                StatusCodes.Status403Forbidden, "https-required",
                "Over plain HTTP others can read keys and cookies: sign in over https, or on the host's own machine (http://127.0.0.1). Behind a proxy that ends TLS, "
                    + "set ASPNETCORE_FORWARDEDHEADERS_ENABLED=true and have it send X-Forwarded-Proto and X-Forwarded-For.");
        }
    }
}
