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
    public void is_understood_in_every_way_that_names_it(string text)
    {
        Assert.True(Host.Http.Instants.TryParse(text, out var instant));
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 9, 59, 30), instant);
    }

    [Theory]
    [InlineData("2016-12-31T23:59:60Z")]
    [InlineData("2026-11-23T09:59:30.0000000001Z")]
    [InlineData("2026-11-23 09:59:30Z")]
    [InlineData("2026-11-23T09:59:30")]
    public void that_cannot_be_kept_as_it_is_or_is_none_is_refused(string text) => Assert.False(Host.Http.Instants.TryParse(text, out _));
}
