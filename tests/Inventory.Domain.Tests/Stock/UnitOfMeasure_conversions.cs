using System.Globalization;
using CsCheck;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Stock;

public sealed class UnitOfMeasure_conversions
{
    private static readonly string[] Masses = ["KGM", "GRM", "LBR", "ONZ", "TNE", "HGM"];

    [Theory]
    [InlineData("500", "GRM", "KGM", "0.5")]
    [InlineData("2", "KGM", "GRM", "2000")]
    [InlineData("999999999999.9999", "KGM", "KGM", "999999999999.9999")]
    [InlineData("1", "TNE", "DTN", "10")]
    [InlineData("16", "ONZ", "LBR", "1")]
    [InlineData("3", "FOT", "YRD", "1")]
    [InlineData("12", "INH", "FOT", "1")]
    [InlineData("2.5", "MTR", "CMT", "250")]
    [InlineData("1.5", "MTQ", "LTR", "1500")]
    [InlineData("4", "QTL", "GLL", "1")]
    [InlineData("1", "MTK", "CMK", "10000")]
    [InlineData("7", "EA", "C62", "7")]
    [InlineData("-1", "KGM", "GRM", "-1000")]
    [InlineData("0.05", "GRM", "KGM", null)]
    [InlineData("1", "LBR", "KGM", null)]
    [InlineData("1", "YRD", "FOT", "3")]
    [InlineData("1", "FOT", "YRD", null)]
    [InlineData("999999999999", "TNE", "GRM", null)]
    public void Conversions_are_exact_or_refused(string quantity, string from, string to, string? expected) =>
        Assert.Equal(
            expected is null ? null : decimal.Parse(expected, CultureInfo.InvariantCulture),
            UnitOfMeasure.Find(from)!.In(UnitOfMeasure.Find(to)!, decimal.Parse(quantity, CultureInfo.InvariantCulture)));

    [Theory]
    [InlineData("XBX")]
    [InlineData("CA")]
    [InlineData("DZN")]
    [InlineData("kgm")]
    [InlineData("")]
    public void Packs_and_unknown_codes_are_not_converted(string code) => Assert.Null(UnitOfMeasure.Find(code));

    [Fact]
    public void Converting_back_gives_the_same() =>
        Gen.Select(Gen.Int[0, 5].Select(unit => Masses[unit]), Gen.Int[0, 5].Select(unit => Masses[unit]), Gen.Int[-1_000_000, 1_000_000])
        .Sample((from, to, tenThousandths) =>
        {
            var quantity = tenThousandths / 10_000m;
            var (first, second) = (UnitOfMeasure.Find(from)!, UnitOfMeasure.Find(to)!);
            Assert.True(first.In(second, quantity) is not { } converted || second.In(first, converted) == quantity);
        });
}
