using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Attributes;
using Wolverine.Runtime.Handlers;

namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>
/// Verify a sample of positions, every night another one: <c>Audit:NightlySample</c> is how many (default 1,000; 0 for none), <c>Audit:NightlyHour</c> the hour
/// of the day, UTC (default 3).
/// </summary>
[MessageIdentity("verify-sample")]
public sealed record VerifySample
{
    internal static int PositionsOf(IConfiguration configuration) => configuration.Read<AuditOptions>().NightlySample;

    /// <summary>The hour of the day, UTC; null where no sample is wanted.</summary>
    internal static int? HourOf(IConfiguration configuration) => configuration.Read<AuditOptions>() is { NightlySample: > 0 } options
        ? options.NightlyHour : null;
}

/// <summary>
/// The gauge <c>retailsync.audit.differences</c> says what the last sample found, the counter <c>retailsync.audit.events.checked</c> that samples are
/// verified, and an alert names the first thing that differs until a sample finds nothing.
/// </summary>
public sealed class VerifySampleHandler(
    VerifyEverything verify, NpgsqlDataSource database, Measurements measurements, IConfiguration configuration, IHostApplicationLifetime lifetime,
    IClock clock, ILogger<VerifySample> log)
{
    private const int AnHour = 3_600;

    private static readonly Meter Meter = new("RetailSync.Audit");
    private static readonly Counter<long> Events =
        Meter.CreateCounter<long>("retailsync.audit.events.checked", description: "Events that samples have verified");

    public static void Configure(HandlerChain chain) => chain.TryAgain();

    [MessageTimeout(AnHour)]
    public Task Handle(VerifySample _, CancellationToken cancellation) => lifetime.UntilStopping(Run, cancellation);

    /// <summary>Verifies a sample now.</summary>
    public async Task<Verification> Run(CancellationToken cancellation)
    {
        var verified = await verify.Sample(VerifySample.PositionsOf(configuration), cancellation);
        Events.Add(verified.EventsChecked);
        await measurements.Store(Measurements.AuditDifferences, verified.Differences, cancellation);
        List<Finding> findings = verified.FirstDifference is { } first ? [Of(first)] : [];
        await AlertTable.Update(database, [AlertKind.HistoryDiffers], findings, clock.GetCurrentInstant(), cancellation);
        if (findings.Count > 0)
        {
            log.LogError("A sample of the history differs: {Detail}", findings[0].Detail);
        }

        return verified;
    }

    private static Finding Of(Difference first) => new(
        AlertKind.HistoryDiffers, first.Stream ?? first.What, $"{first.What}: {first.Detail} Verify everything (GET /v1/audit/verify).", first.Sku,
        first.Location);
}
