using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Detection;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>A quantity as calculated now, to be compared with the one in the ledger.</summary>
/// <param name="Channel">The channel that it is for.</param>
/// <param name="Number">The quantity that the channel may promise.</param>
/// <param name="Causes">The events that caused it, newest last.</param>
/// <param name="Locations">The same by location, for channels with location mappings.</param>
/// <param name="OpenOrderUnits"><see cref="PublishedNumber.OpenOrderUnits"/></param>
public readonly record struct DesiredNumber(
    ChannelId Channel, string Sku, ChannelPromise Number, IReadOnlyList<Guid> Causes, LocationQuantities? Locations = null, string? OpenOrderUnits = null);

/// <summary>
/// Writes desired quantities to the publication ledger. One host at a time does, in an epoch of its own; one statement numbers each change in its channel's
/// sequence and moves the checkpoint, so that sequences have no gap and each event is processed exactly once.
/// </summary>
public sealed class PublicationLedgerWriter([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock)
{
    /// <summary>The most causes that are recorded of a quantity: the newest ones.</summary>
    public const int MostCauses = 20;

    /// <summary>Channels with their current location mappings. Parameters: channels, adapters, the adapters that publish by location.</summary>
    private const string Registered =
        $"""
         select r.channel, r.adapter, case when r.adapter = any($3) then (
           select md5(string_agg(named.location || chr(9) || named.theirs, chr(10) order by named.location))
             from {ChannelTables.Locations} as named where named.channel = r.channel) end as locations
         from unnest($1, $2) as r (channel, adapter)
         """;

    private long _epoch;

    /// <summary>Takes over as writer in a new epoch, which fences off the writer before. A new ledger begins at <paramref name="newest"/>.</summary>
    public async Task<FollowerCheckpoint> Begin(long newest, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            insert into {PublicationTables.Cursor} as c (id, epoch, settled, grounds) values (1, 1, $1, '')
            on conflict (id) do update set epoch = c.epoch + 1
            returning epoch, settled, grounds, compared, coalesce(again, false) as again
            """);
        command.Parameters.AddWithValue(newest);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        _epoch = reader.GetInt64("epoch");
        return new FollowerCheckpoint(reader.GetInt64("settled"), reader.GetString("grounds"), reader.TextOrNull("compared"),
            Again: reader.GetBoolean("again"));
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
            ), deleted as (
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
        batch.BatchCommands.Add(RecordCommand(numbers, followed));
        if (numbers.Where(number => number.OpenOrderUnits is not null).ToList() is { Count: > 0 } withOrders)
        {
            batch.BatchCommands.Add(KeepOpenOrdersCommand(withOrders));
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetInt64("followed") > 0 ? (int)reader.GetInt64("changed") : throw new NotFollowingException();
    }

    private NpgsqlBatchCommand RecordCommand(IReadOnlyList<DesiredNumber> numbers, FollowerCheckpoint followed)
    {
        // Thousands of kits change because of the same events of one component.
        var written = new Dictionary<IReadOnlyList<Guid>, string>(ReferenceEqualityComparer.Instance);
        var command = new NpgsqlBatchCommand(PublicationLedgerStatements.Record);
        var parameters = command.Parameters;
        parameters.Add(SqlArray.Of("channels", NpgsqlDbType.Text, numbers, number => number.Channel.Value));
        parameters.Add(SqlArray.Of("skus", NpgsqlDbType.Text, numbers, number => number.Sku));
        parameters.Add(SqlArray.Of("quantities", NpgsqlDbType.Numeric, numbers, number => number.Number.Quantity));
        parameters.Add(SqlArray.Of("levels", NpgsqlDbType.Text, numbers, number => number.Number.Level));
        parameters.Add(SqlArray.Of("causes", NpgsqlDbType.Jsonb, numbers, number => Causes(number.Causes)));
        parameters.Add(SqlArray.Of("places", NpgsqlDbType.Jsonb, numbers, number => number.Locations?.Quantities));
        parameters.Add(SqlArray.Of("unmapped", NpgsqlDbType.Jsonb, numbers, number => number.Locations?.Unmapped));
        parameters.Add(SqlArray.Of("in_orders", NpgsqlDbType.Jsonb, numbers, number => number.OpenOrderUnits));
        parameters.AddWithValue("settled", followed.CompleteUpTo);
        parameters.AddWithValue("grounds", followed.Fingerprint);
        parameters.Add(SqlValue.OrNull("compared", followed.Compared));
        parameters.AddWithValue("newest", followed.Newest);
        parameters.AddWithValue("missing", followed.Missing);
        parameters.AddWithValue("again", followed.Again);
        parameters.AddWithValue("epoch", _epoch);
        parameters.AddWithValue("now", clock.GetCurrentInstant());
        return command;

        string Causes(IReadOnlyList<Guid> causes) =>
            written.TryGetValue(causes, out var json) ? json : written[causes] = JsonSerializer.Serialize(causes.TakeLast(MostCauses));
    }

    private NpgsqlBatchCommand KeepOpenOrdersCommand(IReadOnlyList<DesiredNumber> numbers)
    {
        var command = new NpgsqlBatchCommand(PublicationLedgerStatements.KeepOpenOrders);
        command.Parameters.Add(SqlArray.Of("channels", NpgsqlDbType.Text, numbers, number => number.Channel.Value));
        command.Parameters.Add(SqlArray.Of("skus", NpgsqlDbType.Text, numbers, number => number.Sku));
        command.Parameters.Add(SqlArray.Of("in_orders", NpgsqlDbType.Jsonb, numbers, number => number.OpenOrderUnits));
        command.Parameters.AddWithValue("epoch", _epoch);
        return command;
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
}

/// <summary>Another host has taken over as the ledger's writer.</summary>
public sealed class NotFollowingException() : Exception("Another host has taken over following the events.");
