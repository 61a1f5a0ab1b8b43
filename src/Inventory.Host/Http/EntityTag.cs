using Microsoft.Net.Http.Headers;

namespace RetailSync.Inventory.Host.Http;

/// <summary><c>ETag</c>, <c>If-None-Match</c> and <c>If-Match</c>.</summary>
public static class EntityTag
{
    /// <summary>Sets the answer's tag; true when the caller has this version already and 304 says enough.</summary>
    public static bool IsKnown(HttpContext http, string version)
    {
        var tag = new EntityTagHeaderValue($"\"{version}\"");
        http.Response.Headers.ETag = tag.ToString();
        return http.Request.GetTypedHeaders().IfNoneMatch.Any(
            known => known.Equals(EntityTagHeaderValue.Any) || known.Compare(tag, useStrongComparison: false));
    }

    /// <summary>Whether <c>If-Match</c>, where there is one, allows replacing a version (null: there is none).</summary>
    public static Func<string?, bool> Condition(HttpContext http)
    {
        if (http.Request.Headers.IfMatch.Count == 0)
        {
            return _ => true;
        }

        var expected = http.Request.GetTypedHeaders().IfMatch;
        return current => current is not null && expected.Any(tag => tag.Equals(EntityTagHeaderValue.Any) || tag.Tag == $"\"{current}\"");
    }

    /// <summary>Requires that <see cref="Condition"/> allows replacing the <paramref name="current"/> version.</summary>
    /// <exception cref="ApiProblemException">412 <c>precondition-failed</c>.</exception>
    public static void RequireMatch(HttpContext http, string? current)
    {
        if (!Condition(http)(current))
        {
            throw ApiProblemException.PreconditionFailed();
        }
    }
}
