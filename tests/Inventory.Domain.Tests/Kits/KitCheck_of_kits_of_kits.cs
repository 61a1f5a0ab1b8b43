using RetailSync.Inventory.Domain.Kits;

namespace RetailSync.Inventory.Domain.Tests.Kits;

public sealed class KitCheck_of_kits_of_kits
{
    [Theory]
    [InlineData("", "a = 1 a", "itself")]
    [InlineData("b = 1 a", "a = 1 b", "itself")]
    [InlineData("b = 1 c; c = 1 a", "a = 2 b + 1 x", "itself")]
    [InlineData("b = 1 a from 5", "a = 1 b from 3 to 6", "itself")]
    [InlineData("b = 1 a from 5 to 8", "a = 1 b to 5", null)]
    [InlineData("b = 1 a from 5 to 8", "a = 1 b from 8", null)]
    [InlineData("b = 1 a; b = 1 x from 5", "a = 1 b from 5", null)]
    [InlineData("b = 1 a; b = 1 x from 5", "a = 1 b from 4", "itself")]
    [InlineData("c = 1 x; b = 1 c", "a = 1 b", null)]
    [InlineData("d = 1 x; c = 1 d; b = 1 c", "a = 1 b", "levels")]
    [InlineData("b = 1 c; a = 1 b; c = 1 x", "x = 1 y", "levels")]
    [InlineData("a = 1 b; c = 1 d", "b = 1 c", null)]
    [InlineData("z = 1 a; a = 1 b; c = 1 d", "b = 1 c", "levels")]
    [InlineData("z = 1 a; a = 1 b; c = 1 d from 5", "b = 1 c to 5", null)]
    [InlineData("z = 1 a; a = 1 b; c = 1 d from 5", "b = 1 c to 6", "levels")]
    [InlineData("z = 1 a to 4; a = 1 b; c = 1 d", "b = 1 c from 4", null)]
    [InlineData("b = 1 x", "a = 0.5 b + 0.5 y", "whole")]
    [InlineData("a = 0.5 b", "b = 1 x", "whole")]
    [InlineData("a = 0.5 b", "c = 0.5 b", null)]
    public void A_kit_fits_all_others_at_every_instant(string others, string kit, string? refusal)
    {
        var (rule, from, to) = KitDiary.Kit(kit);
        var why = KitCheck.Refusal(KitDiary.Of(others), rule, from, to);

        Assert.True(refusal is null ? why is null : why?.Contains(refusal, StringComparison.Ordinal) == true, why);
    }

    [Fact]
    public void A_kit_that_comes_to_need_too_much_in_the_end_is_refused()
    {
        var hundred = string.Join(" + ", Enumerable.Range(0, KitCheck.MostComponents).Select(number => $"1 x{number}"));
        var book = KitDiary.Of($"b = {hundred}; set = 1 a + 1 b + 1 y");

        Assert.Null(KitCheck.Refusal(book, KitDiary.Kit("a = 1 z").Rule, Instant.MinValue, null));
        Assert.Contains($"{KitCheck.MostNeeded}", KitCheck.Refusal(book, KitDiary.Kit($"a = {hundred}").Rule, Instant.MinValue, null));
    }
}
