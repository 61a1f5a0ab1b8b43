using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using NodaTime.Text;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>A batch of movements in one statement and one transaction: store the ids, move the positions, write the events of what was new.</summary>
internal sealed class SqlIngest(NpgsqlConnection connection)
{
    public const int Connections = 2;

    // Positions are taken in the order of their keys: two batches never wait for each other in a circle.
    private const string Sql = """
        with incoming as materialized (
            select * from unnest($2::text[], $3::bigint[], $4::text[], $5::numeric[], $6::jsonb[]) as line (id, content, key, change, body)
        ), fresh as (
            insert into movement_name (source, id, content)
            select $1, id, content from incoming
            on conflict do nothing
            returning id
        ), moved as (
            insert into position as known (key, on_hand, version)
            select key, change, 1 from incoming join fresh using (id) order by key
            on conflict (key) do update set on_hand = known.on_hand + excluded.on_hand, version = known.version + 1
            returning known.key, known.version, known.on_hand
        )
        insert into event (stream, version, type, body, on_hand_after, correlation_id)
        select key, version, 'stock_sold', body, on_hand, 'benchmark' from incoming join fresh using (id) join moved using (key)
        """;

    public async Task<int> Record(IReadOnlyList<Movement> movements)
    {
        var lines = movements.Cast<Sale>().ToArray();
        var bodies = Array.ConvertAll(lines, Body);
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            Parameters =
            {
                new() { Value = lines[0].Name.Source },
                new() { Value = Array.ConvertAll(lines, line => line.Name.Id) },
                new() { Value = Array.ConvertAll(bodies, Content) },
                new() { Value = Array.ConvertAll(lines, line => line.Position.ToString()) },
                new() { Value = Array.ConvertAll(lines, line => -line.Quantity) },
                new() { Value = bodies, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb },
            },
        };
        return await command.ExecuteNonQueryAsync();
    }

    /// <summary>What the product's event keeps of a sale; on-hand afterwards is a column here, since only the server has it.</summary>
    public static string Body(Sale sale) => FormattableString.Invariant(
        $$"""{"source":"{{sale.Name.Source}}","id":"{{sale.Name.Id}}","quantity":{{sale.Quantity}},"occurredAt":"{{InstantPattern.ExtendedIso.Format(sale.OccurredAt)}}","document":"{{sale.Document}}","change":{{-sale.Quantity}}}""");

    public static long Content(string body) => BinaryPrimitives.ReadInt64LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes(body)));

    /// <summary>Batches from two connections for as long as the conditions say.</summary>
    public static async Task<double> Rate(Conditions conditions)
    {
        var load = new EvenLoad("baseline", conditions.Positions, conditions.PerBatch);
        await using var database = await HandWritten.Create(conditions, load.Positions);
        await using var source = database.Connections(Connections);
        var writers = await Writers(source);
        long number = 0;
        var rate = await Measure.Rate(Connections, conditions, async caller =>
            await writers[caller].Record(load.Batch(Interlocked.Increment(ref number))));
        await Check(database, number * conditions.PerBatch);
        return rate;
    }

    public static async Task<SqlIngest[]> Writers(NpgsqlDataSource source) =>
        await Task.WhenAll(Enumerable.Range(0, Connections).Select(async _ => new SqlIngest(await source.OpenConnectionAsync())));

    /// <summary>A baseline that leaves work undone would be no baseline.</summary>
    public static async Task Check(FreshDatabase database, long movements)
    {
        var (events, versions) = (await database.Scalar("select count(*) from event"), await database.Scalar("select sum(version) from position"));
        if (events != movements || versions != movements)
        {
            throw new InvalidOperationException($"{movements} movements left {events} events and {versions} versions.");
        }
    }
}
