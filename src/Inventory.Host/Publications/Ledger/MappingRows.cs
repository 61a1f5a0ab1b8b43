using System.Text;
using System.Text.Json;
using CsvHelper;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>Reads mappings, as JSON (<c>items</c>) or CSV, strictly: a refusal names the field, as in <c>items[3].theirs</c>.</summary>
internal static class MappingRows
{
    private const string ExternalIdField = "theirs";

    /// <param name="request">The request; its body is JSON or CSV.</param>
    /// <param name="most">The most rows that are accepted.</param>
    /// <param name="ours">The field with our id: <c>sku</c> or <c>location</c>.</param>
    /// <param name="read">Reads that field of a row.</param>
    /// <exception cref="ApiProblemException">400, 413 <c>batch-too-large</c>, 415.</exception>
    public static async Task<List<(string Ours, string ExternalId)>> Read(HttpRequest request, int most, string ours, Func<Fields, string, string> read)
    {
        var mediaType = RequestBody.MediaType(request, RequestBody.Json, RequestBody.Csv);
        using var body = await RequestBody.Read(request, request.HttpContext.RequestAborted);
        List<(string Ours, string ExternalId)> rows = [];
        var row = new Fields(ours, ExternalIdField);
        foreach (var _ in mediaType == RequestBody.Csv ? OfCsv(body.Memory, row, ours) : OfJson(Items(body.Span), row))
        {
            var (own, externalId) = (read(row, ours), row.Identifier(ExternalIdField));
            if (row.Refusals.Count > 0)
            {
                throw ApiProblemException.Invalid([.. row.Refusals.Select(refusal => refusal with { Field = $"items[{rows.Count}].{refusal.Field}" })]);
            }

            if (rows.Count == most)
            {
                throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "batch-too-large", $"A call has at most {most} mappings.");
            }

            rows.Add((own, externalId));
        }

        return rows;
    }

    private static string Items(ReadOnlySpan<byte> body)
    {
        var fields = new Fields("items");
        if (!fields.ReadJson(body))
        {
            throw ApiProblemException.Malformed("The body must be one JSON object, well-formed and in UTF-8.");
        }

        var items = fields.Nested("items", '[');
        if (items is null && fields.Refusals.Count == 0)
        {
            fields.Refuse("items", "is missing");
        }

        fields.ThrowIfRefused();
        return items!;
    }

    /// <summary>Reads one after another into <paramref name="row"/>.</summary>
    private static IEnumerable<Fields> OfJson(string items, Fields row)
    {
        using var document = JsonDocument.Parse(items);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            row.ReadJson(Encoding.UTF8.GetBytes(element.GetRawText()));
            yield return row;
        }
    }

    private static IEnumerable<Fields> OfCsv(ReadOnlyMemory<byte> body, Fields row, string ours)
    {
        using var reader = CsvReader.Create(
            body, new CsvReaderOptions { Separator = ',', Encoding = Encoding.UTF8, HasHeader = false, AllowLineBreaksInQuotes = false });
        if (!reader.Read() || reader.Current.ToArray() is not [var first, var second] || (first.Trim(), second.Trim()) != (ours, ExternalIdField))
        {
            throw ApiProblemException.Malformed($"The header must be {ours},{ExternalIdField}.");
        }

        while (reader.Read())
        {
            row.Clear();
            if (reader.Current.ToArray() is [var own, var externalId])
            {
                row.SetCell(ours, own);
                row.SetCell(ExternalIdField, externalId);
            }

            yield return row;
        }
    }
}
