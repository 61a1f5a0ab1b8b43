using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Skus;

/// <param name="Sku">What is in the assortment.</param>
/// <param name="Unit">The unit in which it is kept; null for the first in which a movement comes.</param>
/// <param name="Decimals">Fraction digits that its quantities may have; null for any.</param>
/// <param name="Packs">What comes in packs.</param>
/// <param name="Name">What people call it; null where nobody has said.</param>
/// <param name="Class">As it is registered; null where it goes by units sold.</param>
/// <param name="Version">How often it was written; also its ETag.</param>
/// <param name="By">Who wrote this version.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null when read.</param>
public sealed record SkuAnswer(
    string Sku, string? Name, string? Class, string? Unit, int? Decimals, IReadOnlyList<SkuPack> Packs, IReadOnlyList<string> Aliases, int Version,
    string? By, long? Sequence = null)
{
    public static SkuAnswer Of(SkuProfile profile, int version, string? by) =>
        new(profile.Sku.Value, profile.Name, profile.Class, profile.Unit, profile.Decimals, profile.Packs, profile.Aliases, version, by);
}

/// <param name="Imported">How many SKUs the table has.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record SkusAnswer(int Imported, long Sequence);

/// <summary>What is registered of SKUs: unit, packs, other names.</summary>
public static class PutSku
{
    private const int MostRows = 10_000;

    private static readonly string[] Columns = ["sku", "unit", "decimals", "packs", "aliases", "name", "class"];

    [WolverinePut("/v1/skus/{sku}")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Register a SKU", "Adds it to the assortment, or replaces what is registered: the unit in which it is kept, packs with how much they hold, and "
        + "other names of it, what people call it, and its class. With `Ingestion:RequireKnownSkus` movements of SKUs that are not registered are quarantined "
        + "as `unknown-sku`. `If-Match` guards "
        + "against a lost update.",
        Body = typeof(SkuBody),
        Problems = ["400 invalid-request", "409 alias-taken", "409 unit-in-use", "412 precondition-failed", "415 unsupported-media-type"])]
    public static async Task<Ok<SkuAnswer>> Put(HttpContext http, [NotBody] SkuRegistry skus, [NotBody] SkuNames names, [NotBody] ReadYourWrites writes)
    {
        var sku = RouteText.Sku(http);
        _ = new QueryText(http.Request);
        var reader = new SkuReader();
        await RequestBody.ReadInto(reader.Fields, http.Request, mayBeEmpty: true);
        if (reader.Fields.Has("sku"))
        {
            reader.Fields.Refuse("sku", "belongs in the address");
        }

        var profile = reader.Read(sku, isTable: false);
        reader.Fields.ThrowIfRefused();
        var by = Caller.Of(http).Actor;
        var (versions, change) = await skus.Put([profile], EntityTag.Condition(http), by, http.RequestAborted);
        names.Begin(change);
        ActionNote.Set(http, after: SkuAnswer.Of(profile, versions[0], by.Name));
        http.Response.Headers.ETag = FormattableString.Invariant($"\"{versions[0]}\"");
        return TypedResults.Ok(SkuAnswer.Of(profile, versions[0], by.Name) with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    [WolverineGet("/v1/skus/{sku}")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What is registered of a SKU", "Unit, packs, names and class, with its `ETag`.",
        Problems = ["400 invalid-request", "404 unknown-sku"])]
    public static async Task<Results<Ok<SkuAnswer>, StatusCodeHttpResult>> Get(HttpContext http, [NotBody] SkuRegistry skus)
    {
        var sku = RouteText.Sku(http);
        _ = new QueryText(http.Request);
        if (await skus.Read(sku, http.RequestAborted) is not var (profile, version, by))
        {
            throw ApiProblemException.NotFound("unknown-sku", "Nothing is registered of this SKU.");
        }

        return EntityTag.IsKnown(http, version.ToString(CultureInfo.InvariantCulture)) ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(SkuAnswer.Of(profile, version, Actor.NameIn(by)));
    }

    [WolverinePost("/v1/skus")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Register SKUs", "A table with the columns `sku`, `unit`, `decimals`, `packs` (`CS:12;PL:480`, each with `:GTIN` behind it or not), "
        + "`aliases` (`;` between them), `name` and `class`; all but `sku` may be left out. All rows are registered, or none. At most 10,000.",
        Body = typeof(SkuBody), BodyTypes = [RequestBody.Csv],
        Problems = ["400 invalid-request", "409 alias-taken", "409 unit-in-use", "413 batch-too-large", "415 unsupported-media-type"])]
    public static async Task<Ok<SkusAnswer>> Post(HttpContext http, [NotBody] SkuRegistry skus, [NotBody] SkuNames names, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        RequestBody.MediaType(http.Request, RequestBody.Csv);
        using var body = await RequestBody.Read(http.Request, http.RequestAborted);
        var profiles = Rows(body.Memory);
        names.Begin((await skus.Put(profiles, _ => true, Caller.Of(http).Actor, http.RequestAborted)).Change);
        return TypedResults.Ok(new SkusAnswer(profiles.Count, await writes.NewestSequence(http.RequestAborted)));
    }

    private static List<SkuProfile> Rows(ReadOnlyMemory<byte> body)
    {
        var table = new CsvRecords(new StringReader(Encoding.UTF8.GetString(body.Span)));
        if (!table.Read())
        {
            throw ApiProblemException.Malformed("The body has no header.");
        }

        string[] header = [.. table.Cells.Select(cell => cell.Trim())];
        if (table.Broken is not null || !header.Contains("sku") || header.Except(Columns).Any() || header.Distinct().Count() != header.Length)
        {
            throw ApiProblemException.Malformed($"The header must have 'sku', and of {string.Join(", ", Columns)} each at most once.");
        }

        var reader = new SkuReader();
        var profiles = new Dictionary<Sku, SkuProfile>();
        List<FieldRefusal> refusals = [];
        while (table.Read())
        {
            if (profiles.Count == MostRows)
            {
                throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "batch-too-large", $"A call has at most {MostRows} SKUs.");
            }

            reader.Fields.Clear();
            if (table.Broken is not null || table.Cells.Count != header.Length)
            {
                reader.Fields.Refuse("line", table.Broken ?? $"has {table.Cells.Count} cells where the header has {header.Length}");
            }
            else if (table.Cells.Any(cell => cell.Contains('\uFFFD')))
            {
                reader.Fields.Refuse("line", "is not text in UTF-8");
            }

            foreach (var (name, cell) in header.Zip(table.Cells))
            {
                reader.Fields.SetCell(name, cell.Trim());
            }

            var sku = reader.Fields.Sku("sku");
            if (!profiles.TryAdd(sku, reader.Read(sku, isTable: true)) && reader.Fields.Refusals.Count == 0)
            {
                reader.Fields.Refuse("sku", "is in the table twice");
            }

            refusals.AddRange(reader.Fields.Refusals.Select(refusal => refusal with { Field = $"line {table.Line}.{refusal.Field}" }));
            if (refusals.Count >= 10)
            {
                break;
            }
        }

        return refusals.Count > 0 ? throw ApiProblemException.Invalid(refusals) : [.. profiles.Values];
    }
}
