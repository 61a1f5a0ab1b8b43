using NodaTime;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Audit;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Availability.Query;
using RetailSync.Inventory.Host.ChannelOrders;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.ConsolePages;
using RetailSync.Inventory.Host.DeadLetters;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Hints;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Csv;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Kits;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Monitoring;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Operations;
using RetailSync.Inventory.Host.Operations.Activities;
using RetailSync.Inventory.Host.Operations.Figures;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Positions.Events;
using RetailSync.Inventory.Host.Positions.Search;
using RetailSync.Inventory.Host.Promises;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Inventory.Host.Reconciliation;
using RetailSync.Inventory.Host.Reservations;
using RetailSync.Inventory.Host.Retention;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Rules.Change;
using RetailSync.Inventory.Host.Rules.Simulate;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Search;
using RetailSync.Inventory.Host.SignIn;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.SourceDocuments;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;
using Wolverine.Runtime.Agents;

namespace RetailSync.Inventory.Host;

/// <summary>Composes the web application; <see cref="Program"/> decides when to run it.</summary>
public static class Server
{
    /// <param name="args">ASP.NET's own switches (<c>--urls</c>, <c>--environment</c>, <c>--Key=value</c>).</param>
    /// <param name="connectionString">The PostgreSQL database that is the system of record.</param>
    /// <param name="arrange">Changes to the services before they are built: another clock, for one.</param>
    /// <exception cref="SettingsException">The configuration is wrong, and how.</exception>
    public static WebApplication Build(string[] args, string connectionString, Action<WebApplicationBuilder>? arrange = null)
    {
        connectionString = DatabaseWatch.Bounded(connectionString);
        var builder = WebApplication.CreateBuilder(args);
        builder.Configuration.CheckSettings();
        builder.AddLimits().AddSecurity().AddTelemetry().AddProblems().AddHealth().AddMetricsServer().AddOpenApiDocument();
        builder.AddClock(connectionString);
        builder.AddEventStore(connectionString);
        builder.Services.ConfigureHttpJsonOptions(options => Json.Configure(options.SerializerOptions));
        builder.AddWriteLanes(connectionString);
        builder.AddMonitoring();
        builder.AddRecordingAndReading();
        builder.AddPublications();
        builder.AddChannelOrders();

        // After the lanes and what else its handlers and agents need, and before who sends it messages: hosted services stop in the other order, so that what
        // a stopping host gives up is with another at once.
        builder.AddMessaging();
        builder.AddReconciliation();
        builder.AddSourceDocuments();
        builder.Services.AddAudit();
        builder.Services.AddSingleton<IAgentFamily, ClusterAgents>();
        builder.Services.AddSingleton(builder.Configuration.Read<RetentionPolicy>());
        builder.Services.AddSingleton<FeedCompaction>();
        builder.Services.AddSingleton<ArchiveYears>();
        builder.Services.AddSingleton<RetentionJob>();
        builder.AddMessageQueues();
        arrange?.Invoke(builder);

        return builder.Build().UseRequestPipeline();
    }

