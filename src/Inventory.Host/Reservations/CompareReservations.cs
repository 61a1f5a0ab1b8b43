using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>
/// Each minute, compares what every position carries as reserved with the sum of the holds that are open there. They are written in one
/// transaction, so a difference is a mistake of ours: the gauge <c>retailsync.reservations.mismatch</c> counts the positions, and alerts
/// (<c>reserved-differs</c>) and the log name some.
/// </summary>
public sealed class CompareReservations : BackgroundService
{
    public const string Gauge = "retailsync.reservations.mismatch";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Meter _meter = new("RetailSync.Reservations");
    private readonly NpgsqlDataSource _database;
    private readonly IClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<CompareReservations> _log;
    private long _mismatches;

    public CompareReservations(NpgsqlDataSource database, IClock clock, TimeProvider time, ILogger<CompareReservations> log)
    {
        (_database, _clock, _time, _log) = (database, clock, time, log);
        _meter.CreateObservableGauge(Gauge, () => Interlocked.Read(ref _mismatches), description: "Positions whose reserved is not the sum of their open holds");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <summary>Compares now.</summary>
    /// <returns>How many positions differ.</returns>
    public async Task<long> Compare(CancellationToken cancellation)
    {
        var differ = 0L;
        var findings = new List<Finding>();
        await using (var command = _database.CreateCommand(ReservationTable.SelectMismatches))
        {
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                differ = reader.GetInt64(4);
                var (sku, location) = (reader.GetString(0), reader.GetString(1));
                var detail = FormattableString.Invariant($"{reader.GetDecimal(2):0.####} units are carried as reserved, and holds of {reader.GetDecimal(3):0.####} are open.");
                findings.Add(new Finding(AlertKind.ReservedDiffers, new PositionKey(Sku.Parse(sku), LocationId.Parse(location)).ToString(), detail, sku, location));
                _log.LogWarning("{Sku} at {Location}: {Detail}", sku, location, detail);
            }
        }

        Interlocked.Exchange(ref _mismatches, differ);
        await AlertTable.Settle(_database, [AlertKind.ReservedDiffers], findings, _clock.GetCurrentInstant(), cancellation);
        return differ;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, _time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Compare(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                _log.LogWarning(failure, "Reservations could not be compared with positions; trying again");
            }
        }
    }
}
