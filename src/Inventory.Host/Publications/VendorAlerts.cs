using System.Data;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>Alerts on vendors' API versions that end: by the deprecation notices in responses, and by the vendor's calendar where it has one.</summary>
public static class VendorAlerts
{
    /// <summary>How long before a version's end the alert is raised.</summary>
    public static readonly Duration Ahead = Duration.FromDays(8 * 7);

    private static readonly string Sql =
        $"""
        select notice.channel, notice.kind, string_agg(notice.detail, ' ' order by notice.detail) as detail, min(notice.ends_at) as ends_at
        from {ChannelTables.VendorNotices} as notice join {Projections.InventorySchema.Name}.mt_doc_channel as channel on channel.id = notice.channel
          and channel.mt_version = notice.channel_version
        where notice.seen_at > $1 group by notice.channel, notice.kind
        """;

    public static async Task<List<Finding>> Find(NpgsqlDataSource database, IEnumerable<SalesChannel> channels, Instant now, CancellationToken cancellation)
    {
        List<Finding> findings = [.. channels.Select(channel => ByCalendar(channel, now)).OfType<Finding>()];
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(now - VendorNoticeTable.Holds);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (channel, kind) = (reader.GetString("channel"), reader.GetString("kind"));
            var ends = reader.IsDBNull("ends_at") ? "" : $" It ends on {Day(reader.GetFieldValue<Instant>("ends_at"))}.";
            findings.Add(new Finding(
                AlertKind.VendorVersion, $"{channel}/{kind}", $"The vendor of {channel} says: {reader.GetString("detail")}{ends}", Channel: channel));
        }

        return findings;
    }

    private static Finding? ByCalendar(SalesChannel channel, Instant now) =>
        Adapters.VersionOf(channel) is not var (version, endsAt) || endsAt - now > Ahead ? null
        : new Finding(
            AlertKind.VendorVersion, $"{channel.Id}/calendar",
            $"{channel.Id} uses version {version} of its vendor's interface, which {(endsAt > now ? "is served until" : "is out of service since")} "
                + $"{Day(endsAt)}: set settings.apiVersion to a newer one.",
            Channel: channel.Id);

    private static string Day(Instant instant) => LocalDatePattern.Iso.Format(instant.InUtc().Date);
}
