using RetailSync.Inventory.Host.ChannelOrders;

namespace RetailSync.Inventory.Host.Publications;

public static class PublicationSetup
{
    public static WebApplicationBuilder AddPublications(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<Nudge>();
        builder.Services.AddSingleton<RegisteredChannels>();
        builder.Services.AddSingleton<PublishedNumbers>();
        builder.Services.AddSingleton<DesiredNumbers>();
        builder.Services.AddSingleton<FollowedEvents>();
        builder.Services.AddSingleton<PublicationQueue>();
        builder.Services.AddSingleton<PublicationPages>();
        builder.Services.AddSingleton<ChannelProgress>();
        builder.Services.AddSingleton<CallBudget>();
        builder.Services.AddSingleton<ChannelMappings>();
        builder.Services.AddSingleton<ChannelLocations>();
        builder.Services.AddSingleton<Tickets>();
        builder.Services.AddSingleton<ReadBack>();
        builder.Services.AddSingleton<VendorNoticeTable>();
        builder.Services.AddSingleton<Adapters>();
        builder.Services.AddSingleton<OrderBook>();
        builder.Services.AddSingleton<OversellBook>();
        builder.Services.AddSingleton<CoverOversells>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CoverOversells>());
        builder.Services.AddSingleton<OversellEvidence>();
        builder.Services.AddSingleton<ExplainOversell>();
        builder.Services.AddSingleton<TakeOrders>();
        builder.Services.AddSingleton<ReplayOrder>();
        builder.Services.AddSingleton<VendorKeys>();
        builder.Services.AddSingleton<OpenChannels>();
        builder.Services.AddSingleton<FollowStock>();
        return builder;
    }
}
