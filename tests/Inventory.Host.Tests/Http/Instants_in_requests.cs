namespace RetailSync.Inventory.Host.Tests.Http;

/// <summary>No host: a text is one instant, or none.</summary>
public class Instants_in_requests
{
    [Theory]
    [InlineData("2026-11-23T09:59:30Z")]
    [InlineData("2026-11-23t09:59:30z")]
    [InlineData("2026-11-23T09:59:30.000000000z")]
    [InlineData("2026-11-23t10:59:30+01:00")]
    [InlineData("2026-11-23T09:59:30-00:00")]
    public void Are_understood_in_every_form_that_names_them(string text)
    {
        Assert.True(Host.Http.Values.Instants.TryParse(text, out var instant));
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 9, 59, 30), instant);
    }

    [Theory]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2026-11-23T09:59:30.0000000001Z")]
    [InlineData("2026-11-23 09:59:30Z")]
    [InlineData("2026-11-23T09:59:30")]
    public void Are_refused_if_invalid_or_too_precise_to_keep(string text) => Assert.False(Host.Http.Values.Instants.TryParse(text, out _));
}
