using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.SignIn;

/// <summary>
/// The cookie of a session, where there is no <c>Authorization</c> header. Browsers send cookies by themselves, so what changes something also has to say that
/// a page of this host asks for it.
/// </summary>
public sealed class SessionAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, SessionStore sessions, SignInPolicy policy,
    CallRates rates)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "Session";

    /// <summary>Pages of the console send it with the value 1: other sites cannot without being asked about it first (CORS), which nobody answers.</summary>
    public const string ConsoleHeader = "X-RetailSync-Console";

    /// <summary>Whether a request without a key is to be judged by its cookie.</summary>
    public static bool IsMeant(HttpRequest request) => request.Headers.Authorization.Count == 0 && SessionCookie.IsSent(request);

    /// <exception cref="ApiProblemException">403 <c>cross-site</c>.</exception>
    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (SessionCookie.Read(Request) is not { } ticket)
        {
            return AuthenticateResult.NoResult();
        }

        if (!IsSafe(Request.Method) && !IsOfConsole(Request))
        {
            // What is for anybody needs no cookie; the server's own pages may post to it as they like.
            return Context.GetEndpoint()?.Metadata.GetMetadata<IAuthorizeData>() is null ? AuthenticateResult.NoResult() : throw CrossSite();
        }

        // A ticket that is not known here counts as a call without a key, before it costs a statement.
        var session = await sessions.Find(ticket, () => rates.Count(Context), Context.RequestAborted);
        return session is not null && policy.StillAdmits(session)
            ? AuthenticateResult.Success(new AuthenticationTicket(session.Caller.ToPrincipal(Name), Name))
            : AuthenticateResult.Fail("Unknown session.");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    /// <summary>Whether the page says that it is one of this host's, and the browser does not deny it.</summary>
    private static bool IsOfConsole(HttpRequest request) => request.Headers[ConsoleHeader] == "1" && request.Headers["Sec-Fetch-Site"] == "same-origin";

    private static bool IsSafe(string method) => HttpMethods.IsGet(method) || HttpMethods.IsHead(method) || HttpMethods.IsOptions(method);

    internal static ApiProblemException CrossSite() => new(
        StatusCodes.Status403Forbidden, "cross-site",
        $"With a cookie, what changes something is taken from a page of this host only: send '{ConsoleHeader}: 1' and 'Sec-Fetch-Site: same-origin'.");
}
