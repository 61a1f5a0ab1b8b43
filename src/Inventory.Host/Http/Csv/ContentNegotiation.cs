using Microsoft.Net.Http.Headers;

namespace RetailSync.Inventory.Host.Http.Csv;

/// <summary>Which of several forms a caller wants, by <c>Accept</c>.</summary>
internal static class ContentNegotiation
{
    /// <summary>Also sets <c>Vary</c>, or a cache on the way would serve one caller the format that another one requested.</summary>
    /// <returns>The format that the caller prefers; the first if it prefers none.</returns>
    /// <exception cref="ApiProblemException">406 <c>not-acceptable</c>.</exception>
    public static string Of(HttpRequest request, params string[] offered) => Preferred(request, offered)
        ?? throw new ApiProblemException(StatusCodes.Status406NotAcceptable, "not-acceptable", $"The answer can be had as {string.Join(" or ", offered)}.");

    /// <summary>Also sets <c>Vary</c>.</summary>
    /// <returns>The format that the caller prefers; the first if it prefers none; null if it accepts none of them.</returns>
    public static string? Preferred(HttpRequest request, params string[] offered)
    {
        request.HttpContext.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Accept);
        var wanted = request.GetTypedHeaders().Accept;
        if (wanted is not { Count: > 0 })
        {
            return offered[0];
        }

        var liked = from accepted in wanted
                    where accepted.Quality != 0
                    orderby accepted.Quality ?? 1 descending
                    from form in offered
                    where new MediaTypeHeaderValue(form).IsSubsetOf(new MediaTypeHeaderValue(accepted.MediaType))
                    select form;
        return liked.FirstOrDefault();
    }
}
