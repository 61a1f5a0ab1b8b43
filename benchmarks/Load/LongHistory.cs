using System.Globalization;
using NodaTime;

namespace RetailSync.Benchmarks.Load;

/// <summary>
/// A database with years behind it: every position stocked through the product, then sold from, event by event, in the order of time, so that
/// a position's events lie scattered as they do in life. Written by SQL, since it is not what is measured; made once, and only read.
/// </summary>
internal static class LongHistory
{
    /// <summary>The position whose events are many.</summary>
    public const string LongStream = "long@S001";

    public const int LongStreamEvents = 100_000;

    /// <summary>5,000,000 unless <c>RETAILSYNC_BENCHMARKS_EVENTS</c> says otherwise.</summary>
    public static readonly int Events =
        int.TryParse(Environment.GetEnvironmentVariable("RETAILSYNC_BENCHMARKS_EVENTS"), CultureInfo.InvariantCulture, out var events) ? events : 5_000_000;

    /// <summary>When the first is sold: tomorrow, since nobody can have recorded it before the stock that it is sold from.</summary>
    public static readonly Instant Begin = Instant.FromUnixTimeSeconds(((TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() / 86_400) + 1) * 86_400);

    private static FreshDatabase? _made;

    /// <summary>Half-way between the first sale and the last of this many at a position, a minute apart.</summary>
    public static Instant Middle(int each) => Begin + Duration.FromMinutes(each / 2);

    public static async Task<FreshDatabase> Database(Conditions conditions)
    {
        if (_made is not null)
        {
            return _made;
        }

        var load = new EvenLoad("ours", conditions.Positions, conditions.PerBatch);
        var product = await Product.Start(conditions, load);
        var database = await product.StopAndKeep();
        await database.Run(
            Sell(string.Create(CultureInfo.InvariantCulture, $"{Events / conditions.Positions}"), "select id, version from inventory.mt_streams"));
        await database.Run("insert into inventory.mt_streams (id, version, timestamp, created, tenant_id, is_archived) values ('long@S001', 0, now(), "
            + "now(), '*DEFAULT*', false)");
        await database.Run(
            """
            insert into inventory.position (sku, location, version, on_hand, unsellable, reserved, in_transit, recorded_at, newest_movement_at)
            values ('long', 'S001', 0, 0, 0, 0, 0, now(), '2026-01-01T00:00:00Z')
            """);
        await database.Run(
            Sell(LongStreamEvents.ToString(CultureInfo.InvariantCulture), "select id, version from inventory.mt_streams where id = 'long@S001'"));
        await database.Settle();
        return _made = database;
    }

    /// <summary>
    /// So many sales of one unit at each of these streams, a minute apart, with streams, positions and the memory of ids as the product would leave them.
    /// </summary>
    private static string Sell(string each, string streams) =>
        $"""
         create temporary table sold on commit drop as
           select nextval('inventory.mt_events_sequence') as sequence, s.id as stream, s.version + v as version, p.on_hand - v as on_hand,
             '{Begin}'::timestamptz + v * interval '1 minute' as at
           from generate_series(1, {each}) as v cross join ({streams}) as s join inventory.position p on p.sku || '@' || p.location = s.id order by v;
         insert into inventory.mt_events (seq_id, id, stream_id, version, data, type, timestamp, tenant_id, correlation_id, is_archived)
           select sequence, gen_random_uuid(), stream, version,
             jsonb_build_object('source', 'history', 'id', 'sale-' || sequence, 'occurredAt',
               to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'quantity', 1, 'change', -1, 'onHandAfter', on_hand),
             'stock_sold', at, '*DEFAULT*', 'history', false
           from sold;
         insert into inventory.recorded_movement (source, id, sequence) select 'history', 'sale-' || sequence, sequence from sold;
         update inventory.position p set version = n.version, on_hand = n.on_hand, recorded_at = n.at, newest_movement_at = n.at
           from (select distinct on (stream) * from sold order by stream, version desc) as n where p.sku || '@' || p.location = n.stream;
         update inventory.mt_streams s set version = n.version, timestamp = n.at
           from (select stream, max(version) as version, max(at) as at from sold group by stream) as n where s.id = n.stream;
         """;
}
