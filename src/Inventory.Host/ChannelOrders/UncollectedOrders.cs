using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>Alerts on orders that were to be picked up by now.</summary>
public static class UncollectedOrders
{
    private const string Sql = $"""
        select channel, order_id, pickup, collect_by from {ChannelOrderTables.Orders}
        where collect_by <= $1 and state in ('confirmed', 'oversold', '{GetOrder.Ready}') order by collect_by desc limit 1000
        """;

    /// <param name="now">The instant until which they should have been picked up.</param>
    public static async Task<List<Finding>> Find(NpgsqlDataSource database, Instant now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(now);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Finding> findings = [];
        while (await reader.ReadAsync(cancellation))
        {
            var (channel, order, store) = (reader.GetString("channel"), reader.GetString("order_id"), reader.GetString("pickup"));
            findings.Add(new Finding(
                AlertKind.NotCollected, $"{channel}/{order}",
                FormattableString.Invariant($"Order {order} of {channel} was to be picked up at {store} by {reader.GetFieldValue<Instant>("collect_by")}."),
                Location: store, Channel: channel));
        }

        return findings;
    }
}
