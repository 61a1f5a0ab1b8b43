using System.Globalization;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using RetailSync.Inventory.Host.Security;
using Serilog;
using Serilog.Configuration;
using Serilog.Events;
using Serilog.Formatting.Compact;

namespace RetailSync.Inventory.Host;

/// <summary>Logs to the standard error, metrics for Prometheus, traces where a collector is named.</summary>
public static class Telemetry
{
    /// <summary>
    /// The bounds of our histograms, in seconds. Those that come without saying are meant for milliseconds: everything would be in the first.
    /// </summary>
    private static readonly double[] Seconds = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>
    /// Standard error: lines to read where a person looks, JSON where a machine collects them. Whoever does not read them, such as a paused terminal or a
    /// blocked log driver, loses log events and blocks no writer.
    /// </summary>
    public static LoggerConfiguration Standard(this LoggerSinkConfiguration sinks) => sinks.NonBlocking(standardError => _ = Console.IsErrorRedirected
        ? standardError.Console(new RenderedCompactJsonFormatter(), standardErrorFromLevel: LogEventLevel.Verbose)
        : standardError.Console(standardErrorFromLevel: LogEventLevel.Verbose, formatProvider: CultureInfo.InvariantCulture,
            outputTemplate: "{Timestamp:HH:mm:ss} {Level:u3} {Message:lj}{NewLine}{Exception}"));

    public static WebApplicationBuilder AddTelemetry(this WebApplicationBuilder builder)
    {
        // Standard output belongs to the command line: what it prints there, scripts read.
        builder.Services.AddSerilog(logger => logger
            .MinimumLevel.Information()
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // says nothing above information, and makes an activity for each request while it may
            .MinimumLevel.Override("Microsoft.AspNetCore.Hosting.Diagnostics", LevelAlias.Off)
            .MinimumLevel.Override("Microsoft.AspNetCore.DataProtection", LogEventLevel.Error) // its keys protect nothing here: there are no cookies
            .MinimumLevel.Override(typeof(KeyAuthentication).Namespace!, LogEventLevel.Warning) // every 401 would be a line
            .MinimumLevel.Override("Marten", LogEventLevel.Warning)
            .MinimumLevel.Override("Npgsql", LogEventLevel.Warning)
            .MinimumLevel.Override("Wolverine", LogEventLevel.Warning)
            .MinimumLevel.Override("Wolverine.Configuration.HandlerDiscovery", LogEventLevel.Error) // endpoints are found elsewhere
            .MinimumLevel.Override("JasperFx", LogEventLevel.Warning)
            .ReadFrom.Configuration(builder.Configuration)
            .Enrich.FromLogContext()
            .WriteTo.Standard());

        var telemetry = builder.Services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("retailsync"))
            .WithMetrics(metrics => metrics
                .AddMeter("RetailSync*", "Npgsql", "Marten*", "Wolverine*", "Microsoft.AspNetCore.Hosting",
                    "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddView(instrument => instrument.Unit == "s" && instrument.Meter.Name.StartsWith("RetailSync", StringComparison.Ordinal)
                    ? new ExplicitBucketHistogramConfiguration { Boundaries = Seconds }
                    : null)
                .AddPrometheusExporter());
        if (builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is { Length: > 0 })
        {
            telemetry.WithTracing(traces => traces
                .AddAspNetCoreInstrumentation()
                .AddSource("RetailSync*", "Npgsql", "Marten", "Wolverine")
                .AddOtlpExporter());
        }

        return builder;
    }
}
