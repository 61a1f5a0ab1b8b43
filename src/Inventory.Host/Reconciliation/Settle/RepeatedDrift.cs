using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <summary>One cause in one place again and again is no accident: an alert, for as long as most of the latest comparisons of the system find it.</summary>
internal static class RepeatedDrift
{
    private const int Latest = 5;
    private const int Often = 3;
    private const int MostAlerts = 1_000;

    private static readonly Duration Lookback = Duration.FromDays(7);

    public static async Task UpdateAlerts(NpgsqlDataSource database, Instant now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             with recent as (
               select id, system, row_number() over (partition by system order by taken_at desc, id desc) as place
               from {ReconciliationTables.Runs} where compared_at is not null and received_at > $1)
             select r.system, d.sku, d.location, d.field, d.attribution->0->>'cause' as cause, count(*) as runs
             from recent r join {ReconciliationTables.Drifts} d on d.run = r.id
             where r.place <= {Latest} group by 1, 2, 3, 4, 5 having count(*) >= {Often} order by 1, 2, 3, 4, 5 limit {MostAlerts}
             """);
        command.Parameters.AddWithValue(now - Lookback);
        var findings = new List<Finding>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                var (system, sku, location, field, cause) =
                    (reader.GetString("system"), reader.GetString("sku"), reader.GetString("location"), reader.GetString("field"), reader.GetString("cause"));
                findings.Add(new Finding(
                    AlertKind.RepeatedDrift, $"{system} {sku}@{location} {field} {cause}",
                    $"{field} differs from {system} for the same cause, {cause}, in {reader.GetInt64("runs")} of the latest {Latest} comparisons.",
                    sku, location));
            }
        }

        await AlertTable.Update(database, [AlertKind.RepeatedDrift], findings, now, cancellation);
    }
}
