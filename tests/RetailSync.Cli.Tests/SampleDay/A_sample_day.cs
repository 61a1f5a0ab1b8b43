using RetailSync.Cli.SampleDay;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.Tests.SampleDay;

public class A_sample_day
{
    private static readonly LocalDate Monday = new(2026, 11, 23);
    private static readonly TradingDay Whole = new(Monday);
    private static readonly TradingDay Small = new(Monday) { Stores = 4, Skus = 60, SalesPerStore = 300 };

    [Fact]
    public void Is_the_same_each_time() => Assert.Equal(Small.Movements(), (Small with { }).Movements());

    [Fact]
    public void Shares_no_id_and_no_document_with_another_day_or_seed()
    {
        var names = Small.Movements().Select(movement => movement.Name).ToHashSet();
        var documents = Small.Movements().Select(movement => movement.Document).OfType<string>().ToHashSet();
        foreach (var other in new[] { Small with { Day = Monday.PlusDays(1) }, Small with { Seed = 2 } })
        {
            Assert.DoesNotContain(other.Movements(), movement => names.Contains(movement.Name));
            Assert.DoesNotContain(other.Movements(), movement => movement.Document is { } document && documents.Contains(document));
        }
    }

    [Fact]
    public void Has_every_type_of_movement() => Assert.Equal(
        ["adjustment", "correction", "count", "expected", "receipt", "return", "sale", "status", "transfer"],
        Small.Movements().Select(movement => movement.Type).Distinct().Order());

    [Fact]
    public void Repeats_some_lines_exactly()
    {
        var byName = Small.Movements().GroupBy(movement => movement.Name).ToArray();
        Assert.Contains(byName, same => same.Count() > 1);
        Assert.All(byName, same => Assert.Single(same.Distinct()));
    }

    [Fact]
    public void Sends_an_offline_tills_lines_after_its_neighbours() => Assert.All(["pos/S001", "pos/S011"], source =>
    {
        var sales = Whole.Movements().OfType<Sale>().Where(sale => sale.Name.Source == source).DistinctBy(sale => sale.Name).ToArray();
        Assert.InRange(sales.Zip(sales.Skip(1)).Max(pair => pair.First.OccurredAt - pair.Second.OccurredAt),
            Duration.FromMinutes(45), Duration.FromMinutes(70));
    });

    [Fact]
    public void Has_facts_that_arrive_after_a_later_count()
    {
        var counted = new Dictionary<PositionKey, Instant>();
        Assert.Contains(Whole.Movements(), movement =>
        {
            if (movement is Count)
            {
                counted[movement.Position] = movement.OccurredAt;
            }

            return movement is Sale && counted.TryGetValue(movement.Position, out var at) && movement.OccurredAt < at;
        });
    }

    [Fact]
    public void Sells_few_articles_often_and_most_seldom()
    {
        var sold = Whole.Movements().OfType<Sale>().CountBy(sale => sale.Position.Sku).Select(pair => pair.Value).OrderDescending().ToArray();
        Assert.InRange((double)sold.Take(Whole.Skus / 10).Sum() / sold.Sum(), 0.4, 0.8);
    }

    [Fact]
    public void Has_big_and_small_stores()
    {
        var sold = Whole.Movements().OfType<Sale>().Where(sale => sale.Name.Source.StartsWith("pos/", StringComparison.Ordinal))
            .CountBy(sale => sale.Name.Source).ToDictionary();
        Assert.Equal(180, sold.Count);
        Assert.True(sold["pos/S001"] > 5 * sold["pos/S180"]);
    }

    [Fact]
    public void Is_busy_after_work_and_quiet_in_the_morning()
    {
        var london = DateTimeZoneProviders.Tzdb["Europe/London"];
        var hours = Whole.Movements().OfType<Sale>().Where(sale => sale.Position.Location == TradingDay.Warehouse)
            .CountBy(sale => sale.OccurredAt.InZone(london).Hour).ToDictionary();
        Assert.True(hours[18] > 3 * hours[8]);
        Assert.DoesNotContain(hours.Keys, hour => hour is < 8 or > 20);
    }

