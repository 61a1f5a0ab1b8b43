using Settings = RetailSync.Inventory.Host.SalesChannels.ChannelSettings;

namespace RetailSync.Inventory.Host.Tests.SalesChannels;

public class Settings_of_a_channel
{
    [Fact]
    public void Secrets_are_hidden_at_any_depth() =>
        Assert.Equal(
            """{"url":"https://shop.example/","retries":3,"nested":{"region":"eu"}}""",
            Settings.WithoutSecrets(
                """{"url":"https://user:pass@shop.example/","apiKey":"k","retries":3,"nested":{"region":"eu","Client_Secret":"s"},"tokens":{"a":"b"}}""")
                .ToJsonString());

    [Fact]
    public void An_omitted_secret_is_kept_and_a_null_one_deleted()
    {
        Assert.Equal("""{"url":"a","limit":3,"secret":"s"}""", Settings.Replace("""{"url":"a","secret":"s"}""", """{"url":"a","limit":3}""", out var dropped));
        Assert.Empty(dropped);
        Assert.Equal("""{"url":"a"}""", Settings.Replace("""{"url":"a","secret":"s"}""", """{"url":"a","secret":null}""", out _));
        Assert.Equal("""{"url":"a","secret":"t"}""", Settings.Replace("""{"url":"a","secret":"s"}""", """{"url":"a","secret":"t"}""", out _));
    }

    [Theory]
    [InlineData("""{"url":"a"}""", """{"url":"b"}""")]
    [InlineData("""{"url":"a"}""", """{}""")]
    [InlineData("""{}""", """{"url":"a"}""")]
    [InlineData("""{"shop":"a.myshopify.com"}""", """{"shop":"b.myshopify.com"}""")]
    [InlineData("""{"shop":"a.myshopify.com"}""", """{"shop":"a.myshopify.com","url":"https://elsewhere.example/"}""")]
    [InlineData("""{"tokenUrl":"https://a.example/"}""", """{"tokenUrl":"https://b.example/"}""")]
    [InlineData("""{"region":"eu"}""", """{"region":"na"}""")]
    [InlineData("""{"gateway":"https://a.example/"}""", """{"gateway":"https://b.example/"}""")]
    public void Omitted_secrets_are_deleted_when_the_address_changes(string before, string after)
    {
        var kept = Settings.Replace(
            before.Replace("}", before.Length > 2 ? ",\"accessToken\":\"t\",\"webhookSecret\":\"s\"}"
                : "\"accessToken\":\"t\",\"webhookSecret\":\"s\"}", StringComparison.Ordinal), after, out var dropped);

        Assert.Equal(after, kept);
        Assert.Equal(["accessToken", "webhookSecret"], dropped);
    }

    [Theory]
    [InlineData("""{"a":1,"a":2}""")]
    [InlineData("""{"a":"\u0000"}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"a":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}""")]
    public void Settings_that_could_not_be_stored_are_refused(string settings) => Assert.NotNull(Settings.Refusal(settings));
}
