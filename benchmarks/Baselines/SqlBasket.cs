using Npgsql;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>A basket in one transaction: lock its rows in the order of their keys, then take all of it or nothing. Two statements in one round trip.</summary>
internal static class SqlBasket
{
    private const string Lock = "select count(*) from (select from position where key = any($1) order by key for no key update) locked";

    // A statement of its own, so that it sees what was committed before the locks were granted.
    private const string Take = """
        with wanted as materialized (
            select * from unnest($1::text[], $2::numeric[]) as line (key, quantity)
        ), stored as (
            insert into reservation (id, channel, state, expires_at)
            select $3, 'web', 'held', now() + interval '15 minutes'
            where (select count(*) = cardinality($1) and bool_and(on_hand - reserved >= quantity) from wanted join position using (key))
            on conflict do nothing
            returning id
        ), moved as (
            update position set reserved = reserved + quantity, version = version + 1
            from wanted
            where position.key = wanted.key and exists (select from stored)
            returning position.key, position.version, quantity
        )
        insert into event (stream, version, type, body)
        select key, version, 'stock-reserved', jsonb_build_object('reservation', $3, 'channel', 'web', 'quantity', quantity) from moved
        """;

    /// <summary>Baskets a second over 8 connections.</summary>
    /// <param name="conditions">How long, and on how many positions.</param>
    /// <param name="positions">All there are.</param>
    /// <param name="draw">The distinct positions of one basket.</param>
    public static async Task<double> Rate(Conditions conditions, IReadOnlyList<PositionKey> positions, Func<Random, IReadOnlyList<PositionKey>> draw)
    {
        await using var database = await HandWritten.Create(conditions, positions);
        await using var source = database.Connections(SqlReserve.Connections);
        var clients = await Task.WhenAll(Enumerable.Range(0, SqlReserve.Connections).Select(async _ => await source.OpenConnectionAsync()));
        var random = Enumerable.Range(0, SqlReserve.Connections).Select(caller => new Random(caller)).ToArray();
        long number = 0, lines = 0;
        var rate = await Measure.Rate(SqlReserve.Connections, conditions, async caller =>
        {
            var basket = draw(random[caller]).Select(position => position.ToString()).ToArray();
            Interlocked.Add(ref lines, basket.Length);
            return await Hold(clients[caller], FormattableString.Invariant($"order-{Interlocked.Increment(ref number):D12}"),
                basket, [.. basket.Select(_ => 1m)]);
        });
        await SqlIngest.Check(database, lines);
        return rate;
    }

    private static async Task<int> Hold(NpgsqlConnection connection, string reservation, string[] keys, decimal[] quantities)
    {
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(Lock) { Parameters = { new() { Value = keys } } },
                new(Take) { Parameters = { new() { Value = keys }, new() { Value = quantities }, new() { Value = reservation } } },
            },
        };
        return await batch.ExecuteNonQueryAsync() > 0 ? 1 : 0;
    }
}
