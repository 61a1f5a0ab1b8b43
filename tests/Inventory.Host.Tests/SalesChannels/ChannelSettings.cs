using Settings = RetailSync.Inventory.Host.SalesChannels.ChannelSettings;

namespace RetailSync.Inventory.Host.Tests.SalesChannels;

public class The_settings_of_a_channel
{
    [Fact]
    public void are_shown_without_secrets_at_any_depth() =>
        Assert.Equal(
            """{"url":"https://shop.example/","retries":3,"nested":{"region":"eu"}}""",
            Settings.WithoutSecrets("""{"url":"https://user:pass@shop.example/","apiKey":"k","retries":3,"nested":{"region":"eu","Client_Secret":"s"},"tokens":{"a":"b"}}""").ToJsonString());

    [Fact]
    public void keep_a_secret_that_is_left_out_and_lose_one_that_is_null()
    {
        Assert.Equal("""{"url":"b","secret":"s"}""", Settings.Replace("""{"url":"a","secret":"s"}""", """{"url":"b"}"""));
        Assert.Equal("""{"url":"b"}""", Settings.Replace("""{"url":"a","secret":"s"}""", """{"url":"b","secret":null}"""));
        Assert.Equal("""{"secret":"t"}""", Settings.Replace("""{"url":"a","secret":"s"}""", """{"secret":"t"}"""));
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":"\u0000"}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}""")]
    public void that_could_not_be_kept_are_refused(string settings) => Assert.NotNull(Settings.Refusal(settings));
}
