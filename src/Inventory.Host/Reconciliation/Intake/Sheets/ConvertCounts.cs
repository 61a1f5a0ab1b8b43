using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Skus;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;

/// <summary>Turns the lines of a sheet into ones of SKUs, in their units. One that cannot be is refused as the others are.</summary>
public sealed class ConvertCounts(SkuNames names, BaseQuantities quantities)
{
    public async ValueTask<IReadOnlyList<SheetLine>> Of(IReadOnlyList<SheetLine> lines, CancellationToken cancellation)
    {
        if (names.AreNone && lines.All(line => line.Unit is null))
        {
            return lines;
        }

        List<AsStated> stated = [];
        foreach (var line in lines.Where(line => line.Refusals.Count == 0))
        {
            stated.AddRange(NumbersOf(line).Select(number => new AsStated(PositionOf(line).Sku.Value, number, line.Unit)));
        }

        var all = await quantities.Of(stated, cancellation);
        var next = 0;
        var converted = new SheetLine[lines.Count];
        for (var index = 0; index < converted.Length; index++)
        {
            var line = lines[index];
            var count = line.Refusals.Count == 0 ? NumbersOf(line).Count() : 0;
            converted[index] = count == 0 ? line : With(line, [.. all.Skip(next).Take(count)]);
            next += count;
        }

        return converted;
    }

    private static PositionKey PositionOf(SheetLine line) => line.Document?.Position ?? line.Count!.Position;

    /// <summary>In one order: on-hand and reserved where they are counted, then the statuses.</summary>
    private static IEnumerable<decimal> NumbersOf(SheetLine line) => line.Document is { } document ? [document.Quantity]
        : new[] { line.Count!.OnHand, line.Count.Reserved }.OfType<decimal>().Concat(line.Count.Unsellable.Values);

    private static SheetLine With(SheetLine line, BaseQuantity[] numbers)
    {
        if (Array.Find(numbers, number => number.Refusal is not null).Refusal is { } refusal)
        {
            return line with { Count = null, Document = null, Refusals = [new FieldRefusal("line", $"{refusal.Code}: {refusal.Detail}")] };
        }

        var position = PositionOf(line) with { Sku = numbers[0].Sku };
        if (line.Document is { } document)
        {
            return line with { Document = document with { Position = position, Quantity = numbers[0].Quantity } };
        }

        var (count, next) = (line.Count!, 0);
        return line with
        {
            Count = count with
            {
                Position = position,
                OnHand = count.OnHand is null ? null : numbers[next++].Quantity,
                Reserved = count.Reserved is null ? null : numbers[next++].Quantity,
                Unsellable = count.Unsellable.Count == 0 ? count.Unsellable
                    : count.Unsellable.Keys.ToDictionary(status => status, _ => numbers[next++].Quantity),
            },
        };
    }
}
