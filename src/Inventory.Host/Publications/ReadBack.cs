using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>
/// Asks a channel what it shows, page by page and only when there is nothing to tell, and compares that with what it acknowledged. A difference is
/// noted, and told again where the channel's settings say <c>"readBack": "repair"</c>.
/// </summary>
public sealed class ReadBack(NpgsqlDataSource database, ChannelMappings mappings, IClock clock)
{
    private const int PageSize = 250;

    /// <summary>Compares one page.</summary>
    /// <param name="channel">Whose.</param>
    /// <param name="adapter">Speaks to it.</param>
    /// <param name="after">The last SKU of the page before; empty at the beginning.</param>
    /// <param name="repair">Whether what differs is told again.</param>
    /// <param name="cancellation">Stops it.</param>
    /// <returns>The last SKU of this page; null when that was the last one, or the channel cannot be asked.</returns>
    public async Task<string?> Compare(ChannelId channel, IChannel adapter, string after, bool repair, CancellationToken cancellation)
    {
        var believed = await Page(channel, after, cancellation);
        var names = await mappings.Read(channel, believed.Select(row => row.Sku), cancellation);
        var asked = believed.Select(row => (row.Sku, row.Quantity, Theirs: names.GetValueOrDefault(row.Sku) ?? (adapter.NeedsMapping ? null : row.Sku.Value))).Where(row => row.Theirs is not null).ToList();
        if (asked.Count == 0 || await adapter.Show([.. asked.Select(row => row.Theirs!).Distinct()], cancellation) is not { } shown)
        {
            return null;
        }

        var drifts = (from row in asked
                      where shown.TryGetValue(row.Theirs!, out var shows) && shows != Math.Floor(row.Quantity)
                      select (row.Sku, (decimal?)row.Quantity, shown[row.Theirs!])).ToList();
        if (drifts.Count > 0)
        {
            await mappings.Note(channel, drifts, cancellation);
            if (repair)
            {
                await TellAgain(channel, drifts, cancellation);
            }
        }

        return believed.Count < PageSize ? null : believed[^1].Sku.Value;
    }

    private async Task<List<(Sku Sku, decimal Quantity)>> Page(ChannelId channel, string after, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select sku, acknowledged_quantity from {PublicationTables.Publication}
            where channel = $1 and sku > $2 and dirty_since is null and acknowledged_quantity is not null order by sku limit {PageSize}
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(after);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(Sku, decimal)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((Sku.Parse(reader.GetString(0)), reader.GetDecimal(1)));
        }

        return rows;
    }

    /// <summary>The same number with the same place in the sequence: it was told, and is not there.</summary>
    private async Task TellAgain(ChannelId channel, IReadOnlyList<(Sku Sku, decimal? Believed, decimal Shows)> drifts, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with {PublicationQueue.Locked("channel = $1 and sku = any($3) and dirty_since is null")}
            update {PublicationTables.Publication} as p set dirty_since = $2, due_at = $2, attempts = 0, sent_sequence = null, acknowledged_quantity = d.shows
            from unnest($3, $4) as d (sku, shows) where {PublicationQueue.AreLocked} and p.channel = $1 and p.sku = d.sku and p.dirty_since is null
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, drifts, drift => drift.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, drifts, drift => drift.Shows));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
