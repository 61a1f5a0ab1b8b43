using System.Net.Security;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RetailSync.Channels;
using RetailSync.Channels.RabbitMq;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.RabbitMq;
using RetailSync.Inventory.Host.RabbitMq.Messages;

using Settings = RetailSync.Inventory.Host.RabbitMq.RabbitMqSettings;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

public sealed class RabbitMQ_settings
{
    private const string Password = "nobody-is-to-read-this";

    [Fact]
    public void Nothing_is_set_without_an_address() => Assert.Null(Of());

    [Fact]
    public void Users_are_known_by_their_exact_names()
    {
        var settings = Of(("Messaging:RabbitMq", $"amqp://host:{Password}@broker/shop"), ("Messaging:Users:till:Roles:0", "store"),
            ("Messaging:Users:till:Location", "S001"))!;

        Assert.Equal(["till"], settings.Users.Keys);
        Assert.False(settings.Users.ContainsKey("Till"));
        Assert.True(settings.Users["till"].MaySpeakFor("pos/S001"));
        Assert.False(settings.Users["till"].MaySpeakFor("pos/S002"));
    }

    [Theory]
    [InlineData("Messaging:RabbitMq", "http://host:" + Password + "@broker")]
    [InlineData("Messaging:RabbitMq", "host:" + Password + "@broker")]
    [InlineData("Messaging:RabbitMq", "amqp://host:" + Password + "@broker/a/b")]
    [InlineData("Messaging:Prefetch", "0")]
    [InlineData("Messaging:Prefetch", "1001")]
    [InlineData("Messaging:Users:till:Location", "S001")]
    [InlineData("Messaging:Users:till:Roles:0", "planner")]
    [InlineData("Messaging:Users:till:Roles:0", "tills")]
    public void Invalid_settings_are_refused_without_showing_the_password(string name, string value)
    {
        var refused = Assert.Throws<SettingsException>(() => Of(("Messaging:RabbitMq", $"amqp://host:{Password}@broker/shop"), (name, value)));

        Assert.Contains(name.Split(':')[1], refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Password, $"{refused}", StringComparison.Ordinal);
    }

    /// <summary>The client's own default for amqps takes a certificate of any name.</summary>
    [Fact]
    public void An_encrypted_connection_accepts_no_other_hosts_certificate()
    {
        var factory = Of(("Messaging:RabbitMq", $"amqps://host:{Password}@broker/shop"))!.Connections();

        Assert.Equal((true, SslPolicyErrors.None, "broker"), (factory.Ssl.Enabled, factory.Ssl.AcceptablePolicyErrors, factory.Ssl.ServerName));
    }

    [Fact]
    public async Task The_password_is_neither_logged_nor_in_the_channels_error()
    {
        using var log = new Lines();
        var settings = Of(("Messaging:RabbitMq", $"amqp://host:{Password}@127.0.0.1:1/shop"))!;
        var absence = new BrokerAbsence(new NodaTime.Testing.FakeClock(RunningHost.Now));
        using var receive = new ReceiveMessages(
            settings, [new ReceiveMovements(settings, null!)], null!, absence, TimeProvider.System,
            new LoggerFactory([log]).CreateLogger<ReceiveMessages>());
        await receive.StartAsync(default);
        using var channel = new RabbitMqChannel("web", RabbitMqOptions.Read(new AdapterSettings([])), settings.Connections());

        var reply = await channel.Publish([new Publication(Sku.Parse("1"), 1, 7, null, RunningHost.Now)], default);
        await Waiting.Until(() => log.Written.Count > 0);
        await receive.StopAsync(default);

        Assert.Equal((true, Verdict.Retry), (reply.CallFailed, reply.Replies.Single().Verdict));
        Assert.All([.. log.Written, absence.DetailAt(Instant.MaxValue)!, reply.Replies.Single().Detail!],
            line => Assert.DoesNotContain(Password, line, StringComparison.Ordinal));
    }

    private static Settings? Of(params IEnumerable<(string Name, string Value)> settings) => Settings.Of(
        new ConfigurationBuilder().AddInMemoryCollection(
            settings.GroupBy(setting => setting.Name).Select(same => KeyValuePair.Create(same.Key, (string?)same.Last().Value))).Build());

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public System.Collections.Concurrent.ConcurrentBag<string> Written { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
