using Microsoft.AspNetCore.Http.HttpResults;

namespace RetailSync.Inventory.Host.Http.Pipeline;

/// <summary>RFC 9457 <c>application/problem+json</c> with a stable <c>code</c>.</summary>
internal static class Problem
{
    /// <summary>The answer to a refused request, for those who need not throw it: a refusal is not exceptional where stock is short.</summary>
    public static ProblemHttpResult Of(ApiProblemException refused)
    {
        Dictionary<string, object?> members = new(refused.Members);
        if (refused.Errors.Count > 0)
        {
            members["errors"] = refused.Errors.Select(error => new { field = error.Field, detail = error.Why });
        }

        return Of(refused.Status, refused.Code, refused.Message, members);
    }

    public static ProblemHttpResult Of(int status, string code, string detail, Dictionary<string, object?>? members = null)
    {
        Dictionary<string, object?> extensions = new(members ?? []) { ["code"] = code };
        return TypedResults.Problem(detail, statusCode: status, title: Title(code), type: $"urn:retailsync:problem:{code}", extensions: extensions);
    }

    /// <summary>invalid-request reads Invalid request.</summary>
    private static string Title(string code) => char.ToUpperInvariant(code[0]) + code[1..].Replace('-', ' ');
}
