using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Security;

/// <summary>Where something that is recorded comes from: the request or job, and who stands behind it. Both are stored with every event.</summary>
/// <param name="CorrelationId">Of the request, or of the product's own job.</param>
public sealed record Provenance(string CorrelationId, Actor By)
{
    /// <summary>Of an authenticated request.</summary>
    public static Provenance Of(HttpContext http) => new(http.CorrelationId(), Caller.Of(http).Actor);
}
