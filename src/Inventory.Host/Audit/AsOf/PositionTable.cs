using System.Globalization;
using CsvHelper;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Audit.LedgerExport;
using RetailSync.Inventory.Host.Http.Csv;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.Audit.AsOf;

/// <summary>Positions as CSV, written as they are read.</summary>
public sealed class PositionTable(IAsyncEnumerable<PositionAnswer> positions, ExportSlots slots) : IResult
{
    private const int BufferBytes = 64 * 1024;

    private static readonly string[] Columns =
        ["sku", "location", "onHand", "unsellable", "reserved", "inTransit", "safetyStock", "available", "countedAt", "version"];

    public async Task ExecuteAsync(HttpContext httpContext)
    {
        using var slot = await slots.Enter(httpContext);
        httpContext.Response.ContentType = $"{CsvLedger.MediaType}; charset=utf-8";
        httpContext.Response.Headers.ContentDisposition = "attachment; filename=\"positions.csv\"";
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
        catch (Exception failure) when (httpContext.Response.HasStarted && !httpContext.RequestAborted.IsCancellationRequested)
        {
            await StreamedExport.BreakOff(httpContext, failure, () => httpContext.Response.Body.WriteAsync(CsvLedger.Interrupted));
        }

        async Task Send()
        {
            await csv.FlushAsync(httpContext.RequestAborted);
            await httpContext.Response.Body.WriteAsync(rows.GetBuffer().AsMemory(0, (int)rows.Length), httpContext.RequestAborted);
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
