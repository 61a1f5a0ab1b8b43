using NodaTime;
using NodaTime.Serialization.SystemTextJson;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Audit.Repair;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Operations.Figures;
using RetailSync.Inventory.Host.Reconciliation.Compare;
using RetailSync.Inventory.Host.Reconciliation.Intake.Pull;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Reservations;
using RetailSync.Inventory.Host.Retention;
using Wolverine;
using Wolverine.Transports.Local;
using Wolverine.Util;

namespace RetailSync.Inventory.Host;

/// <summary>
/// What one host of the cluster does by the clock, by Wolverine's schedules, in UTC. What looks at everything each time runs on the host that keeps its
/// timer, and is skipped while the look before still runs. What has to be done once for each occurrence is a durable message: it is stored before it is due,
/// any host takes it, and it ends among the dead letters when it fails for good.
/// </summary>
public static class Schedules
{
    public static void AddSchedules(this WolverineOptions options, IConfiguration configuration)
    {
        options.UseSystemTextJsonForSerialization(json => json.ConfigureForNodaTime(DateTimeZoneProviders.Tzdb));
        options.Policies.MessageSuccessLogLevel(LogLevel.Debug);
        options.Policies.MessageExecutionLogLevel(LogLevel.Debug);

        options.Schedules.ScheduleRecurring("find-alerts", "*/5 * * * * *", _ => new FindAlerts()).SkipWhileRunning();
        options.Schedules.ScheduleRecurring("compare-reservations", "* * * * *", _ => new CompareReservations()).SkipWhileRunning();
        options.Schedules.ScheduleRecurring("sample-cluster", "* * * * *", _ => new SampleCluster()).SkipWhileRunning();
        options.Schedules.ScheduleRecurring("sign-checkpoint", "30 * * * * *", _ => new SignCheckpoint()).SkipWhileRunning();

        // One sheet after the other on each host. Corrections do not wait for the comparison of another sheet.
        options.DurableQueueOf<CompareSheet>().Sequential();
        options.DurableQueueOf<CorrectDrifts>().Sequential();
        options.DurableQueueOf<PullCounts>();
        foreach (var (system, source) in CountSource.Read(configuration).Where(source => source.Value.Url is not null))
        {
            var eachHour = FormattableString.Invariant($"{source.Minute} * * * *");
            options.Schedules.ScheduleRecurring(
                $"pull-counts-{system}", eachHour, due => new PullCounts(system, source.HourOf(Instant.FromDateTimeOffset(due))));
        }

        options.DurableQueueOf<RunRebuild>().Sequential();
        options.DurableQueueOf<ApplyRetention>().Sequential();
        options.Schedules.ScheduleRecurring("apply-retention", "17 * * * *", _ => new ApplyRetention());

        if (VerifySample.HourOf(configuration) is { } hour)
        {
            options.DurableQueueOf<VerifySample>().Sequential();
            options.Schedules.ScheduleRecurring("verify-sample", FormattableString.Invariant($"0 {hour} * * *"), _ => new VerifySample());
        }
    }

    /// <summary>
    /// By its name and not by <c>LocalQueueFor</c>, which Wolverine (6.62) applies after it has begun to recover stored messages: a queue that was
    /// opened for one of them then kept in memory what was sent to it until the host was started again.
    /// </summary>
    private static LocalQueueConfiguration DurableQueueOf<T>(this WolverineOptions options) =>
        options.LocalQueue(typeof(T).ToMessageTypeName()).UseDurableInbox();
}
