using System.Globalization;
using JasperFx;
using Marten;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>A document that a caller replaces as a whole.</summary>
internal static class ConditionalWrite
{
    /// <summary>Creates or replaces the document, if <c>If-Match</c> allows it; the answer's <c>ETag</c> is its new version.</summary>
    /// <returns>As it was before; null where there was none.</returns>
    /// <exception cref="ApiProblemException">412 <c>precondition-failed</c>: it is at another version than the caller named.</exception>
    public static async Task<T?> Save<T>(IDocumentStore store, string id, T document, HttpContext http)
        where T : class, IRevisioned
    {
        await using var session = store.LightweightSession();
        var current = await session.LoadAsync<T>(id, http.RequestAborted);
        EntityTag.RequireMatch(http, current?.Version.ToString(CultureInfo.InvariantCulture));
        if (http.Request.Headers.IfMatch.Count > 0)
        {
            session.UpdateRevision(document, current!.Version + 1);
        }
        else
        {
            session.Store(document);
        }

        try
        {
            await session.SaveChangesAsync(http.RequestAborted);
        }
        catch (ConcurrencyException)
        {
            throw ApiProblemException.PreconditionFailed();
        }

        http.Response.Headers.ETag = $"\"{document.Version}\"";
        return current;
    }
}