    [Fact]
    public void Sells_through_every_channel() => Assert.All(["web", "app", "marketplace"], channel =>
        Assert.Contains(Small.Movements().OfType<Sale>(), sale => sale.Document!.StartsWith($"{channel}-", StringComparison.Ordinal)));

    [Fact]
    public void Sells_some_articles_by_weight() =>
        Assert.Contains(Small.Movements().OfType<Sale>(), sale => sale.Quantity.Scale == 3);

    [Theory]
    [InlineData("2026-11-24T00:00:00Z")]
    [InlineData("2026-07-02T00:00:00Z")]
    public void Before_now_lies_in_the_past_even_just_after_midnight(string now)
    {
        var instant = NodaTime.Text.InstantPattern.General.Parse(now).Value;
        var day = TradingDay.Before(instant) with { Stores = 6, Skus = 60 };
        Assert.DoesNotContain(day.Movements(), movement => movement.OccurredAt >= instant);
    }

    [Fact]
    public void Keeps_every_quantity_within_the_contract() => Assert.All(Small.Movements(), movement =>
    {
        var (quantity, least) = movement switch
        {
            Receipt it => (it.Quantity, 0.0001m),
            Sale it => (it.Quantity, 0.0001m),
            Return it => (it.Quantity, 0.0001m),
            StatusChange it => (it.Quantity, 0.0001m),
            Transfer it => (it.Quantity, 0.0001m),
            Correction it => (it.Quantity ?? 1, 0.0001m),
            Count it => (it.Quantity, 0m),
            Expected it => (it.Quantity, 0m),
            Adjustment it => (it.Quantity == 0 ? decimal.MinValue : it.Quantity, -1_000m),
            _ => throw new InvalidOperationException(movement.Type),
        };
        Assert.True(quantity >= least, movement.ToString());
        Assert.True(Quantity.IsExact(quantity));
    });

    [Fact]
    public void Corrects_only_what_the_same_source_has_sent_and_only_once()
    {
        var sent = new HashSet<MovementId>();
        var corrected = new HashSet<MovementId>();
        foreach (var movement in Small.Movements().Where(movement => sent.Add(movement.Name)))
        {
            Assert.True(movement is not Correction correction
                || (sent.Contains(correction.Corrected) && corrected.Add(correction.Corrected)), movement.ToString());
        }

        Assert.NotEmpty(corrected);
    }

    [Fact]
    public void Never_takes_a_shelf_below_zero()
    {
        foreach (var (position, onHand) in WhatTheDayLeaves.OnHand(
            Whole.Movements(), afterEach: (movement, onHand) => Assert.True(onHand >= 0, $"{onHand} after {movement}")))
        {
            Assert.True(onHand >= 0, position.ToString());
        }
    }

    [Fact]
    public void Takes_off_a_status_only_what_arrived_in_it()
    {
        var unsellable = new Dictionary<(PositionKey, string), decimal>();
        foreach (var movement in Small.Movements().DistinctBy(movement => movement.Name))
        {
            var (status, change) = movement switch
            {
                Receipt { Status: { } it } receipt => (it, receipt.Quantity),
                Return { Status: { } it } returned => (it, returned.Quantity),
                StatusChange { To: { } it } moved => (it, moved.Quantity),
                StatusChange { From: { } it } moved => (it, -moved.Quantity),
                _ => ("", 0m),
            };
            var now = unsellable[(movement.Position, status)] = unsellable.GetValueOrDefault((movement.Position, status)) + change;
            Assert.True(now >= 0, movement.ToString());
        }
    }

    [Fact]
    public void Names_every_location_it_uses()
    {
        var known = Small.Locations().Select(location => location.Id).ToHashSet();
        Assert.Equal(5, known.Count);
        Assert.All(Small.Movements(), movement => Assert.Contains(movement.Position.Location, known));
        Assert.All(Small.Movements().OfType<Transfer>(), transfer => Assert.Contains(transfer.To, known));
    }

    [Fact]
    public void Has_some_hundred_thousand_lines() => Assert.InRange(Whole.Movements().Count(), 150_000, 300_000);
}
