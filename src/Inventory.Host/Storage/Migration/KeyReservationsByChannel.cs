using Npgsql;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Storage.Migration;

/// <summary>
/// Changes the key of the reservations of a database that an older build made, before the schema is compared with its definition: a new column of
/// the key has to be filled before it is in the key, which a comparison of definitions cannot know.
/// </summary>
internal static class KeyReservationsByChannel
{
    public static async Task Run(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReservationTable.KeyByChannel);
        command.CommandTimeout = 0; // the table is written once, however many reservations it has
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
