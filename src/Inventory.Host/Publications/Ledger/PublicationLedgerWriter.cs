using System.Globalization;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Detection;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>A quantity as calculated now, to be compared with the one in the ledger.</summary>
/// <param name="Channel">The channel that it is for.</param>
/// <param name="Sku">The SKU.</param>
/// <param name="Number">The quantity that the channel may promise.</param>
/// <param name="Causes">The events that caused it, newest last.</param>
/// <param name="Places">The same by location, for channels with location mappings.</param>
/// <param name="OpenOrderUnits"><see cref="PublishedNumber.OpenOrderUnits"/></param>
public readonly record struct DesiredNumber(
    ChannelId Channel, string Sku, ChannelPromise Number, IReadOnlyList<Guid> Causes, PlacedNumber? Places = null, string? OpenOrderUnits = null);

/// <summary>How far the detector has processed the event log.</summary>
/// <param name="Settled">All events up to this sequence are processed.</param>
/// <param name="Grounds">The plan fingerprint of the last full comparison.</param>
/// <param name="Compared">The last SKU of a comparison that is under way; null when none is.</param>
/// <param name="Newest">The newest event that is processed; 0 where it is not known.</param>
/// <param name="Missing">Sequences up to it that are not, as a PostgreSQL multirange.</param>
/// <param name="Again">Whether another comparison follows the one that is under way.</param>
public sealed record FollowerCheckpoint(
    long Settled, string Grounds, string? Compared, long Newest = 0, string Missing = FollowerCheckpoint.NoneMissing, bool Again = false)
{
    private const string NoneMissing = "{}";

    /// <summary>With more ranges than this <see cref="Newest"/> is stated lower than it is.</summary>
    private const int MostRanges = 1_000;

    /// <summary>The checkpoint after everything that a tail has returned.</summary>
    public FollowerCheckpoint Follow(EventTail tail)
    {
        var watermark = tail.Watermark;
        var isCut = watermark.Missing.Count > MostRanges;
        var ranges = watermark.Missing.Take(MostRanges).Select(range => string.Create(CultureInfo.InvariantCulture, $"[{range.First},{range.Last}]"));
        return this with
        {
            Settled = tail.Settled,
            Newest = isCut ? watermark.Missing[MostRanges].First - 1 : watermark.Newest,
            Missing = $"{{{string.Join(',', ranges)}}}",
        };
    }
}

