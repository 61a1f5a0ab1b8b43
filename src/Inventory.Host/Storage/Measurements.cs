using System.Data;
using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>
/// Gauges of what one host of the cluster measures at a time. What was measured is stored, and read when metrics are asked for, so that every host says the
/// same, whichever measured last. Where nothing was measured yet, or the database does not answer, they say nothing.
/// </summary>
public sealed class Measurements : IDisposable
{
    public const string ReservationMismatch = "retailsync.reservations.mismatch";
    public const string AuditDifferences = "retailsync.audit.differences";

    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(1);

    private readonly Meter _meter = new("RetailSync.Measurements");
    private readonly NpgsqlDataSource _database;
    private readonly IClock _clock;
    private volatile IReadOnlyDictionary<string, long> _newest = new Dictionary<string, long>();

    public Measurements(NpgsqlDataSource database, IClock clock)
    {
        (_database, _clock) = (database, clock);
        Show(ReservationMismatch, "Positions whose reserved is not the sum of their open holds");
        Show(AuditDifferences, "What differed in the last sample");
    }

    public void Dispose() => _meter.Dispose();

    public async Task Store(string name, long value, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand(
            $"""
             insert into {OperationsTables.Measurements} (name, value, measured_at) values ($1, $2, $3)
             on conflict (name) do update set value = excluded.value, measured_at = excluded.measured_at
             """);
        command.Parameters.AddWithValue(name);
        command.Parameters.AddWithValue(value);
        command.Parameters.AddWithValue(_clock.GetCurrentInstant());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Before metrics are collected.</summary>
    public async Task Read(CancellationToken cancellation)
    {
        try
        {
            _newest = await Select(cancellation).WaitAsync(QueryTimeout, cancellation);
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException)
        {
            _newest = new Dictionary<string, long>();
        }
    }

    private async Task<IReadOnlyDictionary<string, long>> Select(CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand($"select name, value from {OperationsTables.Measurements}");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var values = new Dictionary<string, long>();
        while (await reader.ReadAsync(cancellation))
        {
            values.Add(reader.GetString("name"), reader.GetInt64("value"));
        }

        return values;
    }

    private void Show(string name, string description) => _meter.CreateObservableGauge(
        name, () => _newest.TryGetValue(name, out var value) ? [new Measurement<long>(value)] : Array.Empty<Measurement<long>>(), description: description);
}
