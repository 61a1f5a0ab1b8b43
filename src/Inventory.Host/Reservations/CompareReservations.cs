using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine.Attributes;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>Compare what positions carry as reserved with the holds that are open there.</summary>
[MessageIdentity("compare-reservations")]
public sealed record CompareReservations;

/// <summary>
/// What every position carries as reserved is the sum of the holds that are open there. They are written in one transaction, so a difference is a mistake of
/// ours: the gauge <c>retailsync.reservations.mismatch</c> counts the positions, and alerts (<c>reserved-differs</c>) and the log name some.
/// </summary>
public static class CompareReservationsHandler
{
    public static async Task Handle(
        CompareReservations _, NpgsqlDataSource database, Measurements measurements, IClock clock, ILogger log, CancellationToken cancellation)
    {
        var differ = 0L;
        var findings = new List<Finding>();
        await using (var command = database.CreateCommand(ReservationTable.SelectMismatches))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                differ = reader.GetInt64("positions");
                var (sku, location) = (reader.GetString("sku"), reader.GetString("location"));
                var detail = FormattableString.Invariant(
                    $"{reader.GetDecimal("reserved"):0.####} units are carried as reserved, and holds of {reader.GetDecimal("opened"):0.####} are open.");
                findings.Add(new Finding(
                    AlertKind.ReservedDiffers, new PositionKey(Sku.Parse(sku), LocationId.Parse(location)).ToString(), detail, sku, location));
                log.LogWarning("{Sku} at {Location}: {Detail}", sku, location, detail);
            }
        }

        await measurements.Store(Measurements.ReservationMismatch, differ, cancellation);
        await AlertTable.Update(database, [AlertKind.ReservedDiffers], findings, clock.GetCurrentInstant(), cancellation);
    }
}
