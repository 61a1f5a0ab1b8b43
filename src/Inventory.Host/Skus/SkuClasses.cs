using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Skus;

/// <summary>
/// How much each SKU matters: the class that is registered of it, else by units sold: <c>A</c> for those that make the first 80 % of all units, <c>B</c> to
/// 95 %, <c>C</c> for the rest and for what was not sold. Sold is what was recorded in the last 28 days, of the newest <see cref="MostEvents"/> events at the
/// most, so that working them out takes seconds however long the log is. They are kept in a table for a day.
/// </summary>
public static class SkuClasses
{
    /// <summary>Of a SKU without a row in the table.</summary>
    public const string Lowest = "C";

    /// <summary>Events that are read to work the classes out.</summary>
    private const int MostEvents = 5_000_000;

    private const int TimeoutSeconds = 600;

    private static readonly Duration Lookback = Duration.FromDays(28);
    private static readonly Duration KeptFor = Duration.FromDays(1);

    private static readonly string Sold =
        $"'{InventorySchema.EventNames[typeof(StockSold)]}', '{InventorySchema.EventNames[typeof(ReservationFulfilled)]}'";

    /// <summary>A registered class counts at once. Parameters: <c>text[]</c> SKUs, <c>text[]</c> classes, null where none is registered.</summary>
    internal const string Register =
        $"""
         insert into {SkuTables.Classes} (sku, class) select sku, class from unnest($1, $2) as put(sku, class) where class is not null
         on conflict (sku) do update set class = excluded.class
         """;

    /// <summary>Works them out anew where they are older than a day. Two hosts that do so at once do it once.</summary>
    public static async Task Refresh(NpgsqlDataSource database, Instant now, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run(connection, "select pg_advisory_xact_lock(hashtextextended('retailsync/sku-classes', 0))", cancellation);
        if (await Run(connection, MeasuredSince, cancellation, now - KeptFor) is true)
        {
            return;
        }

        await Run(connection, $"delete from {SkuTables.Classes}", cancellation);
        await Run(connection, Insert, cancellation, now - Lookback);
        await Run(connection, Measured, cancellation, now);
        await transaction.CommitAsync(CancellationToken.None);
    }

    private const string Name = "sku-classes";

    private const string MeasuredSince = $"select exists (select from {OperationsTables.Measurements} where name = '{Name}' and measured_at > $1)";

    private const string Measured =
        $"""
         insert into {OperationsTables.Measurements} (name, value, measured_at)
         select '{Name}', count(*), $1 from {SkuTables.Classes}
         on conflict (name) do update set value = excluded.value, measured_at = excluded.measured_at
         """;

    /// <summary>Parameter: since when. A SKU is in the class in which its first unit is, so that the most sold one is always an A.</summary>
    private static readonly string Insert =
        $"""
         with sold as (
           select left(stream_id, length(stream_id) - strpos(reverse(stream_id), '@')) as sku, sum((data->>'quantity')::numeric) as units
           from {InventorySchema.Name}.mt_events
           where seq_id > (select coalesce(max(seq_id), 0) - {MostEvents} from {InventorySchema.Name}.mt_events) and timestamp >= $1 and type in ({Sold})
           group by 1),
         ranked as (select sku, units, sum(units) over (order by units desc, sku) - units as before, sum(units) over () as total from sold)
         insert into {SkuTables.Classes} (sku, class, sold)
         select coalesce(p.sku, s.sku),
           coalesce(p.class, case when s.before < 0.8 * s.total then 'A' when s.before < 0.95 * s.total then 'B' else '{Lowest}' end), coalesce(s.units, 0)
         from ranked s full join (select sku, class from {SkuTables.Profiles} where class is not null) p on p.sku = s.sku
         """;

    private static async Task<object?> Run(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        foreach (var parameter in parameters)
        {
            command.Parameters.AddWithValue(parameter);
        }

        return await command.ExecuteScalarAsync(cancellation);
    }
}
