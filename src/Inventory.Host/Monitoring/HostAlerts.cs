using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>
/// What only the host itself can see: whether its clock is where the database's is, and whether its broker answers. Each host raises and resolves its own
/// alerts, by its name and address; those of a host that has left are resolved by the others.
/// </summary>
public sealed class HostAlerts(NpgsqlDataSource database, CheckedClock clock, BrokerAbsence broker, IServer server)
{
    /// <summary>Many times as long as between two looks of a host.</summary>
    private static readonly Duration GoneAfter = Duration.FromMinutes(1);

    /// <summary>Null while the host is not listening yet.</summary>
    private string? Subject => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
        ? $"{Environment.MachineName} {address}" : null;

    /// <param name="at">The instant of the look.</param>
    public async Task Update(Instant at, CancellationToken cancellation)
    {
        if (Subject is not { } subject)
        {
            return;
        }

        await using var batch = database.CreateBatch();
        foreach (var (kind, detail) in new[] { (AlertKind.ClockOff, clock.IsOff ? ClockDetail(clock.Offset) : null),
            (AlertKind.BrokerAway, broker.DetailAt(at)) })
        {
            if (detail is not null)
            {
                batch.BatchCommands.Add(AlertTable.RaiseWith([new Finding(kind, subject, detail)], at));
                batch.BatchCommands.Add(AlertTable.See(kind, subject, at));
            }
            else
            {
                batch.BatchCommands.Add(AlertTable.Resolve(kind, subject, at));
            }

            batch.BatchCommands.Add(AlertTable.ResolveUnseen(kind, at - GoneAfter, at));
        }

        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static string ClockDetail(Duration offset) => string.Create(
        CultureInfo.InvariantCulture,
        $"The clock of this host is {Math.Abs((long)offset.TotalSeconds)} seconds {(offset > Duration.Zero ? "ahead of" : "behind")} the database's: it goes by the database's and is not ready until its own is set.");
}
