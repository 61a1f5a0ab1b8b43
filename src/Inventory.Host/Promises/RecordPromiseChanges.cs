using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Promises;

/// <summary>
/// Compares the promises at risk of each reservation with what was recorded of it last, and records what differs, once, as a message to its channel. The
/// reservation itself is the truth, so that nothing is lost where a host stops in between; what changes and changes back within a second is nothing.
/// </summary>
public sealed class RecordPromiseChanges(NpgsqlDataSource database, IClock clock)
{
    /// <summary>Changes that are recorded at once; the rest follows a second later.</summary>
    private const int AtOnce = 1_000;

    private static readonly string Sql =
        $"""
         with risky as (
           select channel, id, jsonb_agg(jsonb_build_object(
               'sku', sku, 'quantity', units->'quantity', 'promisedOn', units->'promisedOn', 'expectedOn', units->'expectedOn',
               'document', units->'risk'->'document', 'reason', units->'risk'->'reason') order by line, part) as at_risk
           from ({ReservationTable.SelectAtRisk("$1")}) as parts group by channel, id),
         known as (select channel, reservation as id, at_risk from {PublicationTables.PromiseChange} where is_open),
         changed as (
           select coalesce(risky.channel, known.channel) as channel, coalesce(risky.id, known.id) as id, coalesce(risky.at_risk, '[]') as at_risk
           from risky full join known on known.channel = risky.channel and known.id = risky.id
           where risky.at_risk is distinct from known.at_risk order by 1, 2 limit {AtOnce}),
         closed as (
           update {PublicationTables.PromiseChange} as before set is_open = false from changed
           where before.is_open and before.channel = changed.channel and before.reservation = changed.id)
         insert into {PublicationTables.PromiseChange} (sequence, channel, reservation, of_order, at_risk, is_open, at, due_at, attempts)
         select (select coalesce(max(sequence), 0) from {PublicationTables.PromiseChange}) + row_number() over (order by changed.channel, changed.id),
           changed.channel, changed.id, r.body->'ledger'->>'order', changed.at_risk, changed.at_risk <> '[]', $1, $1, 0
         from changed join {InventorySchema.Name}.{ReservationTable.Name} as r on r.channel = changed.channel and r.id = changed.id
         where r.state in ('held', 'confirmed', 'fulfilled') and (r.state <> 'held' or r.expires_at > $1)
         """;

    /// <returns>How many changes were recorded.</returns>
    public async Task<int> Run(CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);

        // One host at a time assigns sequences; another one would record the same.
        await using var isAlone = new NpgsqlCommand("select pg_try_advisory_xact_lock(hashtextextended('promise-changes', 0))", connection, transaction);
        if (await isAlone.ExecuteScalarAsync(cancellation) is not true)
        {
            return 0;
        }

        await using var command = new NpgsqlCommand(Sql, connection, transaction);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        var recorded = await command.ExecuteNonQueryAsync(cancellation);
        await transaction.CommitAsync(cancellation);
        return recorded;
    }
}
