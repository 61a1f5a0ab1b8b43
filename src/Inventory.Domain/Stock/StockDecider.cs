using System.Collections.Immutable;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Domain.Stock;

/// <summary>
/// Every rule about facts: a movement, the position that it meets and, where it arrives out of order, the history it has to be read
/// with, become one event that states what it did. Pure.
/// </summary>
public static class StockDecider
{
    /// <summary>
    /// The fact that this movement is at one of its positions, before anything is known of what it does there. Equal movements make equal facts.
    /// </summary>
    public static StockFact Fact(Movement movement, PositionKey at) =>
        movement.AsStated is { } stated ? InBase(movement, at) with { AsStated = stated } : InBase(movement, at);

    private static StockFact InBase(Movement movement, PositionKey at)
    {
        var (source, id) = movement.Name;
        return movement switch
        {
            Receipt m => new StockReceived(source, id, m.OccurredAt, m.Quantity) { Document = m.Document, Status = m.Status },
            Sale m => new StockSold(source, id, m.OccurredAt, m.Quantity)
            { Document = m.Document, Reservation = m.Reservation, ReservationChannel = m.Channel?.Value },
            Return m => new StockReturned(source, id, m.OccurredAt, m.Quantity) { Document = m.Document, Status = m.Status },
            Adjustment m => new StockAdjusted(source, id, m.OccurredAt, m.Quantity) { Document = m.Document, Reason = m.Reason },
            Count m => new StockCounted(source, id, m.OccurredAt, m.Quantity) { Document = m.Document, Part = m.Part },
            StatusChange m => new StockReclassified(source, id, m.OccurredAt, m.Quantity)
            { Document = m.Document, From = m.From, To = m.To, OrSellable = m.OrSellable },
            Expected m => new StockExpected(source, id, m.OccurredAt, m.Quantity)
            {
                Document = m.Document,
                ExpectedOn = m.ExpectedOn,
                Kind = m.Kind,
                Confidence = m.Confidence,
            },
            Transfer m when at == m.Position => new StockDispatched(source, id, m.OccurredAt, m.Quantity)
            {
                Document = m.Document,
                To = m.To.Value,
                ExpectedOn = m.ExpectedOn,
            },
            Transfer m => new StockAnnounced(source, id, m.OccurredAt, m.Quantity)
            {
                Document = m.Document,
                From = m.Position.Location.Value,
                ExpectedOn = m.ExpectedOn,
            },
            TransferCancelled m when at == m.Position =>
                new StockDispatched(source, id, m.OccurredAt, m.Quantity) { Document = m.Document, To = m.To?.Value ?? "", Cancelled = true },
            TransferCancelled m => new StockAnnounced(source, id, m.OccurredAt, m.Quantity)
            { Document = m.Document, From = m.Position.Location.Value, Cancelled = true },
            Correction m => new MovementCorrected(source, id, m.OccurredAt, m.Quantity ?? 0)
            {
                Document = m.Document,
                Corrects = m.Corrects,
                DidNotOccur = m.Quantity is null,
            },
            _ => throw new ArgumentOutOfRangeException(nameof(movement), movement.Type, "An unknown type of movement."),
        };
    }

    /// <summary>What was recorded, without what it did: equal to <see cref="Fact"/> of the movement that it came from.</summary>
    public static StockFact Reported(StockFact recorded) => recorded switch
    {
        MovementCorrected corrected => corrected with { Absorbed = false, Change = 0, OnHandAfter = 0, Unsellable = null, InTransit = null, CountedAt = null },
        StockSold sold => sold with { Absorbed = false, Change = 0, OnHandAfter = 0, Unsellable = null, InTransit = null, Fulfilled = null, Channel = null },
        _ => recorded with { Absorbed = false, Change = 0, OnHandAfter = 0, Unsellable = null, InTransit = null },
    };

