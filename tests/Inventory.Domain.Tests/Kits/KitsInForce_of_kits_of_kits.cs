using System.Globalization;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Tests.Rules;

namespace RetailSync.Inventory.Domain.Tests.Kits;

public sealed class KitsInForce_of_kits_of_kits
{
    [Theory]
    [InlineData("gift = 2 cup + 1 box", "gift", "2 cup, 1 box")]
    [InlineData("gift = 2 cup + 1 box; set = 3 gift + 1 tape", "set", "6 cup, 3 box, 1 tape")]
    [InlineData("gift = 2 cup + 1 box; set = 3 gift + 1 cup", "set", "7 cup, 3 box")]
    [InlineData("bar = 10 nut; gift = 2 bar + 1 box; set = 3 gift + 1 bar", "set", "70 nut, 3 box")]
    [InlineData("gift = 2 cup from 5; set = 3 gift + 1 tape", "set", "3 gift, 1 tape")]
    public void Everything_that_is_needed_in_the_end_is_added_up(string kits, string kit, string needed)
    {
        var found = KitDiary.Of(kits).InForceAt(RuleDiary.Day(2)).Kit(Sku.Parse(kit))!;

        Assert.Equal(needed, string.Join(", ", found.Components.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Quantity:0.####} {one.Sku}"))));
        Assert.Equal(RuleId.OfKit(found.Sku), found.Version!.Id);
    }

    [Fact]
    public void A_kit_is_one_from_its_start_to_its_end()
    {
        var book = KitDiary.Of("gift = 2 cup from 3 to 6; gift = 1 cup in one location from 5 to 6");

        Assert.Equal([null, "Any 2", "OneLocation 1", null], new[] { 2, 3, 5, 6 }.Select(day =>
            book.InForceAt(RuleDiary.Day(day)).Kit(Sku.Parse("gift")) is { } kit ? $"{kit.From} {kit.Components[0].Quantity}" : null));
        Assert.Null(RulesInForce.None.Kit(Sku.Parse("gift")));
    }

    [Theory]
    [InlineData("nut", "bar gift set")]
    [InlineData("bar", "gift set")]
    [InlineData("tape", "set")]
    [InlineData("set", "")]
    public void Kits_are_found_by_what_they_need(string sku, string kits) => Assert.Equal(
        kits.Split(' ', StringSplitOptions.RemoveEmptyEntries),
        KitDiary.Of("bar = 10 nut; gift = 2 bar + 1 box; set = 3 gift + 1 bar + 1 tape").InForceAt(RuleDiary.Day(2)).KitsNeeding(Sku.Parse(sku))
            .Select(kit => kit.Value).Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("a@b")]
    [InlineData("50%")]
    [InlineData("%40")]
    [InlineData("a/b c")]
    public void A_kit_has_an_id_of_its_own_that_no_rule_has(string sku)
    {
        var id = RuleId.OfKit(Sku.Parse(sku));

        Assert.Equal(id, RuleId.Parse(id.Value));
        Assert.False(RuleId.TryParse(id.Value, out _));
        Assert.DoesNotContain('@', id.Value);
        Assert.Equal(sku == "%40", id == RuleId.OfKit(Sku.Parse("%40")));
        Assert.NotEqual(id, RuleId.OfKit(Sku.Parse("a%40b")));
    }
}
