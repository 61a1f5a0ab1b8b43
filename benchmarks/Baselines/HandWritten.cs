using Npgsql;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>The tables that somebody would write who needs just this: events with a version per stream, the idempotency keys, positions.</summary>
internal static class HandWritten
{
    private const string Tables = """
        create table position (
            key text primary key,
            on_hand numeric not null,
            reserved numeric not null default 0,
            version bigint not null
        ) with (fillfactor = 70);

        create table event (
            sequence bigint generated always as identity primary key,
            stream text not null,
            version bigint not null,
            type text not null,
            body jsonb not null,
            on_hand_after numeric,
            correlation_id text,
            recorded_at timestamptz not null default now(),
            unique (stream, version)
        );

        -- the content distinguishes a repeat from another movement under the same id
        create table movement_name (
            source text not null,
            id text not null,
            content bigint not null,
            primary key (source, id)
        );

        create table reservation (
            id text primary key,
            channel text not null,
            state text not null,
            expires_at timestamptz not null
        );
        """;

    /// <summary>A fresh database with the tables and a stocked row for each of <paramref name="positions"/>.</summary>
    public static async Task<FreshDatabase> Create(Conditions conditions, IEnumerable<PositionKey> positions)
    {
        var database = await FreshDatabase.Create(conditions);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using (var tables = source.CreateCommand(Tables))
        {
            await tables.ExecuteNonQueryAsync();
        }

        await using (var stock = source.CreateCommand("insert into position (key, on_hand, version) select key, 1000000000, 0 from unnest($1) key"))
        {
            stock.Parameters.Add(new() { Value = positions.Select(position => position.ToString()).ToArray() });
            await stock.ExecuteNonQueryAsync();
        }

        await database.Settle();
        return database;
    }
}
