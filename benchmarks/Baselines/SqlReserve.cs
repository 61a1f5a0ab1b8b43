using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>
/// One unit of one SKU in one transaction: store the reservation, take the unit where one is available, write the event. One statement, one round trip.
/// </summary>
internal static class SqlReserve
{
    public const int Connections = 8;

    public static readonly PositionKey HotSku = PositionKey.Parse("10001@S001");

    private const string Sql = """
        with taken as (
            update position set reserved = reserved + $3, version = version + 1
            where key = $2 and on_hand - reserved >= $3 and not exists (select from reservation where id = $1)
            returning version
        ), stored as (
            insert into reservation (id, channel, state, expires_at) select $1, 'web', 'held', now() + interval '15 minutes' from taken
        )
        insert into event (stream, version, type, body) select $2, version, 'stock-reserved', $4 from taken
        """;

    private const string Script = """
        \set id random(1, 9000000000000000000)
        with taken as (
            update position set reserved = reserved + 1, version = version + 1
            where key = '10001@S001' and on_hand - reserved >= 1 and not exists (select from reservation where id = :id::bigint::text)
            returning key, version
        ), stored as (
            insert into reservation (id, channel, state, expires_at) select :id::bigint::text, 'web', 'held', now() + interval '15 minutes' from taken
        )
        insert into event (stream, version, type, body)
        select key, version, 'stock-reserved', ('{"reservation":"' || :id::bigint::text || '","channel":"web","quantity":1}')::jsonb from taken;
        """;

    private static readonly BestOf<string> Best = new("Npgsql", "pgbench");

    public static Task<double> Rate(Conditions conditions) =>
        Best.Measure(conditions, (under, client) => client == "pgbench" ? ByPgBench(under) : ByNpgsql(under));

    private static async Task<double> ByNpgsql(Conditions conditions)
    {
        await using var database = await HandWritten.Create(conditions, [HotSku]);
        await using var source = database.Connections(Connections);
        var clients = await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ => await source.OpenConnectionAsync()));
        long number = 0;
        var rate = await Measure.Rate(Connections, conditions, async caller =>
            await Hold(clients[caller], FormattableString.Invariant($"order-{Interlocked.Increment(ref number):D12}"), HotSku.ToString(), 1));
        await SqlIngest.Check(database, number);
        return rate;
    }

    private static async Task<double> ByPgBench(Conditions conditions)
    {
        await using var database = await HandWritten.Create(conditions, [HotSku]);
        return await PgBench.Rate(conditions, database, Script, Connections);
    }

    /// <summary>1 when held, 0 when there is not enough or the reservation is known.</summary>
    public static async Task<int> Hold(NpgsqlConnection connection, string reservation, string position, decimal quantity)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new() { Value = reservation },
                new() { Value = position },
                new() { Value = quantity },
                new() { Value = Body(reservation, quantity), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        return await command.ExecuteNonQueryAsync() > 0 ? 1 : 0;
    }

    public static string Body(string reservation, decimal quantity) =>
        FormattableString.Invariant($$"""{"reservation":"{{reservation}}","channel":"web","quantity":{{quantity}}}""");
}
