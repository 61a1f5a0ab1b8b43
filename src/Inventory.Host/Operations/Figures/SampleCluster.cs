using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Attributes;

namespace RetailSync.Inventory.Host.Operations.Figures;

/// <summary>Sample what all hosts share: each minute on one of them.</summary>
[MessageIdentity("sample-cluster")]
public sealed record SampleCluster;

/// <summary>Of each channel its lag, what waits, what it acknowledged, its dead letters and what is left of its calls; open reservations and lines.</summary>
public sealed class SampleClusterHandler(
    NpgsqlDataSource database, RegisteredChannels channels, ChannelProgress progress, ReadAvailability availability, SampleStore samples, IClock clock)
{
    public async Task Handle(SampleCluster _, CancellationToken cancellation)
    {
        var published = await Published(cancellation);
        List<Sample> taken = [Figure.Quarantine.Of(await OpenLines(cancellation))];
        foreach (var channel in await channels.Read(cancellation))
        {
            if (channel.Adapter == Adapters.None)
            {
                continue;
            }

            var status = await progress.Status(channel, cancellation);
            taken.Add(Figure.ChannelLag.Of(status.LagSeconds, channel.Id));
            taken.Add(Figure.ChannelWaiting.Of(status.Dirty, channel.Id));
            taken.Add(Figure.ChannelPublished.Of(published.GetValueOrDefault(channel.Id), channel.Id));
            taken.Add(Figure.ChannelErrors.Of(status.DeadLetters, channel.Id));
            if (status.Budget is { } left)
            {
                taken.Add(Figure.ChannelBudget.Of(left, channel.Id));
            }
        }

        if (availability.FromMemory() is { } memory)
        {
            taken.Add(Figure.Holds.Of(memory.Book.OpenReservations));
        }

        await samples.Store(taken, cancellation);
    }

    /// <summary>SKUs of which a channel has acknowledged a quantity within the last minute.</summary>
    private async Task<IReadOnlyDictionary<string, long>> Published(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select channel, count(*) as skus from {PublicationTables.Publication} where acknowledged_at > $1 group by channel");
        command.Parameters.AddWithValue(clock.GetCurrentInstant() - Duration.FromMinutes(1));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var published = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellation))
        {
            published.Add(reader.GetString("channel"), reader.GetInt64("skus"));
        }

        return published;
    }

    private async Task<long> OpenLines(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select count(*) from {OperationsTables.Quarantine} where state = '{QuarantineStore.Open}'");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }
}
