using JasperFx;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Inventory.Host.Storage;
using Wolverine;
using Wolverine.Http;

namespace RetailSync.Inventory.Host;

/// <summary>Wolverine: endpoints, and messages that outlive the host in PostgreSQL.</summary>
public static class Messaging
{
    public static WebApplicationBuilder AddMessaging(this WebApplicationBuilder builder)
    {
        builder.Host.UseWolverine(options =>
        {
            options.UseGeneratedCode();
            options.Policies.AutoApplyTransactions();
            options.UnknownMessageBehavior = UnknownMessageBehavior.DeadLetterQueue; // of a newer host that died: a host that knows it can do it later
            options.AutoBuildMessageStorageOnStartup = AutoCreate.None; // DatabaseSchema does, before anything starts
            if (builder.Configuration.Read<RetentionPolicy>().DeadLetterDays is > 0 and var days)
            {
                options.Durability.DeadLetterQueueExpirationEnabled = true;
                options.Durability.DeadLetterQueueExpiration = TimeSpan.FromDays(days);
                options.Durability.ArchivedDeadLetterRetention = TimeSpan.FromDays(days); // those that were discarded
            }

            if (ClusterSettings.Joins(builder.Configuration))
            {
                options.JoinCluster();
                options.ControlOverRabbitMq(builder.Configuration);
                options.AddSchedules(builder.Configuration);
            }
            else
            {
                options.Durability.Mode = DurabilityMode.Serverless; // no node, no agents, no queues
            }
        });
        builder.Services.AddWolverineHttp();
        if (ClusterSettings.Joins(builder.Configuration))
        {
            builder.Services.AddHostedService<AwakeControlQueue>();
            builder.Services.AddHostedService<FrozenLeader>();
        }

        return builder;
    }
}
