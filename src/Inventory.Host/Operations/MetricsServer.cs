using OpenTelemetry.Metrics;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Operations;

/// <summary>
/// <c>/metrics</c> on addresses of its own (<c>Metrics:Urls</c>, several separated by <c>;</c>, http only), for whoever keeps what Prometheus reads apart from
/// what callers reach. A server of its own, so that no <c>Host</c> header leads from one to the other.
/// </summary>
public sealed class MetricsServer(MeterProvider metrics, Measurements measurements, IConfiguration configuration) : IHostedService, IAsyncDisposable
{
    internal const string Path = "/metrics";

    private readonly WebApplication _app = Build(configuration.Read<MetricsOptions>().Urls!, metrics, measurements);

    /// <summary>Where it listens, once it does.</summary>
    public IEnumerable<string> Addresses => _app.Urls;

    public Task StartAsync(CancellationToken cancellationToken) => _app.StartAsync(cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => _app.StopAsync(cancellationToken);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    /// <summary>Without the settings of the environment: the addresses of the host would be among them.</summary>
    private static WebApplication Build(string urls, MeterProvider metrics, Measurements measurements)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.AddServerHeader = false)
            .UseUrls(urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
        var app = builder.Build();
        app.UseMeasurements(measurements);
        app.UseOpenTelemetryPrometheusScrapingEndpoint(metrics, predicate: null, Path, configureBranchedPipeline: null, optionsName: null);
        return app;
    }
}

public static class MetricsSetup
{
    public static WebApplicationBuilder AddMetricsServer(this WebApplicationBuilder builder)
    {
        if (!string.IsNullOrWhiteSpace(builder.Configuration.Read<MetricsOptions>().Urls))
        {
            builder.Services.AddSingleton<MetricsServer>();
            builder.Services.AddHostedService(services => services.GetRequiredService<MetricsServer>());
        }

        return builder;
    }

    /// <summary>Beside everything else, unless they have an address of their own.</summary>
    public static WebApplication MapMetrics(this WebApplication app)
    {
        if (string.IsNullOrWhiteSpace(app.Configuration.Read<MetricsOptions>().Urls))
        {
            app.UseMeasurements(app.Services.GetRequiredService<Measurements>());
            app.MapPrometheusScrapingEndpoint(MetricsServer.Path).AllowAnonymous();
        }

        return app;
    }

    internal static void UseMeasurements(this IApplicationBuilder app, Measurements measurements) => app.Use(async (http, next) =>
    {
        if (http.Request.Path == MetricsServer.Path)
        {
            await measurements.Read(http.RequestAborted);
        }

        await next(http);
    });
}
