using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>One movement in one transaction, which is one statement and one round trip.</summary>
internal static class SqlSingle
{
    private const string Sql = """
        with fresh as (
            insert into movement_name (source, id, content) values ($1, $2, $3) on conflict do nothing returning id
        ), moved as (
            update position set on_hand = on_hand + $5, version = version + 1
            where key = $4 and exists (select from fresh)
            returning version, on_hand
        )
        insert into event (stream, version, type, body, on_hand_after, correlation_id) select $4, version, 'stock_sold', $6, on_hand, 'benchmark' from moved
        """;

    // The same through pgbench, which costs less than a client in .NET and can only make up its values on the server or as numbers.
    private const string Script = """
        \set id random(1, 9000000000000000000)
        \set position random(0, :positions - 1)
        \set quantity random(1, 3)
        with fresh as (
            insert into movement_name (source, id, content) values ('even/baseline', :id::bigint::text, :id) on conflict do nothing returning id
        ), moved as (
            update position set on_hand = on_hand - :quantity, version = version + 1
            where key = (10001 + :position % 200)::text || '@S' || lpad((:position / 200 + 1)::text, 3, '0') and exists (select from fresh)
            returning key, version, on_hand
        )
        insert into event (stream, version, type, on_hand_after, correlation_id, body)
        select key, version, 'stock_sold', on_hand, 'benchmark',
          ('{"source":"even/baseline","id":"' || :id::bigint::text || '","quantity":' || :quantity::int::text || ',"occurredAt":"2025-11-24T10:00:00Z","document":"receipt-000124","change":-' || :quantity::int::text || '}')::jsonb
        from moved;
        """;

    private static readonly BestOf<Way> Best = new(
        new(8, false), new(16, false), new(32, false), new(64, false), new(16, true), new(32, true), new(64, true));

    public static Task<double> Rate(Conditions conditions) =>
        Best.Measure(conditions, (under, way) => way.PgBench ? ByPgBench(under, way.Connections) : ByNpgsql(under, way.Connections));

    private static async Task<double> ByNpgsql(Conditions conditions, int connections)
    {
        var load = new EvenLoad("baseline", conditions.Positions, 1);
        await using var database = await HandWritten.Create(conditions, load.Positions);
        await using var source = database.Connections(connections);
        var writers = await Task.WhenAll(Enumerable.Range(0, connections).Select(async _ => await source.OpenConnectionAsync()));
        long number = 0;
        var rate = await Measure.Rate(
            connections, conditions, async caller => await Record(writers[caller], (Sale)load.Batch(Interlocked.Increment(ref number))[0]));
        await SqlIngest.Check(database, number);
        return rate;
    }

    private static async Task<int> Record(NpgsqlConnection connection, Sale sale)
    {
        var body = SqlIngest.Body(sale);
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new() { Value = sale.Name.Source },
                new() { Value = sale.Name.Id },
                new() { Value = SqlIngest.Content(body) },
                new() { Value = sale.Position.ToString() },
                new() { Value = -sale.Quantity },
                new() { Value = body, NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };
        return await command.ExecuteNonQueryAsync();
    }

    private static async Task<double> ByPgBench(Conditions conditions, int connections)
    {
        await using var database = await HandWritten.Create(conditions, new EvenLoad("baseline", conditions.Positions, 1).Positions);
        return await PgBench.Rate(conditions, database, Script, connections);
    }

    private sealed record Way(int Connections, bool PgBench)
    {
        public override string ToString() => $"{Connections} connections by {(PgBench ? "pgbench" : "Npgsql")}";
    }
}
