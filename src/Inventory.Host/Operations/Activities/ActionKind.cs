using Microsoft.AspNetCore.Routing.Patterns;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Operations.Activities;

/// <summary>
/// What was done and to what, by the address of the operation: <c>POST /v1/channels/{id}/pause</c> is <c>channels-pause</c> of the channel. Addresses are the
/// API's contract, so these names are as stable, and an operation that is added has one.
/// </summary>
internal static class ActionKind
{
    /// <summary>The fixed segments of the address, joined by <c>-</c>, and <c>put</c> or <c>delete</c> where that is the method.</summary>
    public static string Of(string method, RoutePattern address)
    {
        var names = from segment in address.PathSegments
                    from part in segment.Parts.OfType<RoutePatternLiteralPart>()
                    where part.Content != "v1"
                    select part.Content;
        var verb = HttpMethods.IsPut(method) ? "put" : HttpMethods.IsDelete(method) ? "delete" : null;
        return string.Join('-', verb is null ? names : names.Append(verb));
    }

    /// <summary>The parameters of the address, joined by <c>/</c>; null where there is none, or one is no text.</summary>
    public static string? Subject(HttpContext http, RoutePattern address)
    {
        try
        {
            var parts = address.Parameters.Select(parameter => RouteText.Segment(http, parameter.Name)).ToList();
            return parts.Count == 0 ? null : string.Join('/', parts);
        }
        catch (ApiProblemException)
        {
            return null;
        }
    }
}
