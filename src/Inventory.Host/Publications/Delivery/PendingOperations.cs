using System.Data;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>Operations that channels process asynchronously: polled, also by the next host after a failover, until the channel reports their results.</summary>
public sealed class PendingOperations([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock)
{
    private static readonly Duration LongestPause = Duration.FromMinutes(1);

    /// <summary>A ticket older than this is dropped: its quantities have been published again by then.</summary>
    private static readonly Duration Lifetime = Duration.FromDays(1);

    private sealed record Item(string Sku, [property: JsonPropertyName("Theirs")] string ExternalId, long Sequence);

    public async Task Keep(ChannelId channel, string ticket, IEnumerable<Publication> publications, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            insert into {PublicationTables.Ticket} (channel, ticket, taken_at, due_at, asked, items) values ($1, $2, $3, $4, 0, $5)
              on conflict (channel, ticket) do nothing
            """);
        var now = clock.GetCurrentInstant();
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(ticket);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now + Duration.FromSeconds(1));
        command.Parameters.AddWithValue(
            NpgsqlDbType.Jsonb, JsonSerializer.Serialize(
                publications.Select(publication => new Item(publication.Sku.Value, publication.ExternalId, publication.Sequence))));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>An operation that is due to be polled, with its publications; null when none is. It is not due again before a growing pause.</summary>
    public async Task<(string Ticket, IReadOnlyList<Publication> Published)?> Next(ChannelId channel, CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        await using var command = database.CreateCommand($"""
            with given_up as (delete from {PublicationTables.Ticket} where channel = $1 and taken_at < $3), due as (
              select ticket from {PublicationTables.Ticket} where channel = $1 and taken_at >= $3 and due_at <= $2 order by due_at limit 1)
            update {PublicationTables.Ticket} as t set asked = t.asked + 1, due_at = $2 + least($4, power(2, least(t.asked, 10))) * interval '1 second'
            from due where t.channel = $1 and t.ticket = due.ticket returning t.ticket, t.items
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now - Lifetime);
        command.Parameters.AddWithValue(LongestPause.TotalSeconds);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (reader.GetString("ticket"), JsonSerializer.Deserialize<List<Item>>(reader.GetString("items"))!
                .ConvertAll(item => new Publication(Sku.Parse(item.Sku), item.Sequence, 0, null, now) { ExternalId = item.ExternalId }))
            : null;
    }

    public async Task Done(ChannelId channel, string ticket, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"delete from {PublicationTables.Ticket} where channel = $1 and ticket = $2");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(ticket);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
