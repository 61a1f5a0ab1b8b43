using System.Text.Json.Serialization;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Skus;

/// <param name="Unit">The pack's code, such as <c>CS</c>: whatever movements call it.</param>
/// <param name="Factor">How much of the SKU's unit is in one; above 0.</param>
/// <param name="Gtin">The pack's own GTIN: as the article of a line it means that many packs. In 14 digits; null when it has none.</param>
public sealed record SkuPack(string Unit, decimal Factor, string? Gtin = null);

/// <summary>What is registered of a SKU.</summary>
/// <param name="Unit">The unit in which it is kept, a code of UN/ECE Recommendation 20; null for the first in which a movement comes.</param>
/// <param name="Decimals">Fraction digits that a quantity in that unit may have, 0 to 4; null for any.</param>
/// <param name="Packs">What comes in packs; each unit once.</param>
/// <param name="Aliases">Other names of it; each belongs to one SKU.</param>
public sealed record SkuProfile(Sku Sku, string? Unit, int? Decimals, IReadOnlyList<SkuPack> Packs, IReadOnlyList<string> Aliases)
{
    public const int MostPacks = 50;
    public const int MostAliases = 200;

    /// <summary>What people call it; null where nobody has said.</summary>
    public string? Name { get; init; }

    /// <summary>How much it matters, in the planner's own words, such as <c>A</c>; null where it goes by units sold (<see cref="SkuClasses"/>).</summary>
    public string? Class { get; init; }

    /// <summary>Every other name by which it may be called, with the pack that the name means; the same name may be in it twice.</summary>
    public IEnumerable<(string Name, string? PackUnit)> Names() =>
        Aliases.Select(alias => (alias, (string?)null)).Concat(Packs.Where(pack => pack.Gtin is not null).Select(pack => (pack.Gtin!, (string?)pack.Unit)));
}

/// <summary>Another name of a SKU.</summary>
/// <param name="Unit">Of the pack that the name means; left out where it means the SKU itself.</param>
/// <param name="Factor">How much of the SKU's unit is in that pack.</param>
public sealed record SkuName(
    string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] decimal? Factor);

/// <summary>What a name of an article means.</summary>
/// <param name="PackUnit">Where the name is that of a pack, its unit.</param>
/// <param name="Profile">What is registered of the SKU; null when it is only known.</param>
public sealed record KnownArticle(Sku Sku, string? PackUnit, SkuProfile? Profile);

/// <summary>Quantities in units and packs, turned into the unit of the SKU exactly.</summary>
public static class UnitConversion
{
    /// <summary>Codes of several vocabularies (X12, UN/ECE, SAP) for the same kind of pack.</summary>
    private static readonly string[][] SamePack = [["CS", "CA"], ["CT", "CAR", "KAR"], ["BX", "BOX"], ["PK", "PAK"], ["DZN", "DZ"], ["PF", "PL", "PAL"]];

    /// <summary>
    /// A movement of a named article as one of its SKU, in a unit that measures. What its source stated stays with it where that is something else.
    /// </summary>
    /// <param name="movement">Of the name and in the unit that its source stated.</param>
    /// <param name="unit">The code of the unit; null for what the name stands for.</param>
    public static (Movement? Movement, string? Unit, StockRefusal? Refusal) Unpack(Movement movement, string? unit, KnownArticle article)
    {
        var named = movement.Position.Sku.Value;
        var ours = movement with { Position = movement.Position with { Sku = article.Sku } };
        if (movement.Stated is not { } stated)
        {
            return (named == article.Sku.Value ? movement : ours with { AsStated = movement.AsStated ?? new AsStated(named, null, null) }, null, null);
        }

        var (quantity, measured, refusal) = Unpack(stated, unit, null, article);
        return refusal is not null ? (null, null, refusal)
            : named == article.Sku.Value && !IsPack(unit) ? (movement, unit, null)
            : (ours.With(quantity) with { AsStated = movement.AsStated ?? new AsStated(named, stated, unit) }, measured, null);
    }

