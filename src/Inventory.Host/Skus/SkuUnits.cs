using System.Collections.Concurrent;
using System.Data;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Skus;

/// <summary>
/// The unit in which each SKU is kept: the first in which a movement of it came, for good. A movement that names another one of the same dimension is converted
/// exactly; one that names none is in the SKU's own. Nobody has to say anything of SKUs that only come in pieces, or without a unit.
/// </summary>
public sealed class SkuUnits(NpgsqlDataSource database)
{
    private readonly ConcurrentDictionary<Sku, UnitOfMeasure> _units = [];

    /// <summary>The movement in the unit in which its SKU is kept, exactly; or why there is no such number.</summary>
    /// <param name="movement">In the unit that its source named.</param>
    /// <param name="unit">The code of that; null for the SKU's own.</param>
    /// <param name="kept">The units of SKUs of which none is registered, as far as they are known.</param>
    /// <param name="article">What is registered of its SKU.</param>
    public static (Movement? Movement, StockRefusal? Refusal) InKept(
        Movement movement, string? unit, IReadOnlyDictionary<Sku, UnitOfMeasure> kept, KnownArticle? article = null)
    {
        if (unit is null || movement.Stated is not { } quantity)
        {
            return (movement, null);
        }

        var (number, refusal) = InKept(quantity, unit, movement.Position.Sku, kept.GetValueOrDefault(movement.Position.Sku), article?.Profile);
        return refusal is not null ? (null, refusal) : (movement.With(number), null);
    }

    /// <param name="quantity">In <paramref name="unit"/>.</param>
    /// <param name="unit">The code of a unit that measures.</param>
    /// <param name="kept">The unit of the SKU where none is registered; null where it is unknown.</param>
    public static (decimal Quantity, StockRefusal? Refusal) InKept(decimal quantity, string unit, Sku sku, UnitOfMeasure? kept, SkuProfile? profile)
    {
        if (UnitOfMeasure.Find(unit) is not { } stated)
        {
            return (0, new StockRefusal("unknown-unit", $"unit: '{unit}' is no unit of mass, volume, length, area or pieces that is known here."));
        }

        var own = (profile?.Unit is { } registered ? UnitOfMeasure.Find(registered) : kept) ?? stated;
        return own.Dimension != stated.Dimension
            ? (0, new StockRefusal("unknown-unit", $"unit: {sku} is kept in {own.Code}, and how much of that is in {unit} is not known."))
            : stated.In(own, quantity) is not { } converted
                ? (0, new StockRefusal("invalid-quantity", FormattableString.Invariant(
                    $"quantity: {quantity} {unit} is in {own.Code}, the unit of {sku}, no number with up to {Quantity.MaxFractionDigits} fraction digits.")))
            : UnitConversion.TooFine(converted, profile) is { } refusal ? (0, refusal)
            : (converted, null);
    }

    /// <summary>The units of these SKUs, and of others: each kept in the one that is named with it unless it has one.</summary>
    /// <param name="named">The first of several of one SKU is its own, where it has none.</param>
    /// <param name="mayKeep">False for a query, which must not define the unit of a SKU that has none.</param>
    public async Task<IReadOnlyDictionary<Sku, UnitOfMeasure>> Of(
        IEnumerable<(Sku Sku, UnitOfMeasure Unit)> named, CancellationToken cancellation, bool mayKeep = true)
    {
        // In one order everywhere, so that two calls cannot deadlock.
        var asked = named.Where(one => !_units.ContainsKey(one.Sku)).DistinctBy(one => one.Sku).OrderBy(one => one.Sku.Value, StringComparer.Ordinal).ToList();
        if (asked.Count > 0)
        {
            await using var batch = database.CreateBatch();
            if (mayKeep)
            {
                var keep = new NpgsqlBatchCommand($"insert into {SkuTables.Units} (sku, unit) select * from unnest($1, $2) on conflict do nothing");
                keep.Parameters.AddWithValue(asked.Select(one => one.Sku.Value).ToArray());
                keep.Parameters.AddWithValue(asked.Select(one => one.Unit.Code).ToArray());
                batch.BatchCommands.Add(keep);
            }

            var read = new NpgsqlBatchCommand($"select sku, unit from {SkuTables.Units} where sku = any($1)");
            read.Parameters.AddWithValue(asked.Select(one => one.Sku.Value).ToArray());
            batch.BatchCommands.Add(read);
            await using var reader = await batch.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                _units[Sku.Parse(reader.GetString("sku"))] = UnitOfMeasure.Find(reader.GetString("unit"))
                    ?? throw new InvalidOperationException(
                        $"{reader.GetString("sku")} is kept in {reader.GetString("unit")}, a unit that this build does not know.");
            }
        }

        return _units;
    }
}
