using System.Data;
using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>Alerts on channels: not ready to publish to, lagging, or refusing publications; SKUs and locations without a mapping; oversold orders.</summary>
public static class ChannelAlerts
{
    public static readonly AlertKind[] Kinds =
        [AlertKind.OrderOversold, AlertKind.PublishingFails, AlertKind.ChannelBehind, AlertKind.PublicationSetAside,
            AlertKind.SkuNotMapped, AlertKind.LocationNotMapped];

    private const int MostOversells = 1_000;

    private static readonly string Sql =
        $"""
        select channel.id as channel, waiting.dirty, extract(epoch from $1 - waiting.oldest) as lag,
          coalesce((channel.data->>'settings')::jsonb->>'promiseSeconds', '{ChannelSettings.DefaultPromiseSeconds}') as promise_seconds,
          waiting.refused + promises.dead as refused, waiting.unmapped, waiting.examples, line.error, coalesce(line.paused, false) as paused,
          (select count(*) from {ChannelTables.Locations} as place where place.channel = channel.id)::integer as locations
        from {Projections.InventorySchema.Name}.mt_doc_channel as channel
        left join {PublicationTables.Line} as line on line.channel = channel.id
        cross join lateral (
          select min(dirty_since) filter (where dead_at is null) as oldest, count(*) filter (where dead_at is null) as dirty,
            count(*) filter (where dead_at is not null and error <> $2) as refused, count(*) filter (where dead_at is not null and error = $2) as unmapped,
            (array_agg(sku) filter (where dead_at is not null and error = $2))[1:10] as examples
          from {PublicationTables.Publication} as p where p.channel = channel.id and p.dirty_since is not null) as waiting
        cross join lateral (
          select count(*) as dead from {PublicationTables.PromiseChange} as change where change.channel = channel.id and change.dead_at is not null) as promises
        where channel.data->>'adapter' <> '{Adapters.None}'
          and (waiting.dirty > 0 or waiting.refused + promises.dead > 0 or waiting.unmapped > 0 or line.error is not null)
        """;

    private static readonly string UnmappedSql =
        $"""
        select channel, location, count(*) as skus, min(sku) as example
        from {PublicationTables.Publication} cross join lateral jsonb_object_keys(unmapped) as location
        where unmapped is not null group by channel, location order by channel, location
        """;

    /// <param name="database">The database with the publication ledger.</param>
    /// <param name="channels">The registered channels, by id.</param>
    /// <param name="progress">Estimates how long what is unpublished takes within a channel's rate limit.</param>
    /// <param name="now">The instant that lag is measured at.</param>
    public static async Task<List<Finding>> Find(
        NpgsqlDataSource database, IReadOnlyDictionary<string, SalesChannel> channels, ChannelProgress progress, Instant now, CancellationToken cancellation)
    {
        List<Finding> findings = [];
        await using (var command = database.CreateCommand(Sql))
        {
            command.Parameters.AddWithValue(now);
            command.Parameters.AddWithValue(BatchPublisher.NotMapped);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var needed = channels.TryGetValue(reader.GetString("channel"), out var channel)
                    ? progress.Expected(channel, reader.GetInt64("dirty"), reader.GetInt32("locations"))
                    : null;
                findings.AddRange(Of(reader, needed));
            }
        }

        await using (var unmapped = database.CreateCommand(UnmappedSql))
        {
            await using var reader = await unmapped.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var (channel, location) = (reader.GetString("channel"), reader.GetString("location"));
                var (skus, example) = (reader.GetInt64("skus"), reader.GetString("example"));
                findings.Add(new Finding(
                    AlertKind.LocationNotMapped, $"{channel}/{location}",
                    FormattableString.Invariant(
                        $"{channel} has no mapping of {location}: stock of {skus} SKUs there, such as {example}, is unpublished."),
                    Location: location, Channel: channel));
            }
        }

        await using var oversells = database.CreateCommand(
            $"""
             select channel, order_id, sku, evidence->>'requested' as requested, evidence->>'held' as held
             from {Projections.InventorySchema.Name}.channel_oversell
             where open and coalesce(missing, 1) > 0 order by at desc limit {MostOversells}
             """);
        await using var oversold = await oversells.ExecuteReaderAsync(cancellation);
        while (await oversold.ReadAsync(cancellation))
        {
            var (channel, order, sku) = (oversold.GetString("channel"), oversold.GetString("order_id"), oversold.GetString("sku"));
            findings.Add(new Finding(
                AlertKind.OrderOversold, $"{channel}/{order}/{sku}",
                $"Order {order} of {channel} asks for {oversold.GetString("requested")} of {sku}, and {oversold.GetString("held")} could be held.",
                sku, Channel: channel));
        }

        return findings;
    }

    /// <param name="needed">Seconds that the channel's rate limit needs for what is unpublished; null where it has no limit.</param>
    private static IEnumerable<Finding> Of(NpgsqlDataReader reader, decimal? needed)
    {
        var (channel, dirty, paused) = (reader.GetString("channel"), reader.GetInt64("dirty"), reader.GetBoolean("paused"));
        var lag = reader.IsDBNull("lag") ? 0 : reader.GetDecimal("lag");
        var promise = decimal.TryParse(reader.GetString("promise_seconds"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? seconds : ChannelSettings.DefaultPromiseSeconds;
        if (!reader.IsDBNull("error"))
        {
            yield return new Finding(AlertKind.PublishingFails, channel, $"Publishing to {channel} fails: {reader.GetString("error")}", Channel: channel);
        }

        if (lag > promise)
        {
            var why = paused ? ", since it is paused" : "";
            yield return new Finding(
                AlertKind.ChannelBehind, channel, FormattableString.Invariant(
                    $"{channel} lags: {dirty} quantities are unpublished, the oldest longer than the {promise} s that were promised{why}."), Channel: channel);
        }

        else if (!paused && needed > promise)
        {
            yield return new Finding(
                AlertKind.ChannelBehind, channel, FormattableString.Invariant(
                    $"{channel} will lag: {dirty} quantities take {needed} s within its budget of calls, longer than the {promise} s that were promised."),
                    Channel: channel);
        }

        if (reader.GetInt64("refused") is > 0 and var refused)
        {
            yield return new Finding(
                AlertKind.PublicationSetAside, channel, FormattableString.Invariant($"{refused} publications are dead letters: {channel} refuses them."),
                Channel: channel);
        }

        if (reader.GetInt64("unmapped") is > 0 and var unmapped)
        {
            var examples = string.Join(", ", reader.GetFieldValue<string[]>("examples"));
            yield return new Finding(
                AlertKind.SkuNotMapped, channel, FormattableString.Invariant($"{unmapped} SKUs have no mapping at {channel}: {examples}."), Channel: channel);
        }
    }
}