    /// <summary>The clock, checked against the database: what starts after it has the checked time.</summary>
    private static void AddClock(this WebApplicationBuilder builder, string connectionString)
    {
#pragma warning disable RS0030 // The composition is where the real clock comes from.
        builder.Services.AddSingleton(new MachineClock(SystemClock.Instance));
#pragma warning restore RS0030
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<CheckedClock>();
        if (SampleClock.Start(builder, connectionString) is { } from)
        {
            builder.Services.AddSingleton(services => new SampleClock(services.GetRequiredService<CheckedClock>(), TimeProvider.System, from));
            builder.Services.AddSingleton<IClock>(services => services.GetRequiredService<SampleClock>());
        }
        else
        {
            builder.Services.AddSingleton<IClock>(services => services.GetRequiredService<CheckedClock>());
        }

        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<DatabaseWatch>(services, connectionString));
        builder.Services.AddHostedService(services => services.GetRequiredService<DatabaseWatch>()); // first: what starts after it has the checked time
        builder.Services.AddHostedService<HeartbeatClock>();
    }

    /// <summary>The writers of positions and reservations.</summary>
    private static void AddWriteLanes(this WebApplicationBuilder builder, string connectionString)
    {
        builder.Services.AddSingleton(services => ActivatorUtilities.CreateInstance<WriteLanes>(
            services, connectionString, builder.Configuration.Read<LaneOptions>()));
        builder.Services.AddHostedService(services => services.GetRequiredService<WriteLanes>());
        builder.Services.AddHostedService<ExpireReservations>();
        builder.Services.AddSingleton<RecordPromiseChanges>();
        builder.Services.AddHostedService<ReplanSupply>();
    }

    /// <summary>What finds and keeps alerts, and measures.</summary>
    private static void AddMonitoring(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<OpenWriters>();
        builder.Services.AddSingleton<BrokerAbsence>();
        builder.Services.AddSingleton<HostAlerts>();
        builder.Services.AddSingleton<ClusterAlerts>();
        builder.Services.AddSingleton<OpenAlerts>();
        builder.Services.AddSingleton<FindAlertsHandler>();
        builder.Services.AddHostedService<WatchHost>();
        builder.Services.AddSingleton<Measurements>();
        builder.Services.AddSingleton<DeadLetterStore>();
        builder.Services.AddSingleton<HostName>();
        builder.Services.AddSingleton<SampleStore>();
        builder.Services.AddSingleton<SampleClusterHandler>();
        builder.Services.AddHostedService<SampleHost>();
        builder.Services.AddSingleton<ReadOperations>();
    }

    /// <summary>Rules, availability from memory, and the recording of movements.</summary>
    private static void AddRecordingAndReading(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<KnownChannels>();
        builder.Services.AddSingleton<PlanCache>();
        builder.Services.AddSingleton<ActivityLog>();
        builder.Services.AddSingleton<RuleProposals>();
        builder.Services.AddSingleton<RuleStore>();
        builder.Services.AddSingleton<ReplayHistory>();
        builder.Services.AddSingleton<ChangeHints>();
        builder.Services.AddSingleton<TableChanges>();
        builder.Services.AddSingleton<HintBroadcast>();
        builder.Services.AddHostedService(services => services.GetRequiredService<HintBroadcast>());
        builder.Services.AddSingleton<StockCache>();
        builder.Services.AddSingleton<StockCacheUpdater>();
        builder.Services.AddHostedService(services => services.GetRequiredService<StockCacheUpdater>());
        builder.Services.AddSingleton<ReadAvailability>();
        builder.Services.AddSingleton<AvailabilityAsOfReader>();
        builder.Services.AddSingleton<AvailabilityFastPath>();
        builder.Services.AddSingleton<ExplainTerms>();
        builder.Services.AddSingleton<PreviewRules>();
        builder.Services.AddSingleton<ShowAllocations>();
        builder.Services.AddSingleton<ScanPositions>();
        builder.Services.AddSingleton<SearchPositions>();
        builder.Services.AddSingleton<FindEvents>();
        builder.Services.AddSingleton<FindMovement>();
        builder.Services.AddSingleton<SearchEverything>();
        builder.Services.AddSingleton<QuarantineStore>();
        builder.Services.AddSingleton<KnownSkus>();
        builder.Services.AddSingleton<SkuUnits>();
        builder.Services.AddSingleton<SkuRegistry>();
        builder.Services.AddSingleton<SkuNames>();
        builder.Services.AddSingleton<BaseQuantities>();
        builder.Services.AddSingleton<KitRegistry>();
        builder.Services.AddSingleton<LocationNames>();
        builder.Services.AddSingleton<CheckMovements>();
        builder.Services.AddSingleton<RecordMovements>();
        builder.Services.AddSingleton<ReadYourWrites>();
        builder.Services.AddSingleton<ConcurrencyRetry>();
    }

    /// <summary>What each request passes, in this order.</summary>
    private static WebApplication UseRequestPipeline(this WebApplication app)
    {
        app.RefuseDevKeysOffLoopback();
        app.UseReadiness();
        app.UseHead();
        app.UseSecurityHeaders();
        app.UseAnswersFromMemory();
        app.UseCorrelation();
        app.UseProblems();
        app.UseTimeLimits();
        app.UseRouting();
        app.UseAuthentication();
        app.UseCallRates();
        app.UseAuthorization();
        app.UseSampleClock();
        app.UseActivityLog();
        app.UseRequestDecompression();
        app.UseReadYourWrites();
        app.UseCsvLists();
        app.MapHealth();
        app.MapOpenApiDocument();
        app.MapMetrics();
        app.MapSingleSignOn();
        app.MapConsole();
        app.MapWolverineEndpoints();
        return app;
    }
}
