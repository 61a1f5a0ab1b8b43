using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using RetailSync.Channels;
using RetailSync.Channels.Promises;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.PromiseChanges;

/// <summary>
/// Changed promises as the queue of a channel's publisher: those of one reservation in their order, each until it is delivered or a dead letter.
/// </summary>
public sealed class PromiseQueue([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock)
{
    /// <summary>The changes that are due, the oldest first: of each reservation the first that is not delivered.</summary>
    public async Task<IReadOnlyList<(PromiseChange Change, int Attempts)>> Due(ChannelId channel, int atMost, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select sequence, reservation, of_order, at, at_risk, attempts from {PublicationTables.PromiseChange} as change
             where channel = $1 and acknowledged_at is null and dead_at is null and due_at <= $2
               and not exists (select from {PublicationTables.PromiseChange} as before where before.channel = $1 and before.reservation = change.reservation
                 and before.sequence < change.sequence and before.acknowledged_at is null and before.dead_at is null)
             order by sequence limit $3
             """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.AddWithValue(atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(PromiseChange Change, int Attempts)> due = [];
        while (await reader.ReadAsync(cancellation))
        {
            due.Add((
                new PromiseChange(
                    reader.GetInt64("sequence"), reader.GetString("reservation"), reader.TextOrNull("of_order"), reader.GetFieldValue<Instant>("at"),
                    JsonSerializer.Deserialize<List<BrokenPromise>>(reader.GetString("at_risk"))!),
                reader.GetInt32("attempts")));
        }

        return due;
    }

    /// <summary>Records the channel's reply to a call.</summary>
    /// <param name="attempts">Calls so far, with this one.</param>
    /// <param name="mayDie">Whether a change with too many attempts becomes a dead letter: not while the channel accepts nothing at all.</param>
    public async Task Record(PromiseChange change, int attempts, PromiseReply reply, bool mayDie, CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        var isDead = reply.Verdict == Verdict.Refused || (reply.Verdict == Verdict.Retry && mayDie && attempts >= PublicationQueue.MostAttempts);
        await using var command = database.CreateCommand(
            $"""
             update {PublicationTables.PromiseChange} set acknowledged_at = $2, dead_at = $3, error = $4, due_at = $5,
               attempts = $6, sent_at = $7
             where sequence = $1 and acknowledged_at is null
             """);
        command.Parameters.AddWithValue(change.Sequence);
        command.Parameters.Add(SqlValue.OrNull(reply.Verdict == Verdict.Accepted ? now : (Instant?)null));
        command.Parameters.Add(SqlValue.OrNull(isDead ? now : (Instant?)null));
        command.Parameters.Add(SqlValue.OrNull(Reply.Shorten(reply.Detail)?.Replace('\0', '\uFFFD')));
        command.Parameters.AddWithValue(now + PublicationQueue.Backoff(attempts));
        command.Parameters.AddWithValue(attempts);
        command.Parameters.AddWithValue(now);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Makes dead letters due again.</summary>
    /// <returns>How many.</returns>
    public async Task<int> Replay(ChannelId channel, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"update {PublicationTables.PromiseChange} set dead_at = null, attempts = 0, due_at = $2 where channel = $1 and dead_at is not null");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        return await command.ExecuteNonQueryAsync(cancellation);
    }
}
