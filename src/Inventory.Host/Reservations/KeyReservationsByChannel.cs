using Npgsql;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>
/// Changes the key of the reservations of a database that an older build made, before the schema is compared with its definition: a new column of
/// the key has to be filled before it is in the key, which a comparison of definitions cannot know. So it is done before any service starts.
/// </summary>
public sealed class KeyReservationsByChannel(NpgsqlDataSource database) : IHostedLifecycleService
{
    public async Task StartingAsync(CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(ReservationTable.KeyByChannel);
        command.CommandTimeout = 0; // the table is written once, however many reservations it has
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
