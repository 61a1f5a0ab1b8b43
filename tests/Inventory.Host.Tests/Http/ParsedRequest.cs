using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Tests.Http;

/// <summary>For tests of how an endpoint parses its request, without a host.</summary>
internal static class ParsedRequest
{
    public static readonly Caller Ops = With(Role.Ops);

    public static IQueryCollection Query(string text) => new QueryCollection(QueryHelpers.ParseQuery(text));

    public static Caller With(string role, string[]? channels = null, string[]? locations = null) =>
        new("tester", new HashSet<string> { role }, new HashSet<string>(channels ?? []), new HashSet<string>(locations ?? []));

    /// <summary>The fields that are refused, in order; where none is named, the code of the problem; empty when nothing is refused.</summary>
    public static string Refused(Action parse)
    {
        try
        {
            parse();
            return "";
        }
        catch (ApiProblemException refused)
        {
            return refused.Errors.Count == 0 ? refused.Code : string.Join(' ', refused.Errors.Select(error => error.Field));
        }
    }
}
