using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Inventory.Host.RabbitMq.Messages;
using RetailSync.Inventory.Host.Tests.Publications;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

/// <summary>Without the line nothing of it is there.</summary>
public sealed class Without_a_broker(PublishingHost host) : IClassFixture<PublishingHost>
{
    [Fact]
    public void No_queue_and_no_transport_is_configured()
    {
        Assert.Null(host.Services.GetService<RabbitMqSettings>());
        Assert.DoesNotContain(host.Services.GetServices<Microsoft.Extensions.Hosting.IHostedService>(), job => job is ReceiveMessages);
        Assert.DoesNotContain(host.Services.GetRequiredService<IWolverineRuntime>().Options.Transports, transport => transport.Protocol == "rabbitmq");
    }

    [Fact]
    public async Task A_channel_that_needs_a_broker_says_what_is_missing()
    {
        await host.Register("needs-broker", "rabbitmq");

        Assert.Contains("Messaging:RabbitMq is not configured", (await host.Channel("needs-broker", status => status.Text("error") is not null)).Text("error"),
            StringComparison.Ordinal);
    }
}