    /// <inheritdoc cref="Unpack(decimal, string?, ValueTuple{decimal, decimal, string?}?, SkuProfile?)"/>
    /// <param name="article">Where it is a pack's own number, pieces of it are packs.</param>
    public static (decimal Quantity, string? Unit, StockRefusal? Refusal) Unpack(
        decimal quantity, string? unit, (decimal Quantity, decimal Per, string? Unit)? size, KnownArticle article) =>
        article.PackUnit is { } packed && (unit is null || UnitOfMeasure.Find(unit)?.Dimension == Dimension.Pieces)
            ? Unpack(quantity, packed, null, article.Profile)
            : Unpack(quantity, unit, size, article.Profile);

    /// <summary>
    /// A quantity of packs as one of a unit that measures; as it is where it is in such a unit already. A pack's size is the document's, else the SKU's;
    /// a pack of which neither says the size is never taken for a piece.
    /// </summary>
    /// <param name="quantity">In <paramref name="unit"/>.</param>
    /// <param name="unit">The code; null for the SKU's own.</param>
    /// <param name="size">What the document says one holds: <c>Quantity / Per</c> of <c>Unit</c>; null when it does not.</param>
    /// <param name="profile">What is registered of the SKU.</param>
    public static (decimal Quantity, string? Unit, StockRefusal? Refusal) Unpack(
        decimal quantity, string? unit, (decimal Quantity, decimal Per, string? Unit)? size, SkuProfile? profile)
    {
        if (unit is null)
        {
            return Checked(quantity, profile?.Unit, profile);
        }

        if (UnitOfMeasure.Find(unit) is { } measured)
        {
            return Checked(quantity, measured.Code, profile);
        }

        if (size is { } said && said.Quantity > 0 && said.Per > 0)
        {
            return Exactly(quantity, said.Quantity, said.Per) is { } units ? Unpack(units, said.Unit ?? "C62", null, profile)
                : Fraction(FormattableString.Invariant($"{quantity} {unit} of {said.Quantity}/{said.Per} is no exact quantity."));
        }

        return profile?.Packs.FirstOrDefault(pack => IsSame(pack.Unit, unit)) is not { } pack
            ? (0, null, new StockRefusal("unknown-unit", $"unit: how much one '{unit}' holds is said neither by the document nor for the SKU."))
            : Exactly(quantity, pack.Factor, 1) is { } inBase ? Checked(inBase, profile.Unit, profile)
            : Fraction(FormattableString.Invariant($"{quantity} {unit} of {pack.Factor} is no exact quantity."));
    }

    /// <summary>Whether it is no unit that measures, so that it has to be known how much one holds.</summary>
    public static bool IsPack(string? unit) => unit is not null && UnitOfMeasure.Find(unit) is null;

    private static bool IsSame(string one, string other) =>
        one.Equals(other, StringComparison.OrdinalIgnoreCase)
        || Array.Exists(SamePack, codes => codes.Contains(one, StringComparer.OrdinalIgnoreCase) && codes.Contains(other, StringComparer.OrdinalIgnoreCase));

    /// <summary>Null where the result is not exact.</summary>
    private static decimal? Exactly(decimal quantity, decimal factor, decimal per)
    {
        try
        {
            var product = quantity * factor;
            var result = Quantity.Canonical(decimal.Round(product / per, Quantity.MaxFractionDigits));
            return result * per == product && Quantity.IsExact(result) ? result : null;
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    private static (decimal Quantity, string? Unit, StockRefusal? Refusal) Checked(decimal quantity, string? unit, SkuProfile? profile)
    {
        var isOwn = unit is null || profile?.Unit is null || UnitOfMeasure.Find(profile.Unit) == UnitOfMeasure.Find(unit);
        return isOwn && TooFine(quantity, profile) is { } refusal ? (0, null, refusal) : (quantity, unit, null);
    }

    /// <summary>Why a quantity in a SKU's unit has too many fraction digits; null when it has not.</summary>
    public static StockRefusal? TooFine(decimal quantity, SkuProfile? profile) =>
        profile?.Decimals is { } decimals && Quantity.Canonical(quantity).Scale > decimals
            ? new StockRefusal("fractional-unit", FormattableString.Invariant(
                $"{quantity} has more fraction digits than {profile.Sku} may have ({decimals})."))
            : null;

    private static (decimal Quantity, string? Unit, StockRefusal? Refusal) Fraction(string detail) => (0, null, new StockRefusal("fractional-unit", detail));
}
