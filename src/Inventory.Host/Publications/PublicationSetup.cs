using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Detection;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Publications.PromiseChanges;

namespace RetailSync.Inventory.Host.Publications;

public static class PublicationSetup
{
    public static WebApplicationBuilder AddPublications(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<WakeSignal>();
        builder.Services.AddSingleton<RegisteredChannels>();
        builder.Services.AddSingleton<ChannelQuantities>();
        builder.Services.AddSingleton<PublicationLedgerWriter>();
        builder.Services.AddSingleton<FollowedEventFeed>();
        builder.Services.AddSingleton<PublicationQueue>();
        builder.Services.AddSingleton<PublicationPages>();
        builder.Services.AddSingleton<ChannelProgress>();
        builder.Services.AddSingleton<CallBudget>();
        builder.Services.AddSingleton<ChannelMappings>();
        builder.Services.AddSingleton<ChannelLocations>();
        builder.Services.AddSingleton<PendingOperations>();
        builder.Services.AddSingleton<ReadBack>();
        builder.Services.AddSingleton<ScheduledReadBack>();
        builder.Services.AddSingleton<CircuitBreaker>();
        builder.Services.AddSingleton<BatchPublisher>();
        builder.Services.AddSingleton<PromiseQueue>();
        builder.Services.AddSingleton<PublishPromises>();
        builder.Services.AddSingleton<VendorNoticeTable>();
        builder.Services.AddSingleton<Adapters>();
        builder.Services.AddSingleton<OpenChannels>();
        builder.Services.AddSingleton<PublishedChannels>();
        builder.Services.AddSingleton<AvailabilityChangeDetector>();
        return builder;
    }
}
