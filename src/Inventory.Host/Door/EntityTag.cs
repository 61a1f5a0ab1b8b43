using Microsoft.Net.Http.Headers;

namespace RetailSync.Inventory.Host.Door;

/// <summary><c>ETag</c>, <c>If-None-Match</c> and <c>If-Match</c>.</summary>
public static class EntityTag
{
    /// <summary>Sets the answer's tag; true when the caller has this version already and 304 says enough.</summary>
    public static bool IsKnown(HttpContext http, string version)
    {
        var tag = new EntityTagHeaderValue($"\"{version}\"");
        http.Response.Headers.ETag = tag.ToString();
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
    }

    /// <summary>Null without <c>If-Match</c>; otherwise whether it allows replacing the <paramref name="current"/> version (null: there is none).</summary>
    /// <exception cref="RequestRefused">412 <c>precondition-failed</c>.</exception>
    public static void RequireMatch(HttpContext http, string? current)
    {
        if (http.Request.Headers.IfMatch.Count == 0)
        {
            return;
        }

        var expected = http.Request.GetTypedHeaders().IfMatch;
        if (current is null || !expected.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == $"\"{current}\""))
        {
            throw RequestRefused.PreconditionFailed();
        }
    }
}
