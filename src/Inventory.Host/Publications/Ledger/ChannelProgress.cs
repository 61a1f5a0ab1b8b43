using System.Data;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Administration;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>The status of publication to channels, and the operator's controls of it. The same on every host, since all of it is in the ledger.</summary>
public sealed class ChannelProgress(NpgsqlDataSource database, Adapters adapters, IClock clock, WakeSignal wake)
{
    /// <summary>Parameters: <c>text[]</c> channels; of each the operator's rate limit, calls a second and burst; the instant.</summary>
    private static readonly string StatusSql =
        $"""
        select c.id, waiting.oldest, waiting.dirty, waiting.dead, line.paused, line.open_until, line.error, {CallBudget.TokensOf("c.own_rate", "1")} as tokens,
          {CallBudget.TokensOf("c.rate", "c.burst")} as calls_left, {DeliveryRecord.InLastMinute("$5")} as published,
          (select count(*) from {ChannelTables.Locations} where channel = c.id)::integer as locations, line.paused_by,
          (select count(distinct sku) from {ChannelTables.Drifts} where channel = c.id and at > $5 - interval '1 day') as drifts,
          (select count(*) from {ChannelOrderTables.Oversells} where channel = c.id and open) as oversells
        from unnest($1, $2, $3, $4) as c(id, own_rate, rate, burst)
        cross join lateral (
          select min(dirty_since) filter (where dead_at is null) as oldest, count(*) filter (where dead_at is null) as dirty,
            count(*) filter (where dead_at is not null) as dead
          from {PublicationTables.Publication} where channel = c.id and dirty_since is not null) as waiting
        left join {PublicationTables.Line} as line on line.channel = c.id
        """;

    public async Task<ChannelStatus> Status(SalesChannel channel, CancellationToken cancellation) =>
        (await Overview([channel], cancellation))[channel.Id].Status;

