using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.RabbitMq.Messages;
using Wolverine;
using Wolverine.RabbitMQ;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>What RabbitMQ is used for where it is configured, and nothing where it is not.</summary>
public static class RabbitMqSetup
{
    /// <summary>Hosts send each other Wolverine's control messages over the broker instead of through polled tables.</summary>
    public static void ControlOverRabbitMq(this WolverineOptions options, IConfiguration configuration)
    {
        if (RabbitMqSettings.Of(configuration) is { } settings)
        {
            options.UseRabbitMq(settings.Configure).AutoProvision().DisableDeadLetterQueueing().EnableWolverineControlQueues();
        }
    }

    /// <summary>Of a host that serves; a command-line run consumes no messages. After the lanes, so that it stops before them.</summary>
    public static WebApplicationBuilder AddMessageQueues(this WebApplicationBuilder builder)
    {
        if (ClusterSettings.Joins(builder.Configuration) && RabbitMqSettings.Of(builder.Configuration) is { } settings)
        {
            builder.Services.AddSingleton(settings);
            builder.Services.AddSingleton<IMessageHandler, ReceiveMovements>();
            builder.Services.AddSingleton<MessageProcessor>();
            builder.Services.AddHostedService<AwaitBroker>();
            builder.Services.AddHostedService<ReceiveMessages>();
        }

        return builder;
    }
}
