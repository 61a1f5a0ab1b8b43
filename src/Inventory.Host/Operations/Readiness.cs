using Microsoft.AspNetCore.Connections.Features;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>
/// Whether this host is ready for calls: from when it is warm (<see cref="WarmUp"/>) until it is asked to stop. It then continues to answer for
/// <see cref="DrainTime"/>, in which <c>/health/ready</c> is 503 and each answer closes its connection, so that a load balancer has sent everybody elsewhere
/// before the host stops listening. For many threads.
/// </summary>
public sealed class Readiness
{
    /// <summary>Seconds: longer than a load balancer takes that probes every two seconds and acts on the third failure.</summary>
    private const int ByDefault = 10;

    private volatile bool _isWarm;
    private volatile bool _isDraining;

    public Readiness(IConfiguration configuration, IHostEnvironment environment)
    {
        DrainTime = TimeSpan.FromSeconds((double)(configuration.Read<ShutdownOptions>().DrainSeconds ?? (environment.IsDevelopment() ? 0 : ByDefault)));
    }

    /// <summary>How long the host continues to answer after it was asked to stop.</summary>
    public TimeSpan DrainTime { get; }

    /// <summary>Whether it was asked to stop.</summary>
    public bool IsDraining => _isDraining;

    /// <summary>Why the host is not ready; null while it is.</summary>
    public string? NotReady => _isDraining ? "The host is stopping." : _isWarm ? null : "The host is starting.";

    /// <summary>Callers may come.</summary>
    public void Warm() => _isWarm = true;

    /// <summary>Starts draining: readiness becomes 503; returns after the drain time.</summary>
    public Task Drain()
    {
        _isDraining = true;
        return Task.Delay(DrainTime);
    }
}

public static class ReadinessPipeline
{
    /// <summary>First, so that whatever is answered while the host drains is the last on its connection.</summary>
    public static IApplicationBuilder UseReadiness(this IApplicationBuilder app)
    {
        var (readiness, warmUp) = (app.ApplicationServices.GetRequiredService<Readiness>(), app.ApplicationServices.GetRequiredService<WarmUp>());
        return app.Use(next =>
        {
            warmUp.Pipeline = next;
            return http =>
            {
                if (readiness.IsDraining)
                {
                    http.Features.Get<IConnectionLifetimeNotificationFeature>()?.RequestClose();
                }

                return next(http);
            };
        });
    }
}
