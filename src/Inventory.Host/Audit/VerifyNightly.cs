using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>
/// Verifies a sample of positions every night, on every host another one: the gauge <c>retailsync.audit.differences</c> says what the last sample found, the
/// counter <c>retailsync.audit.events.checked</c> that it runs, and an alert names the first thing that differs until a sample finds nothing.
/// <c>Audit:NightlySample</c> is how many positions (default 1,000; 0 for none), <c>Audit:NightlyHour</c> the hour of the day, UTC (default 3).
/// </summary>
public sealed class VerifyNightly : BackgroundService
{
    public const string SampleSetting = "Audit:NightlySample";
    public const string HourSetting = "Audit:NightlyHour";

    private const int DefaultSample = 1_000;
    private const int DefaultHour = 3;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Meter _meter = new("RetailSync.Audit");
    private readonly Counter<long> _events;
    private readonly VerifyEverything _verify;
    private readonly NpgsqlDataSource _database;
    private readonly IClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger<VerifyNightly> _log;
    private readonly int _sample;
    private readonly int _hour;
    private long _differences;

    public VerifyNightly(VerifyEverything verify, NpgsqlDataSource database, IConfiguration configuration, IClock clock, TimeProvider time, ILogger<VerifyNightly> log)
    {
        (_verify, _database, _clock, _time, _log) = (verify, database, clock, time, log);
        (_sample, _hour) = (configuration.GetValue(SampleSetting, DefaultSample), configuration.GetValue(HourSetting, DefaultHour));
        _events = _meter.CreateCounter<long>("retailsync.audit.events.checked", description: "Events that samples have verified");
        _meter.CreateObservableGauge("retailsync.audit.differences", () => Interlocked.Read(ref _differences), description: "What differed in the last sample");
    }

    public override void Dispose()
    {
        _meter.Dispose();
        base.Dispose();
    }

    /// <summary>Verifies a sample now.</summary>
    public async Task<Verification> Run(CancellationToken cancellation)
    {
        var verified = await _verify.Sample(_sample, cancellation);
        _events.Add(verified.EventsChecked);
        Interlocked.Exchange(ref _differences, verified.Differences);
        var findings = verified.FirstDifference is { } first
            ? new List<Finding> { new(AlertKind.HistoryDiffers, first.Stream ?? first.What, $"{first.What}: {first.Detail} Verify everything (GET /v1/audit/verify).", first.Sku, first.Location) }
            : [];
        await AlertTable.Settle(_database, [AlertKind.HistoryDiffers], findings, _clock.GetCurrentInstant(), cancellation);
        if (findings.Count > 0)
        {
            _log.LogError("A sample of the history differs: {Detail}", findings[0].Detail);
        }

        return verified;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, _time);
        LocalDate? done = null;
        while (_sample > 0 && await timer.WaitForNextTickAsync(stoppingToken))
        {
            var now = _clock.GetCurrentInstant().InUtc();
            if (now.Hour != _hour || now.Date == done)
            {
                continue;
            }

            try
            {
                await Run(stoppingToken);
                done = now.Date;
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                _log.LogWarning(failure, "The nightly sample could not be verified; trying again");
            }
        }
    }
}
