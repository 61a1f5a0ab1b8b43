using System.Collections.Frozen;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>What a unit measures. Units of one dimension are converted into each other.</summary>
public enum Dimension
{
    Pieces,
    Mass,
    Volume,
    Length,
    Area,
}

/// <summary>
/// A unit by its code of UN/ECE Recommendation 20 (revision 17), with its exact size. What comes in packs (a case, a dozen, a pair) is not here: how many
/// pieces that is depends on the article.
/// </summary>
/// <param name="Code">The code, one of several where they mean the same.</param>
/// <param name="Size">In pieces, kilograms, litres, metres or square metres.</param>
public sealed record UnitOfMeasure(string Code, Dimension Dimension, decimal Size)
{
    private const string Pieces = "C62";

    private static readonly FrozenDictionary<string, UnitOfMeasure> Known = new UnitOfMeasure[]
    {
        new(Pieces, Dimension.Pieces, 1),
        new("KGM", Dimension.Mass, 1),
        new("GRM", Dimension.Mass, 0.001m),
        new("MGM", Dimension.Mass, 0.000_001m),
        new("HGM", Dimension.Mass, 0.1m),
        new("DTN", Dimension.Mass, 100),
        new("TNE", Dimension.Mass, 1_000),
        new("LBR", Dimension.Mass, 0.453_592_37m),
        new("ONZ", Dimension.Mass, 0.028_349_523_125m),
        new("STN", Dimension.Mass, 907.184_74m),
        new("LTN", Dimension.Mass, 1_016.046_908_8m),
        new("LTR", Dimension.Volume, 1),
        new("DLT", Dimension.Volume, 0.1m),
        new("CLT", Dimension.Volume, 0.01m),
        new("MLT", Dimension.Volume, 0.001m),
        new("HLT", Dimension.Volume, 100),
        new("MTQ", Dimension.Volume, 1_000),
        new("DMQ", Dimension.Volume, 1),
        new("CMQ", Dimension.Volume, 0.001m),
        new("GLL", Dimension.Volume, 3.785_411_784m),
        new("GLI", Dimension.Volume, 4.546_09m),
        new("QTL", Dimension.Volume, 0.946_352_946m),
        new("PTL", Dimension.Volume, 0.473_176_473m),
        new("OZA", Dimension.Volume, 0.029_573_529_562_5m),
        new("MTR", Dimension.Length, 1),
        new("DMT", Dimension.Length, 0.1m),
        new("CMT", Dimension.Length, 0.01m),
        new("MMT", Dimension.Length, 0.001m),
        new("KMT", Dimension.Length, 1_000),
        new("INH", Dimension.Length, 0.025_4m),
        new("FOT", Dimension.Length, 0.304_8m),
        new("YRD", Dimension.Length, 0.914_4m),
        new("MTK", Dimension.Area, 1),
        new("DMK", Dimension.Area, 0.01m),
        new("CMK", Dimension.Area, 0.000_1m),
        new("FTK", Dimension.Area, 0.092_903_04m),
        new("YDK", Dimension.Area, 0.836_127_36m),
    }.ToFrozenDictionary(unit => unit.Code);

    /// <summary>Codes that mean a piece as well: each, piece, article, item.</summary>
    private static readonly FrozenSet<string> AlsoPieces = new[] { "EA", "H87", "PCE", "NAR" }.ToFrozenSet();

    /// <summary>Null for a code that is not known here.</summary>
    public static UnitOfMeasure? Find(string code) => Known.GetValueOrDefault(AlsoPieces.Contains(code) ? Pieces : code);

    /// <summary>
    /// So many of this unit in another one; null where that is no <see cref="Quantity"/>, with more fraction digits than are kept: it is not rounded.
    /// </summary>
    /// <param name="quantity">Exact, as <see cref="Quantity.IsExact"/> has it.</param>
    /// <param name="other">Of the same dimension.</param>
    /// <exception cref="ArgumentException">It measures something else.</exception>
    public decimal? In(UnitOfMeasure other, decimal quantity)
    {
        if (other.Dimension != Dimension)
        {
            throw new ArgumentException($"{Code} and {other.Code} do not measure the same.", nameof(other));
        }

        // 16 digits of a quantity and at most 12 of a size are what a decimal holds, so the product is exact; a quotient that is not gives another product.
        var size = quantity * Size;
        var converted = Quantity.Canonical(decimal.Round(size / other.Size, Quantity.MaxFractionDigits));
        return converted * other.Size == size && Quantity.IsExact(converted) ? converted : null;
    }
}
