using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Operations.Activities;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.SignIn;

/// <summary>
/// Sign-in with an identity provider: the code flow with PKCE, on the server. Tokens stay here and are not kept; what comes of it is the same session as with
/// a key.
/// </summary>
public static class SingleSignOn
{
    public const string Scheme = "Oidc";

    /// <summary>Where the provider sends the browser back to: it has to be registered there.</summary>
    public const string Callback = "/console/sign-in/oidc/callback";

    private const string Start = "/console/sign-in/oidc";
    private const string Console = "/console";
    private const int MaxReturnLength = 2_000;

    public static AuthenticationBuilder AddSingleSignOn(this AuthenticationBuilder authentication, OidcOptions oidc, bool isDevelopment)
    {
        authentication.Services.AddSingleton<SignInKeys>();
        authentication.AddOpenIdConnect(Scheme, options => Configure(options, oidc, isDevelopment));
        authentication.Services.AddOptions<OpenIdConnectOptions>(Scheme).Configure<SignInKeys, IClock>((options, keys, clock) =>
        {
            options.DataProtectionProvider = SignInKeys.Provider(keys);
            options.TokenValidationParameters.LifetimeValidator = (from, until, _, _) => TokenLifetime.IsInForce(from, until, clock.GetCurrentInstant());
        });
        return authentication;
    }

    /// <summary>Sends the browser to the provider; where none is configured, the console answers there as at any of its addresses.</summary>
    public static WebApplication MapSingleSignOn(this WebApplication app)
    {
        if (app.Services.GetRequiredService<SignInPolicy>().Oidc is not null)
        {
            app.MapGet(Start, Begin).AllowAnonymous().ExcludeFromDescription();
        }

        return app;
    }

    private static async Task Begin(HttpContext http)
    {
        var page = new QueryText(http.Request, "return").Text("return") ?? Console;
        SignInWithKey.RequireSafeWay(http);
        if (!IsOfConsole(page))
        {
            throw ApiProblemException.Invalid(new FieldRefusal("return", $"must be a path below {Console} of at most {MaxReturnLength} characters"));
        }

        try
        {
            await http.ChallengeAsync(Scheme, new AuthenticationProperties { RedirectUri = page });
        }
        catch (InvalidOperationException failure) when (failure.InnerException is IOException or HttpRequestException)
        {
            throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "unavailable", "The identity provider does not answer. Try again.")
            { RetryAfterSeconds = 5 };
        }
    }

    /// <summary>Whether an address is a page of the console of this host, however a browser reads it: a backslash is a slash there.</summary>
    internal static bool IsOfConsole(string page) =>
        page.Length <= MaxReturnLength
        && (page == Console || page.StartsWith($"{Console}/", StringComparison.Ordinal) || page.StartsWith($"{Console}?", StringComparison.Ordinal))
        && page.All(character => character is > ' ' and <= '~' and not '\\')
        && !page.Split('?', '#')[0].Split('/').Any(segment => Uri.UnescapeDataString(segment) is "." or "..");

    private static void Configure(OpenIdConnectOptions options, OidcOptions oidc, bool isDevelopment)
    {
        options.Authority = oidc.Authority;
        options.ClientId = oidc.ClientId;
        options.ClientSecret = oidc.ClientSecret;
        options.CallbackPath = Callback;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.UsePkce = true;

        // The browser comes back by a link: neither cookie may be Strict, and neither has to go with a form of another site.
        options.ResponseMode = OpenIdConnectResponseMode.Query;
        options.CorrelationCookie.SameSite = SameSiteMode.Lax;
        options.CorrelationCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.NonceCookie.SameSite = SameSiteMode.Lax;
        options.NonceCookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.RequireHttpsMetadata = !isDevelopment;
        options.BackchannelTimeout = TimeSpan.FromSeconds(10);
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.DisableTelemetry = true;
        options.Scope.Clear();
        foreach (var scope in oidc.Scopes.Length > 0 ? oidc.Scopes : ["openid", "profile"])
        {
            options.Scope.Add(scope);
        }

        options.TokenValidationParameters.ValidAlgorithms =
            [SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256, SecurityAlgorithms.EcdsaSha256];
        options.Events = new OpenIdConnectEvents { OnTicketReceived = BeginSession, OnRemoteFailure = GoBack };
    }

    private static async Task BeginSession(TicketReceivedContext context)
    {
        context.HandleResponse();
        var http = context.HttpContext;
        if (CallerOf(context.Principal) is not { } caller)
        {
            http.Response.Redirect($"{Console}?signIn=no-role");
            return;
        }

        var policy = http.RequestServices.GetRequiredService<SignInPolicy>();
        var sessions = http.RequestServices.GetRequiredService<SessionStore>();
        if (SessionCookie.Read(http.Request) is { } before)
        {
            await sessions.End(before, http.RequestAborted);
        }

        await http.RequestServices.GetRequiredService<ActivityLog>().SignedIn(http, caller);
        SessionCookie.Write(http, await sessions.Begin(caller, key: null, policy.Oidc!.Fingerprint, http.RequestAborted));
        http.Response.Redirect(context.ReturnUri is { } page && IsOfConsole(page) ? page : Console);
    }

    /// <summary>Says in the address that it did not work; why is in the log, since an answer of the provider may have secrets.</summary>
    private static Task GoBack(RemoteFailureContext context)
    {
        context.HandleResponse();
        context.HttpContext.RequestServices.GetRequiredService<ILogger<SessionStore>>().LogWarning(
            "Sign-in with the identity provider failed: {Reason}", context.Failure?.GetType().Name);
        context.Response.Redirect($"{Console}?signIn=failed");
        return Task.CompletedTask;
    }

    /// <summary>Who it is, by the claims of a JWT; null without a usable <c>sub</c>, or without a role of ours.</summary>
    internal static Caller? CallerOf(ClaimsPrincipal? user)
    {
        if (user is null || !Identifier.TryParse(user.FindFirst(Caller.NameClaim)?.Value, out _))
        {
            return null;
        }

        var caller = Caller.Of(user);
        var roles = caller.Roles.Concat(user.FindAll("roles").Select(claim => claim.Value)).Where(Role.All.Contains).ToHashSet();
        return roles.Count == 0 ? null : caller with { Roles = roles };
    }
}
