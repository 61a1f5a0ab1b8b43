using System.Data;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>
/// Rebuilds position checkpoints from the first event on, some positions at a time: a wrong one does not show where it is wrong, and a history that
/// has none gets them. Concurrent readers use the old ones or the new ones.
/// </summary>
internal static class RebuildBalances
{
    /// <summary>Positions of one commit, for which the chain waits.</summary>
    private const int AtOnce = 100;

    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>Those that no event makes. Parameters: SKU and location, null for all.</summary>
    private const string DeleteOfNothing =
        $"""
         delete from {AuditTables.Balances} b
         where ($1::text is null or starts_with(b.stream, $1 || '@')) and ($2::text is null or right(b.stream, length($2) + 1) = '@' || $2)
           and not exists (select 1 from {Schema}.mt_streams s where s.id = b.stream and s.version >= b.version and b.version >= $3)
         """;

    /// <summary>Parameters: SKU and location, null for all; the least version; the position that the page before ended with; how many.</summary>
    private const string SelectPage =
        $"""
         select sku, location, version from {Schema}.{PositionTable.Name}
         where ($1::text is null or sku = $1) and ($2::text is null or location = $2) and version >= $3 and (sku, location) > ($4, $5)
           order by sku, location limit $6
         """;

    /// <param name="sku">Of this SKU only; null for all.</param>
    /// <param name="location">At this location only; null for all.</param>
    /// <param name="cancellation">Stops it; what is made stays.</param>
    public static async Task Run(NpgsqlDataSource database, Sku? sku, LocationId? location, CancellationToken cancellation)
    {
        var (streams, last) = (new List<(string Sku, string Location, long Version)>(), ("", ""));
        do
        {
            await using var connection = await database.OpenConnectionAsync(cancellation);
            await using var transaction = await connection.BeginTransactionAsync(cancellation);
            await Execute(ChainTables.Lock);
            if (last == ("", ""))
            {
                await Execute(DeleteOfNothing, SqlValue.OrNull(sku?.Value), SqlValue.OrNull(location?.Value),
                    new NpgsqlParameter<long> { TypedValue = CheckpointWriter.First });
            }

            streams = await ReadPage(connection, sku, location, last, cancellation);
            var names = streams.ConvertAll(stream => $"{stream.Sku}@{stream.Location}");
            await Execute($"delete from {AuditTables.Balances} where stream = any($1)", new NpgsqlParameter<string[]> { TypedValue = [.. names] });
            while (await CheckpointWriter.Make(connection, names, streams.ConvertAll(stream => stream.Version), cancellation) > 0)
            {
            }

            await transaction.CommitAsync(cancellation);
            last = streams.Count == 0 ? last : (streams[^1].Sku, streams[^1].Location);

            async Task Execute(string sql, params NpgsqlParameter[] parameters)
            {
                await using var command = new NpgsqlCommand(sql, connection, transaction) { CommandTimeout = 0 };
                command.Parameters.AddRange(parameters);
                await command.ExecuteNonQueryAsync(cancellation);
            }
        }
        while (streams.Count == AtOnce);
    }

    private static async Task<List<(string Sku, string Location, long Version)>> ReadPage(
        NpgsqlConnection connection, Sku? sku, LocationId? location, (string Sku, string Location) after, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectPage, connection) { CommandTimeout = 0 };
        command.Parameters.AddRange(new[] { SqlValue.OrNull(sku?.Value), SqlValue.OrNull(location?.Value) });
        command.Parameters.AddWithValue(CheckpointWriter.First);
        command.Parameters.AddWithValue(after.Sku);
        command.Parameters.AddWithValue(after.Location);
        command.Parameters.AddWithValue(AtOnce);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var page = new List<(string, string, long)>();
        while (await reader.ReadAsync(cancellation))
        {
            page.Add((reader.GetString("sku"), reader.GetString("location"), reader.GetInt64("version")));
        }

        return page;
    }
}
