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
    public async ValueTask<IReadOnlyList<BaseQuantity>> Of(IReadOnlyList<AsStated> stated, CancellationToken cancellation)
    {
        for (var isNewest = false; ; isNewest = true)
        {
            var known = await articles.Read(stated.Select(one => one.Sku), cancellation);
            var kept = await units.Of(
                from one in stated
                where one.Unit is not null && known(one.Sku)?.Profile?.Unit is null
                let unit = UnitOfMeasure.Find(one.Unit!)
                where unit is not null
                select (known(one.Sku)?.Sku ?? Sku.Parse(one.Sku), unit),
                cancellation,
                mayKeep: false);
            BaseQuantity[] all = [.. stated.Select(one => Of(one, known(one.Sku), kept))];

            // Before one is refused, another host's newest registrations are read.
            if (isNewest || !Array.Exists(all, one => one.Refusal is not null) || !await articles.Follow(cancellation))
            {
                return all;
            }
        }
    }

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