    /// <summary>The status of each channel, all in one statement.</summary>
    public async Task<IReadOnlyDictionary<string, (ChannelStatus Status, ChannelOverview Overview)>> Overview(
        IReadOnlyList<SalesChannel> channels, CancellationToken cancellation)
    {
        var known = channels.ToDictionary(channel => channel.Id, channel => (Channel: channel, Rate: RateOf(channel)));
        var now = clock.GetCurrentInstant();
        await using var command = database.CreateCommand(StatusSql);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, channels, channel => channel.Id));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, channels, channel => channel.RateLimit ?? 1));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, channels, channel => known[channel.Id].Rate?.PerSecond ?? 1));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, channels, channel => (decimal)(known[channel.Id].Rate?.Burst ?? 1)));
        command.Parameters.AddWithValue(now);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var status = new Dictionary<string, (ChannelStatus, ChannelOverview)>();
        while (await reader.ReadAsync(cancellation))
        {
            var (channel, rate) = known[reader.GetString("id")];
            var current = StatusOf(reader, channel, now);
            status.Add(channel.Id, (current, OverviewOf(reader, channel, rate, current)));
        }

        return status;
    }

    private ChannelStatus StatusOf(NpgsqlDataReader reader, SalesChannel channel, Instant now)
    {
        var lag = reader.IsDBNull("oldest") ? Duration.Zero : Duration.Max(now - reader.GetFieldValue<Instant>("oldest"), Duration.Zero);
        return new ChannelStatus(
            LagSeconds: Math.Round((decimal)lag.TotalMilliseconds / 1_000, 3),
            Dirty: reader.GetInt64("dirty"),
            Circuit: reader.IsDBNull("open_until") ? "closed" : "open",
            Budget: channel.RateLimit is null ? null : Math.Floor(reader.GetDecimal("tokens")),
            Paused: !reader.IsDBNull("paused") && reader.GetBoolean("paused"),
            PausedBy: Actor.NameIn(reader.TextOrNull("paused_by")),
            DeadLetters: reader.GetInt64("dead"),
            Error: reader.TextOrNull("error"),
            ExpectedSeconds: Expected(channel, reader.GetInt64("dirty"), reader.GetInt32("locations")));
    }

    private static ChannelOverview OverviewOf(NpgsqlDataReader reader, SalesChannel channel, CallRate? rate, ChannelStatus status)
    {
        var promise = ChannelSettings.PromiseSeconds(channel.Settings);
        decimal? left = rate is null ? null : Math.Max(0, Math.Floor(reader.GetDecimal("calls_left")));
        return new ChannelOverview(
            StateOf(channel.Adapter, status, promise), promise, reader.ValueOrNull<long>("published") ?? 0, rate?.PerSecond, rate?.Burst - left, left,
            reader.GetInt64("drifts"), reader.GetInt64("oversells"));
    }

    /// <summary>What most needs attention comes first.</summary>
    internal static string StateOf(string adapter, ChannelStatus status, int promiseSeconds) =>
        adapter == Adapters.None ? "not-published"
        : status.Paused ? "paused"
        : status.Circuit == "open" ? "circuit-open"
        : status.Error is not null ? "failing"
        : status.LagSeconds > promiseSeconds ? "behind"
        : status.Dirty > 0 ? "publishing"
        : "current";

    /// <summary>Null where calls are unlimited, or the channel is not ready.</summary>
    private CallRate? RateOf(SalesChannel channel)
    {
        try
        {
            using var adapter = channel.Adapter == Adapters.None ? null : adapters.Open(channel);
            return adapter is null ? null : CallBudget.RateOf(channel, adapter);
        }
        catch (ChannelNotReadyException)
        {
            return null;
        }
    }

    /// <summary>The time that the rate limit alone needs for a number of publications.</summary>
    /// <returns>Seconds; null where there is no limit, or the channel is not ready.</returns>
    public decimal? Expected(SalesChannel channel, long dirty, int locations)
    {
        try
        {
            using var adapter = channel.Adapter == Adapters.None ? null : adapters.Open(channel);
            if (adapter is null || CallBudget.RateOf(channel, adapter) is not { } rate)
            {
                return null;
            }

            var perCall = dirty < adapter.BulkThreshold ? 1 : adapter.MaxBatchSizeAt(locations);
            var calls = Math.Ceiling((decimal)dirty / perCall);
            return Math.Round(Math.Max(0, calls - rate.Burst) / (perCall == 1 ? rate : adapter.BulkRate ?? rate).PerSecond, 1);
        }
        catch (ChannelNotReadyException)
        {
            return null;
        }
    }

    /// <summary>Pauses or resumes publishing to a channel. Its change feed continues.</summary>
    public async Task Pause(ChannelId channel, bool paused, Actor by, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            insert into {PublicationTables.Line} as line (channel, paused, paused_by, failures) values ($1, $2, case when $2 then $3 end, 0)
            on conflict (channel) do update set paused = excluded.paused, paused_by = excluded.paused_by
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(paused);
        command.Parameters.AddWithValue(by.ToString());
        await command.ExecuteNonQueryAsync(cancellation);
        wake.All();
    }

    /// <summary>
    /// Publishes the newest quantities again, each with a new sequence number, whether or not the channel has acknowledged them. The head is locked first:
    /// a quantity that changes meanwhile gets a sequence number before all of these or after.
    /// </summary>
    /// <returns>How many.</returns>
    public async Task<long> Republish(ChannelId channel, Republication which, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var locked = new NpgsqlCommand($"select from {PublicationTables.Head} where channel = $1 for update", connection, transaction))
        {
            locked.Parameters.AddWithValue(channel.Value);
            await locked.ExecuteNonQueryAsync(cancellation);
        }

        await using var command = new NpgsqlCommand($"""
            with {PublicationQueue.Locked("channel = $1 and ($2::text[] is null or sku = any($2)) and ($3::text is null or starts_with(sku, $3))")}, chosen as (
              select sku, row_number() over (order by sku) as step from locked
            ), heads as (
              update {PublicationTables.Head} as h set sequence = h.sequence + (select count(*) from chosen) where channel = $1
              returning h.sequence - (select count(*) from chosen) as before, adapter
            ), again as (
              update {PublicationTables.Publication} as p
              set sequence = heads.before + chosen.step, desired_at = $4, due_at = $4, attempts = 0, error = null,
                dead_at = null, sent_sequence = null, rank = 0,
                dirty_since = case when heads.adapter <> '{Adapters.None}' then coalesce(p.dirty_since, $4) end
              from chosen, heads where p.channel = $1 and p.sku = chosen.sku
              returning p.sequence, p.sku, p.quantity, p.level, p.causes
            ), history as (
              insert into {PublicationTables.Change} (channel, sequence, sku, quantity, level, at, causes)
                select $1, sequence, sku, quantity, level, $4, causes from again
            )
            select count(*) from again
            """, connection, transaction);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.Add(SqlValue.OrNull(which.Skus?.ToArray()));
        command.Parameters.Add(SqlValue.OrNull(which.SkuPrefix));
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        var count = (long)(await command.ExecuteScalarAsync(cancellation))!;
        await transaction.CommitAsync(cancellation);
        wake.All();
        return count;
    }

    /// <summary>Makes dead letters due again.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ReplayDeadLetters(ChannelId channel, IReadOnlyList<string>? skus, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with {PublicationQueue.Locked("channel = $1 and dirty_since is not null and dead_at is not null and ($2::text[] is null or sku = any($2))")}
            update {PublicationTables.Publication} set dead_at = null, attempts = 0, due_at = $3
            where {PublicationQueue.AreLocked} and channel = $1 and dirty_since is not null and dead_at is not null and ($2::text[] is null or sku = any($2))
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.Add(SqlValue.OrNull(skus?.ToArray()));
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        var count = await command.ExecuteNonQueryAsync(cancellation);
        wake.All();
        return count;
    }
}

/// <summary>Selects the quantities that are published again; a criterion that is null selects all.</summary>
public sealed record Republication(IReadOnlyList<string>? Skus, string? SkuPrefix);
