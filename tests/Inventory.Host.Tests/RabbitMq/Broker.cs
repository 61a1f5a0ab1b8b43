using Npgsql;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

/// <summary>A test with the system's RabbitMQ; skipped where there is none.</summary>
public sealed class BrokerFactAttribute : FactAttribute
{
    public BrokerFactAttribute() => Skip = RabbitBroker.WhyMissing;
}

/// <inheritdoc cref="BrokerFactAttribute"/>
public sealed class BrokerTheoryAttribute : TheoryAttribute
{
    public BrokerTheoryAttribute() => Skip = RabbitBroker.WhyMissing;
}

/// <summary>The classes that share a broker, one after the other, since some of them kill it.</summary>
[CollectionDefinition(Name)]
public sealed class BrokerTests : ICollectionFixture<Broker>
{
    public const string Name = "RabbitMQ";
}

/// <summary>One broker for all of them, and who has a user there.</summary>
public sealed class Broker : IAsyncLifetime
{
    /// <summary>A till of store S001.</summary>
    public static readonly BrokerUser Till = BrokerUser.Source("till-s001");

    /// <summary>A warehouse system, which reports as <c>wms/...</c>.</summary>
    public static readonly BrokerUser Warehouse = BrokerUser.Source("wms");

    /// <summary>A user that RetailSync is not configured for.</summary>
    public static readonly BrokerUser Stranger = BrokerUser.Source("stranger");

    private RabbitBroker? _broker;

    public RabbitBroker Running => _broker!;

    public async Task InitializeAsync() => _broker = RabbitBroker.WhyMissing is null
        ? await RabbitBroker.Start(BrokerUser.Host, Till, Warehouse, Stranger) : null;

    public async Task DisposeAsync() => await (_broker?.DisposeAsync() ?? ValueTask.CompletedTask);
}

/// <summary>A host with a virtual host of the broker, and the lines that say who may report as what.</summary>
public sealed class QueueHost(Broker broker) : RunningHost, IAsyncLifetime
{
    private readonly CuttableConnection? _connection = RabbitBroker.WhyMissing is null
        ? new CuttableConnection(new Uri(broker.Running.AddressFor(BrokerUser.Host, "x")).Port) : null;

    public string VirtualHost { get; } = RabbitBroker.WhyMissing is null ? broker.Running.NextVirtualHost() : "";

    public RabbitBroker Broker => broker.Running;

    public List<string> More { get; } = [];

    protected override string[] Switches =>
    [
        $"--Messaging:RabbitMq={_connection!.Through(broker.Running.AddressFor(BrokerUser.Host, VirtualHost))}",
        "--Messaging:Users:till-s001:Roles:0=store", "--Messaging:Users:till-s001:Location=S001",
        "--Messaging:Users:wms:Roles:0=ops", "--Messaging:Users:wms:Sources:0=wms/*",
        .. More,
    ];

    async Task IAsyncLifetime.InitializeAsync()
    {
        if (RabbitBroker.WhyMissing is null)
        {
            await InitializeAsync();
            await Listening();
        }
    }

    async Task IAsyncLifetime.DisposeAsync()
    {
        if (RabbitBroker.WhyMissing is null)
        {
            await DisposeAsync();
            _connection!.Dispose();
        }
    }

    /// <summary>Every connection of the host to the broker is reset.</summary>
    public void CutConnections() => _connection!.Cut();

    /// <summary>No connection to its database can be opened, and those that there are end.</summary>
    public Task TakeDatabaseAway() => OfDatabase(name =>
        $"alter database {name} with allow_connections false; select pg_terminate_backend(pid) from pg_stat_activity where datname = '{name}'");

    public Task GiveDatabaseBack() => OfDatabase(name => $"alter database {name} with allow_connections true");

    internal Task<QueueClient> Connect(BrokerUser user) => QueueClient.Connect(Broker, user, VirtualHost);

    /// <summary>Returns when the host takes messages.</summary>
    public async Task Listening()
    {
        await using var looking = await Connect(BrokerUser.Host);
        await Waiting.Until(async () =>
        {
            try
            {
                await using var channel = await looking.NewChannel();
                return await channel.ConsumerCountAsync(QueueClient.Queue) > 0;
            }
            catch (RabbitMQ.Client.Exceptions.OperationInterruptedException)
            {
                return false; // it is not there yet
            }
        });
    }

    /// <summary>Stopped, so that what is done to the broker meanwhile finds nobody.</summary>
    public Task Shut() => Stop();

    private async Task OfDatabase(Func<string, string> statements)
    {
        var own = new NpgsqlConnectionStringBuilder(ConnectionString);
        var server = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false };
        await using var connection = new NpgsqlConnection(server.ConnectionString);
        await connection.OpenAsync();
        foreach (var sql in statements(own.Database!).Split(';'))
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
