using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>Notices of vendors about their APIs, such as deprecations, for as long as responses repeat them and the channel's settings are unchanged.</summary>
public sealed class VendorNoticeTable([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock)
{
    /// <summary>A notice that was not repeated for so long has expired.</summary>
    public static readonly Duration Holds = Duration.FromDays(7);

    /// <summary>Stores the notices of a channel's version, and deletes expired ones.</summary>
    public async Task Keep(SalesChannel channel, IReadOnlyList<VendorNotice> notices, CancellationToken cancellation)
    {
        if (notices.Count == 0)
        {
            return;
        }

        await using var batch = database.CreateBatch();
        var keep = new NpgsqlBatchCommand($"""
            insert into {ChannelTables.VendorNotices} (channel, kind, detail, channel_version, ends_at, seen_at)
            select $1, said.kind, said.detail, $2, said.ends_at, $3 from unnest($4, $5, $6) as said (kind, detail, ends_at) order by said.kind, said.detail
            on conflict (channel, kind, detail) do update set channel_version = excluded.channel_version, ends_at = excluded.ends_at, seen_at = excluded.seen_at
            """);
        var said = notices.DistinctBy(notice => (notice.Kind, notice.Detail)).ToList();
        keep.Parameters.AddWithValue(channel.Id);
        keep.Parameters.AddWithValue(channel.Version);
        keep.Parameters.AddWithValue(clock.GetCurrentInstant());
        keep.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, said, notice => notice.Kind));
        keep.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, said, notice => notice.Detail));
        keep.Parameters.Add(SqlArray.Of(NpgsqlDbType.TimestampTz, said, notice => notice.EndsAt));
        batch.BatchCommands.Add(keep);
        var drop = new NpgsqlBatchCommand($"delete from {ChannelTables.VendorNotices} where channel = $1 and seen_at < $2");
        drop.Parameters.AddWithValue(channel.Id);
        drop.Parameters.AddWithValue(clock.GetCurrentInstant() - Holds);
        batch.BatchCommands.Add(drop);
        await batch.ExecuteNonQueryAsync(cancellation);
    }
}
