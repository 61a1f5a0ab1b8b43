using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Promises;

/// <summary>Alerts on promises that are at risk: one for each channel, SKU and document, however many reservations it is about.</summary>
public static class PromiseAlerts
{
    private static readonly string Sql =
        $"""
         select channel, sku, units->'risk'->>'document' as document, count(distinct id) as reservations, sum((units->>'quantity')::numeric) as quantity
         from ({ReservationTable.SelectAtRisk("$1")}) as risky group by 1, 2, 3 order by quantity desc limit 1000
         """;

    /// <param name="now">The instant of the look.</param>
    public static async Task<List<Finding>> Find(NpgsqlDataSource database, Instant now, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReservationTable.OnlyIndexes));
        batch.BatchCommands.Add(new NpgsqlBatchCommand(Sql) { Parameters = { new() { Value = now } } });
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.NextResultAsync(cancellation);
        List<Finding> findings = [];
        while (await reader.ReadAsync(cancellation))
        {
            var (channel, sku, document) = (reader.GetString("channel"), reader.GetString("sku"), reader.GetString("document"));
            findings.Add(new Finding(
                AlertKind.PromiseAtRisk, $"{channel}/{sku} {document}",
                FormattableString.Invariant(
                    $"{reader.GetDecimal("quantity"):0.####} units in {reader.GetInt64("reservations")} reservations of {channel} were promised by {document} and do not come in time."),
                sku, Channel: channel));
        }

        return findings;
    }
}
