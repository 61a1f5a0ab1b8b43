using System.Diagnostics.Metrics;
using Npgsql;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Reservations;

/// <summary>
/// Each minute, compares what every position carries as reserved with the sum of the holds that are open there. They are written in one
/// transaction, so a difference is a mistake of ours: the gauge <c>retailsync.reservations.mismatch</c> counts the positions, and the log
/// names some.
/// </summary>
public sealed class CompareReservations : BackgroundService
{
    public const string Gauge = "retailsync.reservations.mismatch";

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Meter _meter = new("RetailSync.Reservations");
    private readonly NpgsqlDataSource _database;
    private readonly TimeProvider _time;
    private readonly ILogger<CompareReservations> _log;
    private long _mismatches;

    public CompareReservations(NpgsqlDataSource database, TimeProvider time, ILogger<CompareReservations> log)
    {
        (_database, _time, _log) = (database, time, log);
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
        await using var command = _database.CreateCommand(ReservationTable.SelectMismatches);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var differ = 0L;
        while (await reader.ReadAsync(cancellation))
        {
            differ = reader.GetInt64(4);
            _log.LogWarning(
                "{Sku} at {Location} carries {Reserved} as reserved, and holds of {Held} are open there", reader.GetString(0), reader.GetString(1), reader.GetDecimal(2), reader.GetDecimal(3));
        }

        Interlocked.Exchange(ref _mismatches, differ);
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
