using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Skus;

/// <summary>A quantity of a SKU, in its unit.</summary>
/// <param name="AsStated">As it was stated, where a later registration could turn that into something else; null otherwise.</param>
/// <param name="Refusal">Why there is no such quantity; the others are as stated then.</param>
public readonly record struct BaseQuantity(Sku Sku, decimal Quantity, AsStated? AsStated, StockRefusal? Refusal = null);

/// <summary>Turns quantities as callers state them into those of the SKU that is meant, in its unit.</summary>
public sealed class BaseQuantities(SkuNames articles, SkuUnits units)
{
    /// <param name="stated">Names that are SKUs' or other names of theirs, with quantities.</param>
    /// <returns>One for each, in their order.</returns>
    public ValueTask<IReadOnlyList<BaseQuantity>> Of(IReadOnlyList<AsStated> stated, CancellationToken cancellation) => articles.Resolve(
        stated.Select(one => one.Sku),
        async known =>
        {
            var kept = await units.Of(
                from one in stated
                where one.Unit is not null && known.GetValueOrDefault(one.Sku)?.Profile?.Unit is null
                let unit = UnitOfMeasure.Find(one.Unit!)
                where unit is not null
                select (known.GetValueOrDefault(one.Sku)?.Sku ?? Sku.Parse(one.Sku), unit),
                cancellation,
                mayKeep: false);
            IReadOnlyList<BaseQuantity> all = [.. stated.Select(one => Of(one, known.GetValueOrDefault(one.Sku), kept))];
            return (all, all.Any(one => one.Refusal is not null));
        },
        cancellation);

    private static BaseQuantity Of(AsStated stated, KnownArticle? article, IReadOnlyDictionary<Sku, UnitOfMeasure> kept)
    {
        var sku = article?.Sku ?? Sku.Parse(stated.Sku);
        var (quantity, unit) = (stated.Quantity ?? 0, stated.Unit);
        if (article is not null)
        {
            (quantity, unit, var refusal) = UnitConversion.Unpack(quantity, unit, null, article);
            if (refusal is not null)
            {
                return new BaseQuantity(sku, stated.Quantity ?? 0, stated, refusal);
            }
        }

        if (unit is not null)
        {
            (quantity, var refusal) = SkuUnits.InKept(quantity, unit, sku, kept.GetValueOrDefault(sku), article?.Profile);
            if (refusal is not null)
            {
                return new BaseQuantity(sku, stated.Quantity ?? 0, stated, refusal);
            }
        }

        return new BaseQuantity(sku, quantity, stated.Sku != sku.Value || UnitConversion.IsPack(stated.Unit) ? stated : null);
    }
}
