using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>
/// What became of each change of the feed, for its history, and how many quantities a channel acknowledged in a minute. It is recorded after the ledger and
/// beside it: where a host stops in between, a step of the history is missing and nothing else.
/// </summary>
internal static class DeliveryRecord
{
    private const string Sql =
        $"""
         with replied as (
           update {PublicationTables.Change} as c
           set sent_at = coalesce(c.sent_at, p.sent_at), acknowledged_at = case when r.accepted then coalesce(c.acknowledged_at, $2) else c.acknowledged_at end
           from unnest($3, $4, $5) as r(sku, sequence, accepted)
           join {PublicationTables.Publication} as p on p.channel = $1 and p.sku = r.sku and p.sent_sequence = r.sequence
           where c.channel = $1 and c.sequence = r.sequence)
         insert into {PublicationTables.Line} as line (channel, paused, failures, minute, acknowledged, acknowledged_before)
         select $1, false, 0, date_trunc('minute', $2), $6, 0 where $6 > 0
         on conflict (channel) do update set minute = excluded.minute,
           acknowledged = excluded.acknowledged + case when line.minute = excluded.minute then line.acknowledged else 0 end,
           acknowledged_before = case when line.minute = excluded.minute then line.acknowledged_before
             when line.minute = excluded.minute - interval '1 minute' then line.acknowledged else 0 end
         """;

    /// <summary>Quantities that were acknowledged in the last whole minute, of a row <c>line</c>; null where there is no row.</summary>
    /// <param name="now">The placeholder of the instant.</param>
    public static string InLastMinute(string now) =>
        $"""
         case date_trunc('minute', {now}) when line.minute then line.acknowledged_before when line.minute + interval '1 minute' then line.acknowledged
           else 0 end
         """;

    public static async Task Add(
        NpgsqlDataSource database, ChannelId channel, IReadOnlyList<(SkuReply Reply, long Sequence)> replies, Instant at, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(at);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, replies, one => one.Reply.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, replies, one => one.Sequence));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Boolean, replies, one => one.Reply.Verdict == Verdict.Accepted));
        command.Parameters.AddWithValue(replies.LongCount(one => one.Reply.Verdict == Verdict.Accepted));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
