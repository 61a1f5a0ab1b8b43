using System.Net.Security;
using RabbitMQ.Client;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>
/// What <c>Messaging</c> says of RabbitMQ: <c>RabbitMq</c>, the address, with which everything begins; <c>Users</c>, what the broker's users may report;
/// <c>Prefetch</c>. The address has a password inside, so it is passed to the client only.
/// </summary>
public sealed class RabbitMqSettings
{
    public const string Setting = "Messaging:RabbitMq";
    public const string UsersSetting = "Messaging:Users";

    /// <summary>
    /// What a broker lets through at the most. A larger message would close the connection again and again; so it is taken, and refused by our own limit.
    /// </summary>
    private const uint LargestOfBrokers = 512 * 1024 * 1024;

    private readonly Uri _address;

    private RabbitMqSettings(Uri address, ushort prefetch, IReadOnlyDictionary<string, Caller> users) =>
        (_address, Prefetch, Users) = (address, prefetch, users);

    /// <summary>Messages that a host has taken and not yet acknowledged, 1 to 1,000.</summary>
    public ushort Prefetch { get; }

    /// <summary>Who reports, by the name of the broker's user.</summary>
    public IReadOnlyDictionary<string, Caller> Users { get; }

    /// <summary>Null where no broker is configured: then nothing of it is needed.</summary>
    /// <exception cref="SettingsException">It cannot be right; the message has no password in it.</exception>
    public static RabbitMqSettings? Of(IConfiguration configuration)
    {
        var options = configuration.Read<MessagingOptions>();
        if (options.RabbitMq is not { Length: > 0 } text)
        {
            return null;
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps")
            || address.Host.Length == 0 || address.Segments.Length > 2)
        {
            throw new SettingsException(
                $"{Setting} must be amqp://user:password@host:port/vhost or amqps://..., with what is special in them percent-encoded.");
        }

        // The configuration's own dictionaries ignore case; the broker's users differ by it.
        var users = new Dictionary<string, Caller>(StringComparer.Ordinal);
        foreach (var (name, configured) in options.Users)
        {
            var caller = configured.ToCaller($"{UsersSetting}:{name}", name);
            users.Add(name, caller.Roles.Contains(Role.Store) || caller.Roles.Contains(Role.Ops) ? caller
                : throw new SettingsException($"{UsersSetting}:{name}:Roles must have store or ops: no other role records movements."));
        }

        return new RabbitMqSettings(address, (ushort)options.Prefetch, users);
    }

    /// <summary>For a connection that its owner reopens when it was lost.</summary>
    public ConnectionFactory Connections()
    {
        var factory = new ConnectionFactory { AutomaticRecoveryEnabled = false };
        Configure(factory);
        return factory;
    }

    public void Configure(ConnectionFactory factory)
    {
        factory.Uri = _address;
        factory.MaxInboundMessageBodySize = LargestOfBrokers;
        factory.RequestedHeartbeat = TimeSpan.FromSeconds(10);
        factory.RequestedConnectionTimeout = TimeSpan.FromSeconds(10);

        // Set by an address with amqps, it would take the certificate of any other host.
        factory.Ssl.AcceptablePolicyErrors = SslPolicyErrors.None;
    }
}
