using System.Globalization;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>
/// Whether the clock of this host is where the database's is. Each host raises and resolves its own alert, by its name and address; that of a host that is gone, which says
/// nothing more of itself, is resolved by the others.
/// </summary>
public sealed class ClockAlert(NpgsqlDataSource database, CheckedClock clock, IServer server)
{
    /// <summary>Many times as long as between two looks of a host.</summary>
    private static readonly Duration GoneAfter = Duration.FromMinutes(1);

    /// <summary>Null while the host is not listening yet.</summary>
    private string? Subject => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address ? $"{Environment.MachineName} {address}" : null;

    /// <param name="at">The instant of the look.</param>
    /// <param name="cancellation">Stops it.</param>
    public async Task Settle(Instant at, CancellationToken cancellation)
    {
        if (Subject is not { } subject)
        {
            return;
        }

        await using var batch = database.CreateBatch();
        if (clock.IsOff)
        {
            batch.BatchCommands.Add(AlertTable.RaiseWith([new Finding(AlertKind.ClockOff, subject, Detail(clock.Offset))], at));
            batch.BatchCommands.Add(AlertTable.See(AlertKind.ClockOff, subject, at));
        }
        else
        {
            batch.BatchCommands.Add(AlertTable.Resolve(AlertKind.ClockOff, subject, at));
        }

        batch.BatchCommands.Add(AlertTable.ResolveUnseen(AlertKind.ClockOff, at - GoneAfter, at));
        await batch.ExecuteNonQueryAsync(cancellation);
    }

    private static string Detail(Duration offset) => string.Create(
        CultureInfo.InvariantCulture,
        $"The clock of this host is {Math.Abs((long)offset.TotalSeconds)} seconds {(offset > Duration.Zero ? "ahead of" : "behind")} the database's: it goes by the database's and is not ready until its own is set.");
}
