using Microsoft.Extensions.Configuration;

namespace RetailSync.Inventory.Host.Tests.Security;

public sealed class HostThatOthersReach : RunningHost
{
    public const string Key = "a key of the installation";

    protected override string[] Switches => ["--urls", "http://0.0.0.0:0", $"--Authentication:Keys:own:Key={Key}", "--Authentication:Keys:own:Roles:0=ops"];
}

public class Development_keys_off_loopback(HostThatOthersReach host) : IClassFixture<HostThatOthersReach>
{
    [Theory]
    [InlineData("dev-admin")]
    [InlineData("dev-ops")]
    [InlineData("dev-store-S001")]
    [InlineData("dev-channel-web")]
    public async Task Are_refused(string key) => (await host.Get("/v1/locations", key)).Refused(401, "unauthenticated");

    [Fact]
    public async Task Do_not_affect_configured_keys() => (await host.Get("/v1/locations", HostThatOthersReach.Key)).Ok();

    [Theory]
    [InlineData("http://127.0.0.1:8080", true)]
    [InlineData("http://127.0.0.2:8080", true)]
    [InlineData("http://localhost:8080", true)]
    [InlineData("https://[::1]:8080", true)]
    [InlineData("http://unix:/tmp/x.sock", true)]
    [InlineData("http://0.0.0.0:8080", false)]
    [InlineData("http://[::]:8080", false)]
    [InlineData("http://*:8080", false)]
    [InlineData("http://+:8080", false)]
    [InlineData("http://10.0.0.7:8080", false)]
    [InlineData("http://localhost.example:8080", false)]
    public void Are_accepted_on_this_machine_only(string address, bool isKnown)
    {
        var keys = Ring();
        Assert.Equal(isKnown ? null : address, keys.Listen(["http://127.0.0.1:1", address]));
        Assert.Equal(isKnown, keys.Find("dev-ops") is not null);
    }

    [Fact]
    public void Are_accepted_where_the_configuration_says_so()
    {
        var keys = Ring(("Authentication:DevKeys", "true"));
        Assert.Null(keys.Listen(["http://0.0.0.0:8080"]));
        Assert.NotNull(keys.Find("dev-ops"));
    }

    private static Host.Security.KeyRing Ring(params (string Name, string? Value)[] settings) =>
        new(new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)))
            .Build(), isDevelopment: true);
}
