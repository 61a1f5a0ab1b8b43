using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Configuration;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Tests.Security;

public class API_keys
{
    private const string Secret = "a-long-enough-secret";

    [Theory]
    [InlineData("dev-planner", Role.Planner)]
    [InlineData("dev-finance", Role.Finance)]
    [InlineData("dev-ops", Role.Ops)]
    [InlineData("dev-channel-web", Role.Channel)]
    [InlineData("dev-store-S001", Role.Store)]
    public void A_development_key_has_its_role_and_no_other(string key, string role) =>
        Assert.Equal([role], new Host.Security.KeyRing(Configuration(), isDevelopment: true).Find(key)!.Roles);

    [Theory]
    [InlineData("dev-store-")]
    [InlineData("dev-channel-a b")]
    [InlineData("dev-root")]
    [InlineData("DEV-OPS")]
    [InlineData("")]
    public void An_unknown_key_is_refused(string key) => Assert.Null(new Host.Security.KeyRing(Configuration(), isDevelopment: true).Find(key));

    [Fact]
    public void A_development_key_is_refused_in_production() => Assert.Null(new Host.Security.KeyRing(Configuration(), isDevelopment: false).Find("dev-admin"));

    [Fact]
    public void A_development_key_in_production_stops_the_start()
    {
        Assert.Throws<SettingsException>(() => new Host.Security.KeyRing(Configuration(("Authentication:DevKeys", "true")), isDevelopment: false));
        Assert.Throws<SettingsException>(() => new Host.Security.KeyRing(
            Configuration(("Authentication:Keys:one:Key", "dev-store-S00000001"), ("Authentication:Keys:one:Roles:0", "store")), isDevelopment: false));
    }

    [Fact]
    public void A_configured_key_is_found_by_its_text_or_its_hash()
    {
        var hash = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes("another-long-secret")));
        var keys = new Host.Security.KeyRing(
            Configuration(
                ("Authentication:Keys:till:Key", Secret), ("Authentication:Keys:till:Roles:0", "store"), ("Authentication:Keys:till:Location", "S001"),
                ("Authentication:Keys:shop:Sha256", hash), ("Authentication:Keys:shop:Roles:0", "channel"), ("Authentication:Keys:shop:Channel", "web")),
            isDevelopment: false);
        Assert.True(keys.Find(Secret)!.MayRecordAt(LocationId.Parse("S001")));
        Assert.True(keys.Find("another-long-secret")!.MaySee(ChannelId.Parse("web")));
        Assert.Null(keys.Find(hash));
    }

    [Theory]
    [InlineData("short", "store")]
    [InlineData(Secret, "god")]
    [InlineData(Secret, null)]
    public void An_invalid_configured_key_stops_the_start(string key, string? role) =>
        Assert.Throws<SettingsException>(() => new Host.Security.KeyRing(
            Configuration(("Authentication:Keys:one:Key", key), ("Authentication:Keys:one:Roles:0", role)), isDevelopment: false));

    [Fact]
    public void A_stores_key_is_for_its_own_location_only()
    {
        var store = new Host.Security.KeyRing(Configuration(), isDevelopment: true).Find("dev-store-S001")!;
        Assert.True(store.MayRecordAt(LocationId.Parse("S001")) && store.MaySee(LocationId.Parse("S001")));
        Assert.False(store.MayRecordAt(LocationId.Parse("S002")) || store.MaySee(LocationId.Parse("S002")) || store.MaySee(ChannelId.Parse("S001")));
    }

    [Fact]
    public void A_planners_key_sees_everything_and_records_nothing()
    {
        var planner = new Host.Security.KeyRing(Configuration(), isDevelopment: true).Find("dev-planner")!;
        Assert.True(planner.MaySee(LocationId.Parse("S001")) && planner.MaySee(ChannelId.Parse("web")));
        Assert.False(planner.MayRecordAt(LocationId.Parse("S001")));
    }

    private static IConfiguration Configuration(params (string Name, string? Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value))).Build();
}