/// <summary>
/// Writes desired quantities to the publication ledger. One host at a time does, in an epoch of its own; one statement numbers each change in its channel's
/// sequence and moves the checkpoint, so that sequences have no gap and each event is processed exactly once.
/// </summary>
public sealed class PublicationLedgerWriter([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock)
{
    /// <summary>The most causes that are recorded of a quantity: the newest ones.</summary>
    public const int MostCauses = 20;

    private const int Zero = 0;
    private const int Other = 1;

    /// <summary>The SQL expression of locations that may have been published and are no longer mapped.</summary>
    private const string Leaving =
        """
        case when p.sent_places is null and p.acknowledged_places is null and p.leaving is null and excluded.places is null then null else (
          select jsonb_agg(known.name order by known.name) from (
            select jsonb_object_keys(p.sent_places) union select jsonb_object_keys(p.acknowledged_places) union select jsonb_array_elements_text(p.leaving)
            union select '' where p.sent_quantity is not null and p.sent_places is null) as known (name)
          where case when excluded.places is null then known.name <> '' else not excluded.places ? known.name end) end
        """;

    /// <summary>
    /// Whether, with the same quantity, more units are in the channel's own open orders: a hold has become an order. The channel deducts them itself from now
    /// on, so the quantity has to be published again. Fewer units need no publication: those were shipped, and the channel has deducted them.
    /// </summary>
    private static readonly string HasMoreInOpenOrders = $"{Sum("c.in_orders")} > {Sum("p.in_orders")}";

    /// <summary>Updates open order units where the quantity is unchanged. Parameters: channels, SKUs, units in their orders, the epoch.</summary>
    private const string KeepOrdersSql =
        $"""
         with c as (
           select * from unnest($1, $2, $3) as c (channel, sku, in_orders) where exists (select from {PublicationTables.Cursor} where id = 1 and epoch = $4)
         ), locked as (
           select p.channel, p.sku from {PublicationTables.Publication} as p join c using (channel, sku) where p.in_orders is distinct
             from c.in_orders order by p.channel, p.sku for update of p
         )
         update {PublicationTables.Publication} as p set in_orders = c.in_orders from c
         where {PublicationQueue.AreLocked} and p.channel = c.channel and p.sku = c.sku and p.in_orders is distinct from c.in_orders
         """;

    /// <summary>
    /// Records changed quantities. One that becomes zero or stops being zero, in total or at one location, is published first. One that the channel has already
    /// acknowledged is not published.
    /// </summary>
    private static readonly string RecordSql =
        $"""
        with followed as (
          update {PublicationTables.Cursor} set
            settled = greatest(settled, $6), grounds = $7, compared = $8, newest = $13, missing = $14::text::int8multirange, again = $15
          where id = 1 and epoch = $9 returning id
        ), changed as (
          select c.*, row_number() over (partition by c.channel order by c.place) as step
          from unnest($1, $2, $3, $4, $5, $11, $12, $16) with ordinality as c (channel, sku, quantity, level, causes, places, unmapped, in_orders, place)
          left join {PublicationTables.Publication} as p on p.channel = c.channel and p.sku = c.sku
          where exists (select from followed)
            and (p.sku is null or p.quantity <> c.quantity or p.level is distinct from c.level or p.places is distinct from c.places or {HasMoreInOpenOrders})
        ), heads as (
          update {PublicationTables.Head} as h set sequence = h.sequence + n.steps
          from (select channel, count(*) as steps from changed group by channel) as n
          where h.channel = n.channel
          returning h.channel, h.sequence - n.steps as before, h.adapter
        ), numbered as (
          select changed.channel, sku, before + step as sequence, quantity, level, causes, places, unmapped, in_orders, adapter <> 'none' as told
            from changed join heads on heads.channel = changed.channel
        ), history as (
          insert into {PublicationTables.Change} (channel, sequence, sku, quantity, level, at, causes)
          select channel, sequence, sku, quantity, level, $10, causes from numbered
        ), present as (
          insert into {PublicationTables.Publication} as p (channel, sku, sequence, quantity, level, desired_at, causes,
            dirty_since, rank, due_at, attempts, places, unmapped, in_orders)
          select channel, sku, sequence, quantity, level, $10, causes, case when told then $10 end, case when quantity = 0 then {Zero}
            else {Other} end, $10, 0, places, unmapped, in_orders
          from numbered
          order by channel, sku
          on conflict (channel, sku) do update set
            sequence = excluded.sequence, quantity = excluded.quantity, level = excluded.level, desired_at = excluded.desired_at, due_at = excluded.due_at,
            places = excluded.places, unmapped = excluded.unmapped, in_orders = excluded.in_orders, leaving = {Leaving},
            causes = case when p.dirty_since is null then excluded.causes else jsonb_path_query_array(
              p.causes || (select coalesce(jsonb_agg(cause), '[]') from jsonb_array_elements(excluded.causes) as cause where not p.causes @> cause),
                '$[last - {MostCauses - 1} to last]') end,
            dirty_since = case
              when excluded.dirty_since is null then null
              when p.sent_sequence = p.acknowledged_sequence and p.acknowledged_quantity = excluded.quantity
                and p.acknowledged_level is not distinct from excluded.level
                and p.acknowledged_places is not distinct from excluded.places and p.in_orders is not distinct
                  from excluded.in_orders and p.leaving is null then null
              else coalesce(p.dirty_since, excluded.dirty_since) end,
            rank = case when p.sent_quantity is null then excluded.rank when (p.sent_quantity = 0) <> (excluded.quantity = 0)
              or {Leaving} is not null or {Empty("p.sent_places")} <> {Empty("excluded.places")} then {Zero} else {Other} end,
            attempts = 0, error = null, dead_at = null
          returning 1
        )
        select (select count(*) from followed), (select count(*) from present)
        """;

    /// <summary>Channels with their current location mappings. Parameters: channels, adapters, the adapters that publish by location.</summary>
    private const string Registered =
        $"""
         select r.channel, r.adapter, case when r.adapter = any($3) then (
           select md5(string_agg(named.location || chr(9) || named.theirs, chr(10) order by named.location))
             from {ChannelLocations.Table} as named where named.channel = r.channel) end as locations
         from unnest($1, $2) as r (channel, adapter)
         """;

    private long _epoch;

    /// <summary>Takes over as writer in a new epoch, which fences off the writer before. A new ledger begins at <paramref name="newest"/>.</summary>
    public async Task<FollowerCheckpoint> Begin(long newest, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            insert into {PublicationTables.Cursor} as c (id, epoch, settled, grounds) values (1, 1, $1, '')
            on conflict (id) do update set epoch = c.epoch + 1
            returning epoch, settled, grounds, compared, coalesce(again, false)
            """);
        command.Parameters.AddWithValue(newest);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        _epoch = reader.GetInt64(0);
        return new FollowerCheckpoint(reader.GetInt64(1), reader.GetString(2), reader.IsDBNull(3) ? null : reader.GetString(3), Again: reader.GetBoolean(4));
    }

    /// <summary>
    /// Makes sure that each channel has a sequence. When a channel's adapter has changed, everything that was sent or acknowledged through the former one is
    /// discarded.
    /// </summary>
    /// <returns>Whether a channel was new or has other location mappings than before, so that all its quantities have to be calculated.</returns>
    public async Task<bool> Register(IReadOnlyList<(ChannelId Id, string Adapter)> channels, CancellationToken cancellation)
    {
        // Called each second, and nearly always there is nothing to do.
        await using (var ask = database.CreateCommand($"""
            select exists (
              select from ({Registered}) as r left join {PublicationTables.Head} as h on h.channel = r.channel
                where (h.adapter, h.locations) is distinct from (r.adapter, r.locations))
            """))
        {
            AddChannels(ask);
            if (!(bool)(await ask.ExecuteScalarAsync(cancellation))!)
            {
                return false;
            }
        }

        // The lock order of all writers: the heads first, then publications by channel and SKU, so that they cannot deadlock.
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var heads =
            new NpgsqlCommand($"select from {PublicationTables.Head} where channel = any($1) order by channel for update", connection, transaction))
        {
            heads.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, channels, channel => channel.Id.Value));
            await heads.ExecuteNonQueryAsync(cancellation);
        }

        await using var command = new NpgsqlCommand($"""
            with registered as (
              {Registered}
            ), others as (
              select r.*, h.adapter <> r.adapter as speaks_otherwise from registered as r join {PublicationTables.Head} as h on h.channel = r.channel
              where (h.adapter, h.locations) is distinct from (r.adapter, r.locations)
            ), moved as (
              update {PublicationTables.Head} as h set adapter = others.adapter, locations = others.locations from others where h.channel = others.channel
            ), locked as (
              select p.channel, p.sku from {PublicationTables.Publication} as p join others on others.channel = p.channel
                and others.speaks_otherwise order by p.channel, p.sku for update of p
            ), forgotten as (
              update {PublicationTables.Publication} as p
                set sent_sequence = null, sent_quantity = null, sent_level = null, sent_places = null, sent_at = null, acknowledged_sequence = null,
                acknowledged_quantity = null, acknowledged_level = null, acknowledged_places = null, acknowledged_at = null,
                  leaving = null, differs = null, attempts = 0, error = null, dead_at = null, due_at = $4,
                dirty_since = case when others.adapter <> 'none' then $4 end
              from others where {PublicationQueue.AreLocked} and p.channel = others.channel and others.speaks_otherwise
            ), begun as (
              insert into {PublicationTables.Head} (channel, sequence, adapter, locations) select channel, 0, adapter, locations
                from registered on conflict do nothing returning channel
            )
            select (select count(*) from begun) + (select count(*) from others)
            """, connection, transaction);
        AddChannels(command);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        var isNew = (long)(await command.ExecuteScalarAsync(cancellation))! > 0;
        await transaction.CommitAsync(cancellation);
        return isNew;

        void AddChannels(NpgsqlCommand to)
        {
            to.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, channels, channel => channel.Id.Value));
            to.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, channels, channel => channel.Adapter));
            to.Parameters.AddWithValue(Adapters.ByLocation);
        }
    }

    /// <summary>Records those of <paramref name="numbers"/> that differ from the ledger, and the checkpoint.</summary>
    /// <param name="numbers">Each channel and SKU once.</param>
    /// <param name="followed">The checkpoint to record.</param>
    /// <param name="cancellation">Nothing is recorded then, or all of it.</param>
    /// <returns>How many quantities differed.</returns>
    /// <exception cref="NotFollowingException">Another host has taken over.</exception>
    public async Task<int> Record(IReadOnlyList<DesiredNumber> numbers, FollowerCheckpoint followed, CancellationToken cancellation)
    {
        await using var batch = database.CreateBatch();
        var command = new NpgsqlBatchCommand(RecordSql);
        batch.BatchCommands.Add(command);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, numbers, number => number.Channel.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, numbers, number => number.Sku));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, numbers, number => number.Number.Quantity));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, numbers, number => number.Number.Level));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, numbers, number => JsonSerializer.Serialize(number.Causes.TakeLast(MostCauses))));
        command.Parameters.AddWithValue(followed.Settled);
        command.Parameters.AddWithValue(followed.Grounds);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)followed.Compared ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.AddWithValue(_epoch);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, numbers, number => number.Places?.Told));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, numbers, number => number.Places?.Unmapped));
        command.Parameters.AddWithValue(followed.Newest);
        command.Parameters.AddWithValue(followed.Missing);
        command.Parameters.AddWithValue(followed.Again);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, numbers, number => number.OpenOrderUnits));
        if (numbers.Where(number => number.OpenOrderUnits is not null).ToList() is { Count: > 0 } withOrders)
        {
            var keep = new NpgsqlBatchCommand(KeepOrdersSql);
            keep.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, withOrders, number => number.Channel.Value));
            keep.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, withOrders, number => number.Sku));
            keep.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, withOrders, number => number.OpenOrderUnits));
            keep.Parameters.AddWithValue(_epoch);
            batch.BatchCommands.Add(keep);
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetInt64(0) > 0 ? (int)reader.GetInt64(1) : throw new NotFollowingException();
    }

    /// <summary>Requests a rescan of everything from the host that runs the detector.</summary>
    /// <returns>The number of the request, for <see cref="RescanDone"/>; null where no detector has run yet, so that everything will be compared
    /// anyway.</returns>
    public async Task<long?> AskRescan(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"update {PublicationTables.Cursor} set rescan_asked = coalesce(rescan_asked, 0) + 1 where id = 1 returning rescan_asked");
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>The rescan request that is not completed; null where there is none.</summary>
    public async Task<long?> RescanAsked(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select rescan_asked from {PublicationTables.Cursor} where id = 1 and rescan_asked > coalesce(rescan_done, 0)");
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    /// <summary>Records that a rescan is completed, unless another host has taken over: that one repeats it.</summary>
    public async Task FinishRescan(long asked, long corrected, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"update {PublicationTables.Cursor} set rescan_done = $1, rescan_corrected = $2 where id = 1 and epoch = $3");
        command.Parameters.AddWithValue(asked);
        command.Parameters.AddWithValue(corrected);
        command.Parameters.AddWithValue(_epoch);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>How many quantities differed; null until the rescan is completed.</summary>
    public async Task<long?> RescanDone(long asked, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select rescan_corrected from {PublicationTables.Cursor} where id = 1 and rescan_done >= $1");
        command.Parameters.AddWithValue(asked);
        return (long?)await command.ExecuteScalarAsync(cancellation);
    }

    private static string Sum(string places) => $"(select coalesce(sum(units::numeric), 0) from jsonb_each_text({places}) as place (name, units))";

    /// <summary>The SQL expression of locations with a quantity of 0; null where there is one quantity for all locations.</summary>
    private static string Empty(string places) => $"jsonb_path_query_array({places}, '$.keyvalue() ? (@.value == 0).key')";
}

/// <summary>Another host has taken over as the ledger's writer.</summary>
public sealed class NotFollowingException() : Exception("Another host has taken over following the events.");
