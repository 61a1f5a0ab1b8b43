using RetailSync.Inventory.Host.ChannelOrders.Oversells;
using RetailSync.Inventory.Host.ChannelOrders.Webhooks;

namespace RetailSync.Inventory.Host.ChannelOrders;

public static class ChannelOrderSetup
{
    public static WebApplicationBuilder AddChannelOrders(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ChannelOrderInbox>();
        builder.Services.AddSingleton<OversellBook>();
        builder.Services.AddSingleton<CoverOversells>();
        builder.Services.AddHostedService(services => services.GetRequiredService<CoverOversells>());
        builder.Services.AddSingleton<OversellEvidence>();
        builder.Services.AddSingleton<ExplainOversell>();
        builder.Services.AddSingleton<ChannelOrderProcessor>();
        builder.Services.AddSingleton<ReplayOrder>();
        builder.Services.AddSingleton<VendorKeys>();
        builder.Services.AddSingleton<VerifyWebhook>();
        builder.Services.AddSingleton<TakeReports>();
        return builder;
    }
}
