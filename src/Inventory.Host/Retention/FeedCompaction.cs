using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Retention;

/// <summary>
/// Compacts channels' feeds: removes old changes that a newer one of the same SKU has superseded. The newest of each SKU stays however old it is, so a reader
/// who begins at the start, or resumes after a long time, still ends with the current quantities.
/// </summary>
public sealed class FeedCompaction(NpgsqlDataSource database)
{
    /// <summary>What explains an oversell that is still open is not taken away: the feed from a day before it on.</summary>
    private static readonly string Extent =
        $"""
        with published as (
          select h.complete_from, least($2, (select min(at) from {ChannelOrderTables.Oversells} where channel = $1 and open) - interval '1 day') as before
            from {PublicationTables.Head} as h where channel = $1
        ), page as (
          select c.sequence, c.at < published.before as is_old from published cross join lateral (
            select sequence, at from {PublicationTables.Change} where channel = $1 and sequence >= published.complete_from order by sequence limit $3) as c
        )
        select published.complete_from, (select coalesce(min(sequence) filter (where not is_old) - 1, max(sequence)) from page) as last from published
        """;

    /// <summary>
    /// First it is said and then done, so a feed never claims to be more complete than it is. Nothing is left behind of a SKU that has since had a newer number
    /// within the page.
    /// </summary>
    private static readonly string Delete =
        $"""
        with old as (select sku, max(sequence) as newest from {PublicationTables.Change} where channel = $1 and sequence between $2 and $3 group by sku)
        delete from {PublicationTables.Change} as c using old, {PublicationTables.Publication} as p
        where c.channel = $1 and c.sku = old.sku and c.sequence <= old.newest and p.channel = $1 and p.sku = old.sku and c.sequence < p.sequence
        """;

    public async Task<IReadOnlyList<string>> Channels(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select channel from {PublicationTables.Head} order by channel");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<string> channels = [];
        while (await reader.ReadAsync(cancellation))
        {
            channels.Add(reader.GetString(0));
        }

        return channels;
    }

    /// <summary>Reads the next page of a channel's feed.</summary>
    /// <param name="before">What is older has been kept long enough.</param>
    /// <param name="atOnce">The length of the page.</param>
    /// <returns>How many numbers went; null when there is no page any more that is old enough.</returns>
    public async Task<int?> Shorten(string channel, Instant before, int atOnce, CancellationToken cancellation)
    {
        long from, to;
        await using (var extent = database.CreateCommand(Extent))
        {
            extent.Parameters.AddWithValue(channel);
            extent.Parameters.AddWithValue(before);
            extent.Parameters.AddWithValue(atOnce);
            await using var reader = await extent.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation) || reader.IsDBNull("last") || reader.GetInt64("last") < reader.GetInt64("complete_from"))
            {
                return null;
            }

            (from, to) = (reader.GetInt64("complete_from"), reader.GetInt64("last"));
        }

        await using (var say = database.CreateCommand($"update {PublicationTables.Head} set complete_from = $2 where channel = $1 and complete_from < $2"))
        {
            say.Parameters.AddWithValue(channel);
            say.Parameters.AddWithValue(to + 1);
            await say.ExecuteNonQueryAsync(cancellation);
        }

        await using var command = database.CreateCommand(Delete);
        command.Parameters.AddWithValue(channel);
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(to);
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
