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
/// What every position carries as reserved, and as kept of each document, is the sum of the holds that are open there. They are written in one transaction, so
/// a difference is a mistake of ours: the gauge <c>retailsync.reservations.mismatch</c> counts them, and alerts (<c>reserved-differs</c>) and the log
/// name some.
/// </summary>
public static class CompareReservationsHandler
{
    public static async Task Handle(
        CompareReservations _, NpgsqlDataSource database, Measurements measurements, IClock clock, ILogger log, CancellationToken cancellation)
    {
        var findings = new List<Finding>();
        await using var connection = await database.OpenConnectionAsync(cancellation);
        var differ = await Compare(connection, ReservationTable.SelectMismatches, "positions", reader => ("", FormattableString.Invariant(
            $"{reader.GetDecimal("reserved"):0.####} units are carried as reserved, and holds of {reader.GetDecimal("opened"):0.####} are open.")));
        differ += await Compare(connection, ReservationTable.SelectSupplyMismatches, "documents", reader => (
            $" {reader.GetString("document")}", FormattableString.Invariant(
                $"{reader.GetDecimal("carried"):0.####} units of {reader.GetString("document")} are carried as kept, ")
                + FormattableString.Invariant($"and reservations keep {reader.GetDecimal("kept"):0.####}.")));
        await measurements.Store(Measurements.ReservationMismatch, differ, cancellation);
        await AlertTable.Update(database, [AlertKind.ReservedDiffers], findings, clock.GetCurrentInstant(), cancellation);

        async Task<long> Compare(
            NpgsqlConnection connection, string sql, string total, Func<NpgsqlDataReader, (string Of, string Detail)> describe)
        {
            var all = 0L;
            await using var command = new NpgsqlCommand(sql, connection);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                all = reader.GetInt64(total);
                var (sku, location, (of, detail)) = (reader.GetString("sku"), reader.GetString("location"), describe(reader));
                findings.Add(new Finding(
                    AlertKind.ReservedDiffers, $"{new PositionKey(Sku.Parse(sku), LocationId.Parse(location))}{of}", detail, sku, location));
                log.LogWarning("{Sku} at {Location}: {Detail}", sku, location, detail);
            }

            return all;
        }
    }
}
