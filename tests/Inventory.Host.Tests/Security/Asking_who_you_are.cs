using System.Text.Json;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Security;

public class Asking_who_you_are(ServerWithoutDatabase server) : IClassFixture<ServerWithoutDatabase>
{
    [Theory]
    [InlineData("dev-store-S001", "store", "", "S001")]
    [InlineData("dev-channel-web", "channel", "web", "")]
    [InlineData("dev-planner", "planner", "", "")]
    [InlineData("dev-finance", "finance", "", "")]
    [InlineData("dev-admin", "channel store planner finance ops", "", "")]
    public async Task Says_what_a_key_may(string key, string roles, string channels, string locations)
    {
        using var answer = await server.Send(HttpMethod.Get, "/v1/me", key);
        var me = JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync());

        Assert.Equal((200, key, roles, channels, locations), ((int)answer.StatusCode, me.Text("name"), Words("roles"), Words("channels"), Words("locations")));
        Assert.Equal("Development", me.Text("environment"));
        Assert.Matches(@"^\d+\.\d+\.\d+$", me.Text("version")!);

        string Words(string name) => string.Join(' ', me.GetProperty(name).EnumerateArray().Select(word => word.GetString()));
    }

    [Fact]
    public async Task Nobody_is_refused()
    {
        using var answer = await server.Send(HttpMethod.Get, "/v1/me", key: null);
        Assert.Equal(401, (int)answer.StatusCode);
    }
}
