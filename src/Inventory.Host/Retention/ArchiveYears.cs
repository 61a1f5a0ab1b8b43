using NodaTime;
using Npgsql;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Retention;

/// <summary>
/// Moves the events of closed years from Marten's table into the archive, a few streams of positions in each transaction, in the order of their keys: what is
/// taken out of the one is what is put into the other, by the function of the tables' owner (<see cref="ArchiveFunction"/>). How far it has come is committed
/// with it, so it goes on there after it was killed, and the row that says so is locked, so two hosts do not do it twice. Only what the chains have linked is
/// moved, of each stream only what comes before the first event that stays, and never its newest. Those who write have nothing to do with old events and do not
/// notice.
/// </summary>
public sealed class ArchiveYears(NpgsqlDataSource database, ILogger<ArchiveYears> log)
{
    /// <summary>Streams of one transaction.</summary>
    public const int StreamsAtOnce = 300;

    /// <summary>Events of one transaction, beyond which it takes no further stream, and no more of one stream.</summary>
    public const int EventsAtOnce = 10_000;

    private const int TimeoutSeconds = 600;

    /// <summary>The quicker compression, where this server has it.</summary>
    private const string Compress =
        "select set_config('default_toast_compression', 'lz4', true) from pg_settings where name = 'default_toast_compression' and 'lz4' = any(enumvals)";

    private const string Move = $"select {ArchiveFunction.Name}($1, $2, $3)";

    /// <inheritdoc cref="Go(Instant, int, int, CancellationToken)"/>
    public Task<int?> Go(Instant before, CancellationToken cancellation) => Go(before, StreamsAtOnce, EventsAtOnce, cancellation);

    /// <summary>Archives of the next streams what was recorded before an instant.</summary>
    /// <returns>How many events; null when there are none left, another host is at it, or the chains are not that far.</returns>
    internal async Task<int?> Go(Instant before, int streams, int events, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var compress = new NpgsqlCommand(Compress, connection))
        {
            await compress.ExecuteNonQueryAsync(cancellation);
        }

        await using var move = new NpgsqlCommand(Move, connection) { CommandTimeout = TimeoutSeconds };
        move.Parameters.AddWithValue(before);
        move.Parameters.AddWithValue(streams);
        move.Parameters.AddWithValue(events);
        if (await move.ExecuteScalarAsync(cancellation) is not long moved)
        {
            return null;
        }

        await transaction.CommitAsync(cancellation);
        log.LogDebug("Archived {Events} events recorded before {Before}", moved, before);
        return checked((int)moved);
    }
}
