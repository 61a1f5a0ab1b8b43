using System.Globalization;
using CsvHelper;
using Microsoft.AspNetCore.Authorization;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Audit.AsOf;

public static class GetAsOf
{
    private const int BufferBytes = 64 * 1024;

    private static readonly string[] Columns =
        ["sku", "location", "onHand", "unsellable", "reserved", "inTransit", "safetyStock", "available", "countedAt", "version"];

    [WolverineGet("/v1/audit/as-of")]
    [Authorize(Roles = $"{Role.Finance},{Role.Ops}")]
    [Describes("All positions at an instant", $"By SKU, then location. As pages of JSON, or, by `Accept: {CsvLedger.MediaType}`, all of them as a table.",
        Answer = typeof(Page<PositionAnswer>),
        Query =
        [
            "at: required, an instant", AsOfQuestion.DescribesKnowledge, "sku: of this SKU only", "location: at this location only",
            "limit: 1 to 1,000, default 100", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request", "406 not-acceptable", "429 too-many-exports", "503 not-yet-seen"])]
    public static async Task Get(HttpContext http, [NotBody] ShowAsOf past, [NotBody] ExportSlots slots)
    {
        var query = new QueryText(http.Request, AsOfQuestion.AtParameter, AsOfQuestion.KnowledgeParameter, "sku", "location", "limit", "after");
        var question = AsOfQuestion.Of(query) ?? throw ApiProblemException.Invalid(new FieldRefusal(AsOfQuestion.AtParameter, "is missing"));
        var limit = query.Limit();
        var selection = new PositionSelection(query.Sku("sku"), query.Location("location"), PositionSelection.ReadAfter(query));
        using var slot = await slots.Enter(http);
        if (ContentNegotiation.Of(http.Request, RequestBody.Json, CsvLedger.MediaType) == CsvLedger.MediaType)
        {
            await WriteTable(http, past.All(query.Text("limit") is null ? selection : selection with { Limit = limit }, question, http.RequestAborted));
            return;
        }

        var rows = await past.All(selection with { Limit = limit + 1 }, question, http.RequestAborted).ToListAsync(http.RequestAborted);
        slot.Dispose();
        await Results.Json(Page<PositionAnswer>.Of(rows, limit, PositionAnswer.KeyOf)).ExecuteAsync(http);
    }

    private static async Task WriteTable(HttpContext http, IAsyncEnumerable<PositionAnswer> positions)
    {
        http.Response.ContentType = $"{CsvLedger.MediaType}; charset=utf-8";
        http.Response.Headers.ContentDisposition = "attachment; filename=\"positions.csv\"";
        using var rows = new MemoryStream();
        await using var csv = CsvWriter.Create(rows, leaveOpen: true);
        csv.WriteHeader(Columns);
        try
        {
            await foreach (var position in positions)
            {
                csv.WriteRecord(Fields(position));
                if (rows.Length > BufferBytes)
                {
                    await Send();
                }
            }

            await Send();
        }
        catch (Exception failure) when (http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            await StreamedExport.BreakOff(http, failure, () => http.Response.Body.WriteAsync(CsvLedger.Interrupted));
        }

        async Task Send()
        {
            await csv.FlushAsync(http.RequestAborted);
            await http.Response.Body.WriteAsync(rows.GetBuffer().AsMemory(0, (int)rows.Length), http.RequestAborted);
            rows.SetLength(0);
        }
    }

    private static string?[] Fields(PositionAnswer position) =>
    [
        CsvText.Of(position.Sku), CsvText.Of(position.Location), Text(position.OnHand), Text(position.Unsellable.Values.Sum()), Text(position.Reserved),
        Text(position.InTransit), Text(position.SafetyStock), Text(position.Available),
        position.CountedAt is { } counted ? InstantPattern.ExtendedIso.Format(counted) : null,
        position.Version.ToString(CultureInfo.InvariantCulture),
    ];

    private static string Text(decimal number) => (number == 0 ? 0 : Quantity.Canonical(number)).ToString(CultureInfo.InvariantCulture);
}
