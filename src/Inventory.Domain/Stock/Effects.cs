using NodaTime;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>What each type of fact does to a position when facts come in the order in which they occurred.</summary>
internal static class Effects
{
    public static bool MovesOnHand(this StockFact fact) => fact is not (StockReclassified or StockExpected or StockAnnounced or MovementCorrected);

    public static bool MovesStatuses(this StockFact fact) =>
        fact is StockReclassified or StockReceived { Status: not null } or StockReturned { Status: not null };

    public static bool MovesDocuments(this StockFact fact) => fact is StockExpected or StockAnnounced or StockReceived { Document: not null };

    /// <summary>On-hand, statuses and documents after the fact with this quantity (a correction may have changed it).</summary>
    public static StockPosition Apply(this StockPosition position, StockFact fact, decimal quantity) => fact switch
    {
        StockReceived received => position.AddOnHand(quantity).AddUnits(received.Status, quantity).Receive(received, quantity),
        StockDispatched { Cancelled: true } => position.AddOnHand(quantity),
        StockSold or StockDispatched or ReservationFulfilled => position.AddOnHand(-quantity),
        StockReturned returned => position.AddOnHand(quantity).AddUnits(returned.Status, quantity),
        StockAdjusted => position.AddOnHand(quantity),
        StockCounted => position with { OnHand = quantity, CountedAt = fact.OccurredAt },
        StockReclassified reclassified => position.Reclassify(reclassified, quantity),
        StockExpected expected => position.Expect(expected, quantity),
        StockAnnounced announced => position.Announce(announced, quantity),
        _ => position,
    };

    /// <summary>The same but for on-hand, which a later count has settled.</summary>
    public static StockPosition ApplyAbsorbed(this StockPosition position, StockFact fact, decimal quantity) =>
        position.Apply(fact, quantity) with { OnHand = position.OnHand, CountedAt = position.CountedAt };

    private static StockPosition AddOnHand(this StockPosition position, decimal change) => position with { OnHand = position.OnHand + change };

    private static StockPosition AddUnits(this StockPosition position, string? status, decimal quantity) => status is null || quantity == 0
        ? position
        : position with { Unsellable = position.Unsellable.SetItem(status, position.Unsellable.GetValueOrDefault(status) + quantity) };

    /// <summary>More than there is cannot be taken off a status: what is there moves.</summary>
    private static StockPosition Reclassify(this StockPosition position, StockReclassified reclassified, decimal quantity)
    {
        if (reclassified.From is not { } from)
        {
            return position.AddUnits(reclassified.To, quantity);
        }

        var there = position.Unsellable.GetValueOrDefault(from);
        var moved = Math.Min(there, quantity);
        var without = position with
        {
            Unsellable = moved == there ? position.Unsellable.Remove(from) : position.Unsellable.SetItem(from, there - moved),
        };
        return without.AddUnits(reclassified.To, reclassified.OrSellable ? quantity : moved);
    }

    private static StockPosition Receive(this StockPosition position, StockReceived received, decimal quantity) =>
        received.Document is { } document && position.InTransit.TryGetValue(document, out var outstanding)
            ? position.SetOutstanding(
                document, outstanding with
                {
                    Quantity = Math.Max(0, outstanding.Quantity - quantity),
                    NewestAt = Max(outstanding.NewestAt, received.OccurredAt)
                })
            : position;

    private static StockPosition Expect(this StockPosition position, StockExpected expected, decimal quantity) =>
        position.SetOutstanding(expected.Document!,
            new InTransit(quantity, expected.Kind, expected.ExpectedOn, expected.Confidence, expected.OccurredAt, expected.OccurredAt));

    private static StockPosition Announce(this StockPosition position, StockAnnounced announced, decimal quantity)
    {
        var before = position.InTransit.GetValueOrDefault(announced.Document!);
        if (announced.Cancelled)
        {
            // As with a receipt, no more is taken off than is outstanding.
            return before is null ? position : position.SetOutstanding(announced.Document!, before with
            {
                Quantity = Math.Max(0, before.Quantity - quantity),
                NewestAt = Max(before.NewestAt, announced.OccurredAt),
            });
        }

        return position.SetOutstanding(announced.Document!, new InTransit(
            (before?.Quantity ?? 0) + quantity,
            SupplyKind.Transfer,
            announced.ExpectedOn ?? before?.ExpectedOn,
            Confidence: 1,
            before?.StatedAt ?? announced.OccurredAt,
            announced.OccurredAt));
    }

    private static StockPosition SetOutstanding(this StockPosition position, string document, InTransit outstanding) => position with
    {
        InTransit = outstanding.Quantity == 0 ? position.InTransit.Remove(document) : position.InTransit.SetItem(document, outstanding),
    };

    private static Instant Max(Instant first, Instant second) => first > second ? first : second;
}
