using RetailSync.Inventory.Domain.Reconciliation;

namespace RetailSync.Inventory.Domain.Tests.Reconciliation;

public sealed class Suggesting_safety_stock
{
    [Theory]
    [InlineData("", null)]
    [InlineData("5", null)]
    [InlineData("5 -2 -9", null)]
    [InlineData("5 2", "5")]
    [InlineData("1 1 1 1 1 1 1 1 2 90", "2")]
    [InlineData("0.5 1.25 -3", "1.25")]
    public void The_suggestion_covers_most_past_overestimates(string differences, string? suggested) =>
        Assert.Equal(Number(suggested),
            SuggestedSafetyStock.From([.. differences.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(text => Number(text)!.Value)]));

    private static decimal? Number(string? text) => text is null ? null : decimal.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
