using System.Globalization;
using System.Runtime.CompilerServices;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>A position at an instant.</summary>
/// <param name="Key">Which.</param>
/// <param name="Position">As it was; <see cref="StockPosition.Empty"/> before its first event.</param>
/// <param name="Sequence">The newest event of all that the answer has seen.</param>
public readonly record struct PositionThen(PositionKey Key, StockPosition Position, long Sequence);

/// <summary>Positions at an instant, folded from their events of one snapshot, one after the other: as many as there are take no more memory than one.</summary>
public sealed class ReadAsOf(NpgsqlDataSource database)
{
    private const string Schema = Projections.Projections.Schema;

    private static readonly string HoldMoved = Projections.Projections.EventNames[typeof(ReservationChanged)];

    /// <returns>Null when nothing was ever recorded of it.</returns>
    public async Task<PositionThen?> One(PositionKey key, AsOfQuestion question, CancellationToken cancellation)
    {
        await foreach (var position in All(PositionSelection.One(key), question, cancellation))
        {
            return position;
        }

        return null;
    }

    public async IAsyncEnumerable<PositionThen> All(PositionSelection selection, AsOfQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand { Connection = connection, CommandTimeout = 0 };
        var keys = selection.AddTo(command.Parameters);
        command.Parameters.AddWithValue(question.At);
        var at = string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}");

        // What was recorded later does not count for what was known then: the server need not send it.
        command.CommandText =
            $"""
             select p.n, p.sku, p.location, newest.sequence, e.type, e.data, e.timestamp, e.hold_ends
             from (select row_number() over (order by sku, location) as n, sku, location from ({keys}) as k) as p
             cross join (select coalesce(max(seq_id), 0) as sequence from {Schema}.mt_events) as newest
             left join lateral (
               select version, type, data, timestamp,
                 case when type = '{HoldMoved}' then (select r.expires_at from {Schema}.{ReservationTable.Name} r where r.id = data->>'reservation') end as hold_ends
               from {EventHistory.Of("p.sku || '@' || p.location")} where {(question.Knowledge == Knowledge.Then ? $"timestamp <= {at}" : $"{at} is not null")}
               order by version offset 0) as e on true
             order by p.n, e.version
             """;
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (number, key, sequence) = (0L, default(PositionKey), 0L);
        var folding = new PositionAsOf(question.At, question.Knowledge);
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetInt64(0) != number)
            {
                if (number > 0)
                {
                    yield return new PositionThen(key, folding.Result(), sequence);
                }

                (number, sequence) = (reader.GetInt64(0), reader.GetInt64(3));
                key = new PositionKey(Sku.Parse(reader.GetString(1)), LocationId.Parse(reader.GetString(2)));
                folding = new PositionAsOf(question.At, question.Knowledge);
            }

            if (!reader.IsDBNull(4))
            {
                var happened = StoredEvents.Read(reader.GetString(4), reader.GetFieldValue<byte[]>(5));
                folding.Add(new RecordedEvent(reader.GetFieldValue<Instant>(6), happened, reader.IsDBNull(7) ? null : reader.GetFieldValue<Instant>(7)));
            }
        }

        if (number > 0)
        {
            yield return new PositionThen(key, folding.Result(), sequence);
        }
    }
}
