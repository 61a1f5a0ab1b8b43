using System.Data;
using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Audit.AsOf;

/// <summary>A fact that was recorded after an instant and counts at or before it: a late one, or a correction.</summary>
/// <param name="Version">Its place among the events of the position, from 1.</param>
/// <param name="Type">The type of the movement.</param>
/// <param name="Quantity">What was reported; null when it is said not to have occurred.</param>
/// <param name="OccurredAt">When it happened, by the source's clock; of a correction, when it was made.</param>
/// <param name="RecordedAt">When it was recorded here.</param>
/// <param name="Source">Who reported it; null for a reservation.</param>
/// <param name="Id">The source's name for it.</param>
/// <param name="Corrects">The id of the movement that it corrects; that one may have occurred after the instant.</param>
/// <param name="Sequence">Its place among all events.</param>
public sealed record LateEvent(
    long Version, string Type, decimal? Quantity, Instant OccurredAt, Instant RecordedAt, string? Source, string Id, string? Document, string? Corrects,
    long Sequence);

/// <summary>A position whose past was known otherwise at an instant than it is known now.</summary>
/// <param name="OnHandThen">On-hand at the instant, from what had been recorded by then.</param>
/// <param name="OnHandNow">On-hand at the instant, from all that is known today.</param>
/// <param name="UnsellableThen">Units of these that might not be sold, from what had been recorded by then.</param>
/// <param name="UnsellableNow">The same from all that is known today.</param>
/// <param name="InTransitThen">Units expected, from what had been recorded by then.</param>
/// <param name="InTransitNow">The same from all that is known today.</param>
/// <param name="Events">What has been recorded since and counts at or before the instant, the first 20.</param>
/// <param name="EventsLeftOut">How many more there are.</param>
public sealed record AsOfChange(
    string Sku, string Location, decimal OnHandThen, decimal OnHandNow, decimal UnsellableThen, decimal UnsellableNow, decimal InTransitThen,
    decimal InTransitNow, IReadOnlyList<LateEvent> Events, int EventsLeftOut);

/// <summary>
/// Finds positions that have such events. No index has them, so positions are looked at in their order, at the most <see cref="PositionsOfPage"/> for a page;
/// position checkpoints say of sixteen events at a time that none of them is one.
/// </summary>
public sealed class ReadAsOfChanges([FromKeyedServices(ConnectionPools.Audit)] NpgsqlDataSource database, PositionAsOfReader past)
{
    /// <summary>Positions that are looked at for one page; it may have fewer items than were asked for, and a next page all the same.</summary>
    public const int PositionsOfPage = 20_000;

    private const int PositionsAtOnce = 1_000;

    private const int EventsOfPosition = 20;

    private static readonly string Corrected = Projections.InventorySchema.EventNames[typeof(MovementCorrected)];

    public async Task<Page<AsOfChange>> Page(PositionSelection selection, Instant at, int count, CancellationToken cancellation)
    {
        List<AsOfChange> changes = [];
        var after = selection.After;
        for (var looked = 0; looked < PositionsOfPage && changes.Count < count; looked += PositionsAtOnce)
        {
            var some = selection with { After = after, Limit = PositionsAtOnce };
            var late = await Late(some, at, cancellation);
            foreach (var change in late.Count == 0 ? [] : await Differing(late, at, cancellation))
            {
                changes.Add(change);
                if (changes.Count == count)
                {
                    return new Page<AsOfChange>(changes, $"{change.Sku}@{change.Location}");
                }
            }

            after = await Last(some, cancellation);
            if (after is null)
            {
                return new Page<AsOfChange>(changes, null);
            }
        }

        return new Page<AsOfChange>(changes, after.ToString());
    }

    /// <returns>Null where there are not as many.</returns>
    private async Task<PositionKey?> Last(PositionSelection some, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand();
        command.CommandText = $"{(some with { Limit = 1 }).AddTo(command.Parameters)} offset {PositionsAtOnce - 1}";
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? KeyOf(reader) : null;
    }

