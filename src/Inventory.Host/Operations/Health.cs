using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>
/// <c>/health/live</c>: the process answers. <c>/health/ready</c>: it is warm and was not asked to stop, its database answers and has a clock that shows what
/// the host's does, and movements and holds are answered; <c>Degraded</c> while what is in memory is not current and the database is asked instead.
/// </summary>
public static class Health
{
    private const string Ready = "ready";

    private static readonly TimeSpan ProbeTimeout = TimeSpan.FromSeconds(2);

    public static WebApplicationBuilder AddHealth(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Readiness>();
        builder.Services.AddSingleton<WarmUp>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WarmUp>());
        builder.Services.AddHealthChecks()
            .AddCheck<Receiving>("receiving", tags: [Ready])
            .AddCheck<DatabaseReachable>("database", tags: [Ready], timeout: ProbeTimeout)
            .AddCheck<ClockRight>("clock", tags: [Ready])
            .AddCheck<FeedFollowing>("feed", tags: [Ready])
            .AddCheck<LanesWorking>("lanes", tags: [Ready]);
        return builder;
    }

    public static WebApplication MapHealth(this WebApplication app)
    {
        app.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false }).AllowAnonymous();
        app.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready) }).AllowAnonymous();
        return app;
    }

    private sealed class Receiving(Readiness readiness) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            readiness.NotReady is { } why ? HealthCheckResult.Unhealthy(why) : HealthCheckResult.Healthy());
    }

    private sealed class FeedFollowing(StockCacheUpdater feed) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            feed.IsFollowing || !feed.FitsInMemory ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("What is in memory is not current."));
    }

    private sealed class ClockRight(CheckedClock clock) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            clock.IsOff ? HealthCheckResult.Unhealthy("The clock of this host is more than two seconds from the database's.") : HealthCheckResult.Healthy());
    }

    private sealed class LanesWorking(WriteLanes lanes) : IHealthCheck
    {
        public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
            lanes.Stalled ? HealthCheckResult.Unhealthy("A lane has given no answer for too long.") : HealthCheckResult.Healthy());
    }

    private sealed class DatabaseReachable(NpgsqlDataSource database, DatabaseWatch watch) : IHealthCheck
    {
        public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        {
            try
            {
                return await watch.WhileAnswering(Ask(cancellationToken));
            }
            catch (Exception away) when (away is NpgsqlException or OperationCanceledException or DatabaseUnavailableException)
            {
                return HealthCheckResult.Unhealthy("The database does not answer.");
            }
        }

        private async Task<HealthCheckResult> Ask(CancellationToken cancellation)
        {
            await using var command = database.CreateCommand("select 1");
            await command.ExecuteScalarAsync(cancellation);
            return HealthCheckResult.Healthy();
        }
    }
}