    /// <summary>
    /// Whether the report says again what was recorded. Earlier builds recorded a part of a count as a whole one, and an inspection's finding as a change from
    /// sellable: what they recorded and is sent again is still the same report. Where the report did not say where a transfer was to go, that is no difference
    /// either. What was stated in the same unit as before is the same, also where a pack holds another number by now.
    /// </summary>
    public static bool IsRepeat(StockFact recorded, StockFact reported)
    {
        var known = Reported(recorded) with { AsStated = null };
        if (reported.AsStated is { } stated)
        {
            known = recorded.AsStated == stated ? known with { Quantity = reported.Quantity } : known;
            reported = reported with { AsStated = null };
        }

        return known == reported || reported switch
        {
            StockCounted { Part: true } part => known == part with { Part = false },
            StockReclassified { OrSellable: true, To: not null } change => known == change with { OrSellable = false, From = null },
            StockDispatched { Cancelled: true, To: "" } cancelled => known is StockDispatched dispatched && cancelled with { To = dispatched.To } == known,
            _ => false,
        };
    }

    /// <summary>
    /// Sums need no order, so a late sale needs nothing. What sets a level (a count, a statement of what is outstanding) has to meet
    /// what occurred after it; what is cut off at zero (statuses, transfers into a document) has to be seen in its place.
    /// </summary>
    public static HistoryNeed Need(StockPosition position, StockFact fact) => fact switch
    {
        MovementCorrected => HistoryNeed.Everything,
        StockCounted { Part: true } when fact.OccurredAt == position.CountedAt => HistoryNeed.Everything,
        StockCounted when !IsAbsorbed(position, fact) && fact.OccurredAt < position.NewestMovementAt => HistoryNeed.From(fact.OccurredAt),
        StockExpected expected when IsOutOfOrder(position, expected) => HistoryNeed.From(fact.OccurredAt),
        StockAnnounced announced when IsOutOfOrder(position, announced) => HistoryNeed.Everything,
        StockReceived { Document: { } document } when position.InTransit.TryGetValue(document, out var outstanding)
            && fact.OccurredAt < outstanding.NewestAt && fact.OccurredAt >= outstanding.StatedAt => HistoryNeed.Everything,
        _ when fact.MovesStatuses() && fact.OccurredAt < position.NewestStatusAt => HistoryNeed.Everything,
        _ => HistoryNeed.Nothing,
    };

    /// <param name="position">What is known of the position.</param>
    /// <param name="fact">What was reported, from <see cref="Fact"/>.</param>
    /// <param name="history">What <see cref="Need"/> asked for, in the order of recording; empty when it asked for nothing.</param>
    /// <returns>The event to append, or why it cannot be recorded. Only a correction can be refused.</returns>
    public static (StockFact? Happened, StockRefusal? Refusal) Decide(StockPosition position, StockFact fact, IReadOnlyList<StockFact> history)
    {
        if (fact is MovementCorrected correction)
        {
            return Correct(position, correction, history);
        }

        var absorbed = IsAbsorbed(position, fact);
        var need = Need(position, fact);
        var after = need switch
        {
            { IsNothing: true } when absorbed => position.ApplyAbsorbed(Undocumented(position, fact), fact.Quantity),
            { IsNothing: true } => position.Apply(Undocumented(position, fact), fact.Quantity),
            { Whole: true } => Whole(position, [.. history, fact]),
            _ => Overtake(position, fact, history),
        };
        return (State(position, after, fact with { Absorbed = absorbed }), null);
    }

    /// <summary>A count at a later instant has settled on-hand.</summary>
    private static bool IsAbsorbed(StockPosition position, StockFact fact) => fact.MovesOnHand() && fact.OccurredAt < position.CountedAt;

    private static bool IsOutOfOrder(StockPosition position, StockFact fact) => position.InTransit.TryGetValue(fact.Document!, out var outstanding)
        ? fact.OccurredAt < outstanding.NewestAt
        : fact.OccurredAt < position.NewestDocumentAt;

    /// <summary>A receipt from before the latest statement of its document is already in that statement.</summary>
    private static StockFact Undocumented(StockPosition position, StockFact fact) =>
        fact is StockReceived { Document: { } document } && position.InTransit.TryGetValue(document, out var outstanding)
        && fact.OccurredAt < outstanding.StatedAt
            ? fact with { Document = null }
            : fact;

