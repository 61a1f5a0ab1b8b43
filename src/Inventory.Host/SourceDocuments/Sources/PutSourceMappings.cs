using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Channels;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Receive;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Sources;

/// <param name="ExternalId">What the source writes: a GLN, a code.</param>
public sealed record LocationMappingBody([property: JsonPropertyName("theirs")] string ExternalId, string Location);

/// <param name="ExternalId">What the source writes: a GTIN, a number of the buyer or the supplier.</param>
public sealed record SkuMappingBody([property: JsonPropertyName("theirs")] string ExternalId, string Sku);

/// <param name="Locations">What it calls our locations.</param>
/// <param name="Skus">What it calls our SKUs.</param>
public sealed record SourceMappingsBody(IReadOnlyList<LocationMappingBody>? Locations, IReadOnlyList<SkuMappingBody>? Skus);

/// <param name="Locations">How many names of locations were sent.</param>
/// <param name="Skus">How many names of SKUs were sent.</param>
/// <param name="Replayed">How many lines that waited for one of them are recorded now.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record SourceMappingsAnswer(int Locations, int Skus, int Replayed, long Sequence);

/// <summary>What a source calls our locations and SKUs.</summary>
public static class PutSourceMappings
{
    private const int MostRows = 10_000;

    [WolverinePut("/v1/sources/{source}/mappings")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Map a source's names", "Adds to the mappings that exist, as JSON or as CSV with the columns `theirs` and `location` or `sku` or both, of which a row "
        + "fills one. Lines in quarantine that waited for one of these names are replayed; a call that is aborted is continued by the same one again.",
        Body = typeof(SourceMappingsBody), BodyTypes = [RequestBody.Json, RequestBody.Csv],
        Problems = ["400 invalid-request", "413 batch-too-large", "415 unsupported-media-type", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<SourceMappingsAnswer>> Put(
        HttpContext http, [NotBody] SourceMappings mappings, [NotBody] ReplayDocumentLines replay, [NotBody] ReadYourWrites writes)
    {
        var source = PutSource.SourceOf(http);
        _ = new QueryText(http.Request);
        var mediaType = RequestBody.MediaType(http.Request, RequestBody.Json, RequestBody.Csv);
        List<(string Kind, SourceMapping Mapping)> rows;
        using (var body = await RequestBody.Read(http.Request, http.RequestAborted))
        {
            rows = Rows(mediaType, body.Memory);
        }

        if (rows.GroupBy(row => (row.Kind, row.Mapping.ExternalId)).FirstOrDefault(same => same.Distinct().Count() > 1) is { Key: var twice })
        {
            throw ApiProblemException.Invalid(new FieldRefusal("theirs", $"'{twice.ExternalId}' is mapped to two"));
        }

        var caller = Caller.Of(http);
        foreach (var kind in rows.GroupBy(row => row.Kind, row => row.Mapping))
        {
            await mappings.Put(source, kind.Key, kind, caller.Actor, http.RequestAborted);
        }

        var replayed = await replay.ReplayWaiting(
            source, [.. rows.Select(row => $"{row.Kind}:{row.Mapping.ExternalId}").Distinct()], caller, Provenance.Of(http), http.RequestAborted);
        return TypedResults.Ok(new SourceMappingsAnswer(
            rows.Count(row => row.Kind == SourceMappings.OfLocations), rows.Count(row => row.Kind == SourceMappings.OfSkus), replayed,
            await writes.NewestSequence(http.RequestAborted)));
    }

    [WolverineGet("/v1/sources/{source}/mappings")]
    [Authorize(Roles = $"{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A source's names", "Of our SKUs, or of our locations, by name.",
        Query = ["kind: `sku` (the default) or `location`", "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<SourceMapping>>> Get(HttpContext http, [NotBody] SourceMappings mappings)
    {
        var source = PutSource.SourceOf(http);
        var query = new QueryText(http.Request, "kind", "limit", "after");
        var limit = query.Limit();
        var kind = query.Choice("kind", SourceMappings.OfSkus, SourceMappings.OfLocations) ?? SourceMappings.OfSkus;
        return TypedResults.Ok(Page<SourceMapping>.Of(
            await mappings.List(source, kind, query.Text("after") ?? "", limit + 1, http.RequestAborted), limit, row => row.ExternalId));
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>; 413 <c>batch-too-large</c>: there are more than 10,000.</exception>
    internal static List<(string Kind, SourceMapping Mapping)> Rows(string mediaType, ReadOnlyMemory<byte> body)
    {
        var rows = mediaType == RequestBody.Csv ? OfCsv(body) : OfJson(body.Span);
        return rows.Count <= MostRows ? rows
            : throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "batch-too-large", $"A call has at most {MostRows} mappings.");
    }

    private static List<(string Kind, SourceMapping Mapping)> OfJson(ReadOnlySpan<byte> body)
    {
        var fields = new Fields("locations", "skus");
        if (!fields.ReadJson(body))
        {
            throw ApiProblemException.Malformed("The body must be one JSON object, well-formed and in UTF-8.");
        }

        var (locations, skus) = (fields.Nested("locations", '['), fields.Nested("skus", '['));
        if (locations is null && skus is null)
        {
            fields.Refuse("locations", "is missing, and so is 'skus'");
        }

        fields.ThrowIfRefused();
        return [.. Rows(locations, "locations", SourceMappings.OfLocations), .. Rows(skus, "skus", SourceMappings.OfSkus)];
    }

    private static IEnumerable<(string Kind, SourceMapping Mapping)> Rows(string? json, string list, string kind)
    {
        if (json is null)
        {
            yield break;
        }

        var row = new Fields("theirs", kind);
        using var document = JsonDocument.Parse(json);
        var index = 0;
        foreach (var element in document.RootElement.EnumerateArray().Take(MostRows + 1))
        {
            row.ReadJson(Encoding.UTF8.GetBytes(element.GetRawText()));
            yield return Read(row, kind, $"{list}[{index++}]");
        }
    }

    private static List<(string Kind, SourceMapping Mapping)> OfCsv(ReadOnlyMemory<byte> body)
    {
        var table = new CsvRecords(new StringReader(Encoding.UTF8.GetString(body.Span)));
        string[] columns = ["theirs", SourceMappings.OfLocations, SourceMappings.OfSkus];
        string[] header = table.Read() ? [.. table.Cells.Select(cell => cell.Trim())] : [];
        if (!header.Contains("theirs") || header.Length < 2 || header.Except(columns).Any() || header.Distinct().Count() != header.Length)
        {
            throw ApiProblemException.Malformed("The header must have theirs, and location or sku or both.");
        }

        List<(string, SourceMapping)> rows = [];
        var row = new Fields(columns);
        while (rows.Count <= MostRows && table.Read())
        {
            row.Clear();
            if (table.Broken is not null || table.Cells.Count != header.Length)
            {
                row.Refuse("line", table.Broken ?? $"has {table.Cells.Count} cells where the header has {header.Length}");
            }
            else if (table.Cells.Any(cell => cell.Contains('\uFFFD')))
            {
                row.Refuse("line", "is not text in UTF-8");
            }

            foreach (var (name, cell) in header.Zip(table.Cells))
            {
                row.SetCell(name, cell.Trim());
            }

            var kind = row.Has(SourceMappings.OfLocations) ? SourceMappings.OfLocations : SourceMappings.OfSkus;
            if (row.Has(SourceMappings.OfLocations) && row.Has(SourceMappings.OfSkus))
            {
                row.Refuse("sku", "and 'location' are both filled");
            }

            rows.Add(Read(row, kind, $"line {table.Line}"));
        }

        return rows;
    }

    private static (string Kind, SourceMapping Mapping) Read(Fields row, string kind, string place)
    {
        var externalId = row.Refusals.Count == 0 ? row.Identifier("theirs") : "";
        var ours = row.Refusals.Count > 0 ? "" : kind == SourceMappings.OfLocations ? row.Location(kind).Value : row.Sku(kind).Value;
        return row.Refusals.Count == 0 ? (kind, new SourceMapping(externalId, ours))
            : throw ApiProblemException.Invalid([.. row.Refusals.Select(refusal => refusal with { Field = $"{place}.{refusal.Field}" })]);
    }
}
