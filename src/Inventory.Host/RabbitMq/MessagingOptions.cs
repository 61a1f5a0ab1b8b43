using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>RabbitMQ; section <c>Messaging</c> of the configuration.</summary>
[Section("Messaging")]
public sealed class MessagingOptions
{
    /// <summary>The broker, <c>amqp://user:password@host:port/vhost</c> or <c>amqps://...</c>. Without it nothing of RabbitMQ is used.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public string? RabbitMq { get; init; }

    /// <summary>Messages of movements that a host has taken from the queue and not yet acknowledged; of documents it takes two.</summary>
    [Setting("messages", 1, 1_000)]
    public int Prefetch { get; init; } = 64;

    /// <summary>What the broker's users may report, by their exact names.</summary>
    public Dictionary<string, ConfiguredCaller> Users { get; init; } = [];
}
