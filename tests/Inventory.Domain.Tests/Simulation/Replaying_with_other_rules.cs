using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Simulation;

/// <summary>
/// A row is a question that a planner may have: what happened, the rules that there were, the rules to try, and for each channel
/// the units withheld, sales lost, oversells avoided, and how often a new number would have been published.
/// </summary>
public sealed class Replaying_with_other_rules
{
    [Theory]
    // Stock that nobody asks for: kept back is what the rule keeps back, published once.
    [InlineData("10 come; then", "", "safety 4", "web 4 0 0 1 / shop 4 0 0 1")]
    [InlineData("10 come; then", "", "buffer web 4", "web 4 0 0 1 / shop 0 0 0 0")]
    [InlineData("3 come; then", "", "safety 4", "web 3 0 0 1 / shop 3 0 0 1")]
    [InlineData("10 come; then", "", "fence web 6", "web 4 0 0 1 / shop 6 0 0 1")]
    [InlineData("10 come; then", "", "fence web 6 borrow", "web 0 0 0 0 / shop 6 0 0 1")]
    [InlineData("10 come; 5 come at S002; then", "", "not web S002", "web 5 0 0 1 / shop 0 0 0 0")]
    [InlineData("10 come; 5 come at S002; then", "", "network safety 6", "web 6 0 0 1 / shop 6 0 0 1")]
    // A rule that asks for less withholds nothing; what is published to a channel changes all the same.
    [InlineData("10 come; then", "safety 4", "r: safety 2", "web 0 0 0 0 / shop 0 0 0 0")]
    [InlineData("10 come; then", "r: safety 4", "r: safety 2", "web 0 0 0 1 / shop 0 0 0 1")]
    // Orders of the channel are lost where too little is left for them.
    [InlineData("10 come; then; web holds 7 as a; web holds 2 as b", "", "safety 4", "web 4 7 0 2 / shop 4 0 0 2")]
    [InlineData("10 come; then; web holds 5 as a; shop holds 2 as b", "", "safety 4", "web 4 0 0 2 / shop 4 2 0 2")]
    [InlineData("10 come; then; web holds 5 as a; shop holds 2 as b", "", "fence web 5", "web 5 0 0 2 / shop 5 0 0 2")]
    [InlineData("10 come; then; shop holds 6 as a", "", "fence web 5", "web 5 0 0 1 / shop 5 6 0 1")]
    // The unit that one did not get is there for the next, also after goods have come in.
    [InlineData("5 come; then; web holds 5 as a; a ships; 5 come; web holds 5 as b", "", "safety 5", "web 5 5 0 3 / shop 5 0 0 3")]
    // Given back unsold is not lost; paid, or not yet over, is.
    [InlineData("5 come; then; web holds 5 as a; a gives back", "", "safety 1", "web 1 0 0 1 / shop 1 0 0 1")]
    [InlineData("5 come; then; web holds 5 as a; an hour passes", "", "safety 1", "web 1 0 0 1 / shop 1 0 0 1")]
    [InlineData("5 come; then; web holds 5 as a; a pays; an hour passes", "", "safety 1", "web 1 5 0 1 / shop 1 0 0 1")]
    [InlineData("5 come; then; web holds 2 as a; a keeps 5", "", "safety 1", "web 1 3 0 2 / shop 1 0 0 2")]
    [InlineData("5 come; then; web holds 5 as a; a keeps 2; a ships", "", "safety 1", "web 1 2 0 1 / shop 1 0 0 1")]
    // What was held before is held.
    [InlineData("5 come; web holds 5 as a; then; a ships", "", "safety 5", "web 0 0 0 0 / shop 0 0 0 0")]
    // Walk-in customers take what an order was promised: a buffer would have kept it.
    [InlineData("3 come; then; web holds 3 as a; 2 walk out", "", "buffer web 2", "web 2 3 2 2 / shop 0 0 0 1")]
    [InlineData("3 come; then; web holds 1 as a; web holds 2 as b; 1 walk out", "", "buffer web 2", "web 2 2 1 2 / shop 0 0 0 2")]
    [InlineData("3 come; then; web holds 2 as a; 3 break", "", "safety 2", "web 2 2 2 2 / shop 2 0 0 2")]
    [InlineData("3 come; then; web holds 3 as a; 2 walk out", "", "buffer shop 2", "web 0 0 0 1 / shop 2 0 0 2")]
    // An order may go elsewhere instead of being lost.
    [InlineData("3 come; 4 come at S002; then; web holds 3 as a; 3 walk out", "", "not web S001", "web 3 0 3 2 / shop 3 0 0 2")]
    // What is published is not what may be held.
    [InlineData("9 come; then; web holds 7 as a", "", "cap web 4", "web 5 0 0 2 / shop 0 0 0 1")]
    [InlineData("9 come; then; web holds 2 as a; web holds 4 as b", "", "levels web 4", "web 5 0 0 2 / shop 0 0 0 2")]
    // Backorders go beyond what is there.
    [InlineData("3 come; then; web holds 5 as a", "r: backorder 4", "r: backorder 1", "web 3 5 2 1 / shop 3 0 0 1")]
    [InlineData("3 come; then; web holds 5 as a", "r: backorder 4", "r: backorder 2", "web 2 0 0 2 / shop 2 0 0 2")]
    // Nothing proposed, or the same again: nothing is different, and the same numbers are published.
    [InlineData("5 come; then; web holds 2 as a; 1 walk out", "safety 1", "", "web 0 0 0 2 / shop 0 0 0 2")]
    [InlineData("5 come; then; web holds 2 as a; 1 walk out", "r: safety 1", "r: safety 1", "web 0 0 0 2 / shop 0 0 0 2")]
    public void Costs_and_savings_are_reported(string happened, string rules, string proposed, string expected) =>
        Assert.Equal(expected, Story.Replay(happened, rules, proposed));

    [Fact]
    public void The_twenty_most_affected_SKUs_are_named_and_all_added_up()
    {
        var replay = new HistoryReplay(new Scenario(
            RuleBook.Empty, [new ProposedRule(RuleId.Parse("tried"), new SafetyStockRule(null, null, null, null, 50, SafetyStockLevel.Location), null, null)],
            Story.Morning, Story.Morning + Duration.FromHours(1), Story.Channels, Story.NoPlaces));
        for (var units = 0; units < 25; units++)
        {
            replay.Add(Sku.Parse($"sku-{units:00}"),
                ReplayedEvent.Of(LocationId.Parse("S001"), Story.Morning, new StockCounted("wms", $"{units}", Story.Morning, units) { Change = units }));
        }

        var result = replay.Finish();

        Assert.Equal(Enumerable.Range(5, 20).Reverse().Select(units => ($"sku-{units:00}", (decimal)units)),
            result.Skus.Select(summary => (summary.Sku.Value, summary.Tally.UnitsWithheld)));
        Assert.All(result.Channels, summary => Assert.Equal(150, summary.Tally.UnitsWithheld));
        Assert.Equal(0, result.EventsReplayed);
    }
}
