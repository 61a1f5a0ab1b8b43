using System.Data;
using System.Diagnostics.Metrics;
using Npgsql;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Alerts;

/// <summary>The gauge <c>retailsync.alerts.open</c>: open alerts of each kind, 0 where there is none, the same on every host.</summary>
public sealed class OpenAlerts : IDisposable
{
    private const string Select = $"select kind, count(*) as alerts from {OperationsTables.Alerts} where resolved_at is null group by kind";

    private readonly Meter _meter = new("RetailSync.Alerts");
    private readonly NpgsqlDataSource _database;
    private Measurement<long>[] _open = [];

    public OpenAlerts(NpgsqlDataSource database)
    {
        _database = database;
        _meter.CreateObservableGauge("retailsync.alerts.open", () => Volatile.Read(ref _open), description: "Alerts that are open, by kind");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Counts them now.</summary>
    public async Task Count(CancellationToken cancellation)
    {
        var open = new Dictionary<string, long>();
        await using var command = _database.CreateCommand(Select);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            open.Add(reader.GetString("kind"), reader.GetInt64("alerts"));
        }

        Volatile.Write(ref _open, [.. AlertKind.All.Select(kind =>
            new Measurement<long>(open.GetValueOrDefault(kind.Name), new KeyValuePair<string, object?>("kind", kind.Name), new("severity", kind.Severity)))]);
    }
}
