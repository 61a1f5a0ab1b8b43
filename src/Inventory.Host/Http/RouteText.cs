using Microsoft.AspNetCore.Http.Features;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Http.Values;

namespace RetailSync.Inventory.Host.Http;

/// <summary>
/// Identifiers in a path, percent-decoded exactly once. Routing's own values will not do: they keep <c>%2F</c> but decode
/// everything else, so that A%2FB and A%252FB, two SKUs, would look the same.
/// </summary>
public static class RouteText
{
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static Sku Sku(HttpContext http) =>
        Domain.Sku.TryParse(Segment(http, "sku"), out var sku) ? sku
        : throw ApiProblemException.Invalid(new FieldRefusal("sku", Fields.SkuForm));

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static LocationId Location(HttpContext http, string name = "location") =>
        LocationId.TryParse(Segment(http, name), out var location) ? location
        : throw ApiProblemException.Invalid(new FieldRefusal(name, Fields.NameForm));

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static ChannelId Channel(HttpContext http, string name = "id") =>
        ChannelId.TryParse(Segment(http, name), out var channel) ? channel
        : throw ApiProblemException.Invalid(new FieldRefusal(name, Fields.NameForm));

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static RuleId Rule(HttpContext http) =>
        RuleId.TryParse(Segment(http, "id"), out var rule) ? rule
        : throw ApiProblemException.Invalid(new FieldRefusal("id", Fields.NameForm));

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: it is no text that can be kept.</exception>
    public static string Segment(HttpContext http, string parameter)
    {
        var pattern = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.PathSegments ?? [];
        var index = pattern.ToList().FindIndex(segment => segment.Parts is [{ IsParameter: true } part] && Named(part, parameter));
        var sent = Segments(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget);
        var text = sent.Length == pattern.Count && index >= 0
            ? Uri.UnescapeDataString(sent[index])
            : http.GetRouteValue(parameter) as string ?? "";
        return StorableText.Is(text) ? text : throw ApiProblemException.Invalid(new FieldRefusal(parameter, StorableText.Form));
    }

    private static bool Named(Microsoft.AspNetCore.Routing.Patterns.RoutePatternPart part, string parameter) =>
        part is Microsoft.AspNetCore.Routing.Patterns.RoutePatternParameterPart { Name: var name } && name == parameter;

    /// <summary>A target is a path, or (through a proxy) a whole URL.</summary>
    private static string[] Segments(string target)
    {
        var path = target.Split('?', 2)[0];
        if (!path.StartsWith('/'))
        {
            var authority = path.IndexOf("://", StringComparison.Ordinal);
            var root = authority < 0 ? -1 : path.IndexOf('/', authority + 3);
            path = root < 0 ? "/" : path[root..];
        }

        return path.TrimEnd('/')[Math.Min(1, path.TrimEnd('/').Length)..].Split('/');
    }
}