    /// <summary>Those of these positions that have late events, with these.</summary>
    private async Task<List<(PositionKey Key, List<LateEvent> Events)>> Late(PositionSelection some, Instant at, CancellationToken cancellation)
    {
        List<(PositionKey Key, List<LateEvent> Events)> late = [];
        await using var command = database.CreateCommand();
        var keys = some.AddTo(command.Parameters);
        command.Parameters.AddWithValue(at);
        command.CommandText = Select(keys, string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}"));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (StoredEvents.Read(reader.GetString("type"), reader.GetFieldValue<byte[]>("data")) is not StockFact fact
                || (fact.OccurredAt > at && fact is not MovementCorrected))
            {
                continue;
            }

            var key = KeyOf(reader);
            if (late.Count == 0 || late[^1].Key != key)
            {
                late.Add((key, []));
            }

            late[^1].Events.Add(Shown(fact, reader));
        }

        return late;
    }

    private static LateEvent Shown(StockFact fact, NpgsqlDataReader row) => new(
        row.GetInt64("version"), Positions.Events.ListPositionEvents.Word(fact), fact is MovementCorrected { DidNotOccur: true } ? null : fact.Quantity,
        fact.OccurredAt, row.GetFieldValue<Instant>("timestamp"), fact.Source.Length == 0 ? null : fact.Source, fact.Id, fact.Document,
        (fact as MovementCorrected)?.Corrects, row.GetInt64("seq_id"));

    private static PositionKey KeyOf(NpgsqlDataReader row) => new(Sku.Parse(row.GetString("sku")), LocationId.Parse(row.GetString("location")));

    /// <summary>Those of them whose numbers differ: what is late may be absorbed by a count, or be undone.</summary>
    private async Task<IReadOnlyList<AsOfChange>> Differing(
        List<(PositionKey Key, List<LateEvent> Events)> late, Instant at, CancellationToken cancellation)
    {
        var keys = new PositionSelection { Keys = late.ConvertAll(one => one.Key) };
        var (then, now) = (await Balances(Knowledge.Then), await Balances(Knowledge.Now));
        return
        [
            .. from one in late
               let before = then[one.Key]
               let after = now[one.Key]
               where before != after
               select new AsOfChange(
                   one.Key.Sku.Value, one.Key.Location.Value, before.OnHand, after.OnHand, before.Unsellable, after.Unsellable, before.InTransit,
                   after.InTransit, [.. one.Events.Take(EventsOfPosition)], Math.Max(0, one.Events.Count - EventsOfPosition)),
        ];

        // Reservations are decided here, and known alike.
        async Task<Dictionary<PositionKey, StockBalance>> Balances(Knowledge knowledge) =>
            await past.All(keys, new AsOfQuestion(at, knowledge), cancellation)
                .ToDictionaryAsync(position => position.Key, position => StockBalance.Of(position.Position), cancellationToken: cancellation);
    }

    private static string Select(string keys, string at) =>
        $"""
         select p.sku, p.location, e.version, e.seq_id, e.type, e.data, e.timestamp
         from (select sku, location, sku || '@' || location as stream from ({keys}) as k) as p
         cross join lateral (
           select h.* from (
             select after, version from {AuditTables.Balances} where stream = p.stream and recorded_until > {at} and counts_from <= {at}
             union all
             select coalesce((select version from {AuditTables.Balances} where stream = p.stream order by version desc limit 1), 0), 9223372036854775807
           ) as part
           cross join lateral (
             select version, seq_id, type, data, timestamp from {EventHistory.Of("p.stream", from: "part.after + 1", to: "part.version")}
             where timestamp > {at} and (type = '{Corrected}' or (data->>'occurredAt')::timestamptz - interval '1 microsecond' <= {at}) offset 0) as h
           order by h.version offset 0) as e
         order by p.sku, p.location, e.version
         """;
}
