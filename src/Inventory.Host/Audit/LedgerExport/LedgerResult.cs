using System.Net.Mime;
using System.Reflection;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.Extensions.Options;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using JsonOptions = Microsoft.AspNetCore.Http.Json.JsonOptions;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>The ledger, written as it is read: as a page of JSON, or wholly as CSV or Parquet.</summary>
/// <param name="type">The media type that the caller accepts.</param>
public sealed class LedgerResult(string type, LedgerQuestion question, ReadLedger ledger, ExportSlots slots) : IResult, IEndpointMetadataProvider
{
    public static void PopulateMetadata(MethodInfo method, EndpointBuilder builder) =>
        builder.Metadata.Add(new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(Page<LedgerPosition>), [MediaTypeNames.Application.Json]));

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var slot = await slots.Enter(httpContext);
        var options = httpContext.RequestServices.GetRequiredService<IOptions<JsonOptions>>().Value.SerializerOptions;
        httpContext.Response.ContentType = type == ParquetLedger.MediaType ? type : $"{type}; charset=utf-8";
        if (type != RequestBody.Json)
        {
            httpContext.Response.Headers.ContentDisposition = $"attachment; filename=\"ledger.{(type == CsvLedger.MediaType ? "csv" : "parquet")}\"";
        }

        await using LedgerWriter writer = type switch
        {
            CsvLedger.MediaType => new CsvLedger(httpContext.Response.Body),
            ParquetLedger.MediaType => new ParquetLedger(httpContext.Response.Body),
            _ => new JsonLedger(httpContext.Response.Body, options),
        };
        await StreamedExport.Write(httpContext, writer, () => ledger.Write(question, writer, null, httpContext.RequestAborted));
    }
}
