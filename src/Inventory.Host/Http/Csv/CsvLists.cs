using System.Net.Mime;
using System.Text.Json;
using CsvHelper;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Http.Csv;

/// <summary>
/// Every list is a table too: whoever accepts <c>text/csv</c> gets the page with a column for each field of the items, under the names that they have in JSON.
/// Texts are written as <see cref="CsvText"/> says, lists and objects as JSON. The next page is in the header <c>Link</c>. Endpoints know of pages only; those
/// that write tables themselves, of all that there is, say <c>406 not-acceptable</c>.
/// </summary>
public static class CsvLists
{
    public const string MediaType = "text/csv";

    /// <summary>The type of the items of an endpoint whose pages are written as tables here; null for any other endpoint.</summary>
    public static Type? ItemsOf(IEnumerable<object> metadata)
    {
        var all = metadata.ToList();
        return all.OfType<DescribesAttribute>().Any(describes => describes.Problems.Contains("406 not-acceptable")) ? null
            : all.OfType<IProducesResponseTypeMetadata>().Where(produced => produced.StatusCode == StatusCodes.Status200OK)
                .Select(produced => produced.Type).FirstOrDefault(type => type is { IsGenericType: true } && type.GetGenericTypeDefinition() == typeof(Page<>))
                ?.GenericTypeArguments[0];
    }

    public static IApplicationBuilder UseCsvLists(this IApplicationBuilder app) => app.Use(next => http =>
        http.GetEndpoint() is { } endpoint && ItemsOf(endpoint.Metadata) is { } items
            && ContentNegotiation.Preferred(http.Request, MediaTypeNames.Application.Json, MediaType) == MediaType
            ? Write(http, items, next) : next(http));

    private static async Task Write(HttpContext http, Type items, RequestDelegate next)
    {
        var body = http.Response.Body;
        using var page = new MemoryStream();
        http.Response.Body = page;
        try
        {
            await next(http);
        }
        finally
        {
            http.Response.Body = body;
        }

        var isPage = http.Response.StatusCode == StatusCodes.Status200OK
            && http.Response.ContentType?.StartsWith(MediaTypeNames.Application.Json, StringComparison.Ordinal) == true;
        var answer = isPage ? Table(http, items, page) : page.GetBuffer().AsMemory(0, (int)page.Length);
        if (answer.Length > 0)
        {
            http.Response.ContentLength = null;
            await http.Response.Body.WriteAsync(answer, http.RequestAborted);
        }
    }

    private static ReadOnlyMemory<byte> Table(HttpContext http, Type type, MemoryStream page)
    {
        using var document = JsonDocument.Parse(page.GetBuffer().AsMemory(0, (int)page.Length));
        var items = document.RootElement.GetProperty("items").EnumerateArray().ToList();
        var options = http.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;

        // Those of the type first, so that a table without rows has columns, and the order is always the same.
        List<string> columns =
        [
            .. options.GetTypeInfo(type).Properties.Where(property => property.Get is not null).Select(property => property.Name)
                .Concat(items.SelectMany(item => item.EnumerateObject().Select(field => field.Name))).Distinct(),
        ];
        var table = new MemoryStream();
        using (var csv = CsvWriter.Create(table, leaveOpen: true))
        {
            csv.WriteHeader([.. columns]);
            foreach (var item in items)
            {
                csv.WriteRecord([.. columns.Select(column => item.TryGetProperty(column, out var field) ? Cell(field) : null)]);
            }
        }

        http.Response.ContentType = $"{MediaType}; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"list.csv\"";
        if (document.RootElement.GetProperty("next").GetString() is { } next)
        {
            var query = http.Request.Query.Where(parameter => parameter.Key != "after")
                .Select(parameter => KeyValuePair.Create(parameter.Key, (string?)parameter.Value));
            var link = QueryHelpers.AddQueryString(http.Request.PathBase + http.Request.Path.ToUriComponent(), query.Append(new("after", next)));
            http.Response.Headers.Append(HeaderNames.Link, $"<{link}>; rel=\"next\"");
        }

        return table.GetBuffer().AsMemory(0, (int)table.Length);
    }

    private static string? Cell(JsonElement field) => field.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => CsvText.Of(field.GetString()),
        _ => field.GetRawText(),
    };
}