    /// <summary>The position as if every fact had arrived in its time.</summary>
    private static StockPosition Whole(StockPosition position, IReadOnlyList<StockFact> recorded)
    {
        var folded = History.Fold(StockPosition.Empty, History.Effective(recorded));
        return position with
        {
            OnHand = folded.OnHand,
            CountedAt = folded.CountedAt,
            Unsellable = folded.Unsellable,
            InTransit = folded.InTransit,
        };
    }

    /// <summary>A level that was set in the past, and what has come on top of it since.</summary>
    private static StockPosition Overtake(StockPosition position, StockFact fact, IReadOnlyList<StockFact> history)
    {
        var since = History.Effective(history).Where(pair => pair.Fact.OccurredAt > fact.OccurredAt);
        var folded = History.Fold(position.Apply(fact, fact.Quantity), since);
        return fact is StockCounted
            ? position with { OnHand = folded.OnHand, CountedAt = fact.OccurredAt }
            : position with
            {
                InTransit = folded.InTransit.TryGetValue(fact.Document!, out var outstanding)
                    ? position.InTransit.SetItem(fact.Document!, outstanding)
                    : position.InTransit.Remove(fact.Document!),
            };
    }

    private static (StockFact? Happened, StockRefusal? Refusal) Correct(StockPosition position, MovementCorrected correction, IReadOnlyList<StockFact> history)
    {
        var wrong = history.First(fact => fact.Source == correction.Source && fact.Id == correction.Corrects);
        List<StockFact> corrected = [.. history, correction];
        if (History.IsCorrected(wrong, history) || History.CorrectedTwice(corrected) > History.CorrectedTwice(history))
        {
            return (null, StockRefusal.AlreadyCorrected(correction.Corrects));
        }

        if (!correction.DidNotOccur && WrongQuantity(History.Original(wrong, history), correction.Quantity) is { } refusal)
        {
            return (null, refusal);
        }

        var after = Whole(position, corrected);
        return (State(position, after, correction with { CountedAt = after.CountedAt }), null);
    }

    private static StockRefusal? WrongQuantity(StockFact original, decimal quantity) => original switch
    {
        StockAdjusted => quantity == 0 ? StockRefusal.WrongQuantity(original.Type, "is not 0") : null,
        StockCounted or StockExpected => quantity < 0 ? StockRefusal.WrongQuantity(original.Type, "is 0 or more") : null,
        { Quantity: 0 } or StockSold { Kit: not null } or StockReturned { Kit: not null } =>
            quantity < 0 ? StockRefusal.WrongQuantity(original.Type, "is 0 or more") : null, // of a kit that was prepacked, or was not
        _ => quantity <= 0 ? StockRefusal.WrongQuantity(original.Type, "is above 0") : null,
    };

    private static StockFact State(StockPosition before, StockPosition after, StockFact fact) => fact with
    {
        Change = after.OnHand - before.OnHand,
        OnHandAfter = after.OnHand,
        Unsellable = Changed(before.Unsellable, after.Unsellable),
        InTransit = ChangedDocuments(before.InTransit, after.InTransit),
    };

    private static ImmutableSortedDictionary<string, decimal>? Changed(
        ImmutableSortedDictionary<string, decimal> before, ImmutableSortedDictionary<string, decimal> after)
    {
        if (ReferenceEquals(before, after))
        {
            return null;
        }

        var changed = before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Where(status => before.GetValueOrDefault(status) != after.GetValueOrDefault(status))
            .ToImmutableSortedDictionary(status => status, status => after.GetValueOrDefault(status), StringComparer.Ordinal);
        return changed.IsEmpty ? null : changed;
    }

    private static ImmutableSortedDictionary<string, InTransit>? ChangedDocuments(
        ImmutableSortedDictionary<string, InTransit> before, ImmutableSortedDictionary<string, InTransit> after)
    {
        if (ReferenceEquals(before, after))
        {
            return null;
        }

        var changed = before.Keys.Union(after.Keys, StringComparer.Ordinal)
            .Where(document => before.GetValueOrDefault(document) != after.GetValueOrDefault(document))
            .ToImmutableSortedDictionary(
                document => document,
                document => after.GetValueOrDefault(document) ?? before[document] with { Quantity = 0 },
                StringComparer.Ordinal);
        return changed.IsEmpty ? null : changed;
    }
}
