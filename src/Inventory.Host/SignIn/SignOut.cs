using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SignIn;

public static class SignOut
{
    [WolverinePost("/console/sign-out")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Sign out of the console", "Ends the session of the cookie on every host, and takes the cookie away. Without a cookie nothing changes.",
        Problems = ["400 invalid-request", "403 cross-site"])]
    public static async Task<NoContent> Post(HttpContext http, [NotBody] SessionStore sessions)
    {
        _ = new QueryText(http.Request);
        await RequestBody.RequireEmpty(http.Request);
        if (SessionCookie.Read(http.Request) is { } ticket)
        {
            await sessions.End(ticket, http.RequestAborted);
            SessionCookie.Write(http, ticket: null);
        }

        return TypedResults.NoContent();
    }
}
