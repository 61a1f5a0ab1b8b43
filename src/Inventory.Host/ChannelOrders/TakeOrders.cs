using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Quarantine;
using RetailSync.Inventory.Host.Reservations;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>
/// Turns what a channel reports of its orders into reservations. A message is kept first and every step has an id of its own, so doing it
/// again after a broken connection or a crash does nothing twice. What comes before its order waits for it.
/// </summary>
public sealed class TakeOrders(WriteLanes lanes, OrderBook book, OversellEvidence evidence, QuarantineStore quarantine, NpgsqlDataSource database, IClock clock)
{
    /// <summary>Stock may move between the answer that there is less and the next try.</summary>
    private const int MostTries = 5;

    /// <summary>The state of an order with a SKU that nobody knows.</summary>
    internal const string Quarantined = "quarantined";

    /// <exception cref="RequestRefused">400, or 409 <c>order-message-id-reused</c>, <c>more-than-held</c> and other refusals of a step.</exception>
    public async Task<OrderAnswer> Take(OrderMessage message, Provenance provenance, CancellationToken cancellation)
    {
        var (content, state, earlier) = await book.Keep(message, cancellation);
        if (content != message.Content && !(message.IsStanding && message.Type == OrderMessageType.Order))
        {
            throw RequestRefused.Conflict("order-message-id-reused", "A message with this id was sent for this order with other content.");
        }

        if (earlier is not null && state is not (OrderBook.Waiting or Quarantined))
        {
            return earlier;
        }

        var answer = await Do(message, provenance, cancellation);
        if (answer.State == Quarantined)
        {
            await Keep(message, provenance, cancellation);
        }

        return answer;
    }

    /// <summary>Does what there is to do about a message that is kept and has not been done.</summary>
    /// <returns>Quarantined when there is a SKU in it that nobody knows; nothing has happened then.</returns>
    internal async Task<OrderAnswer> Do(OrderMessage message, Provenance provenance, CancellationToken cancellation)
    {
        var (placed, open) = await book.Read(message.Channel, message.Order, cancellation);
        if (message.Type != OrderMessageType.Order)
        {
            return placed is null ? await Wait(message, cancellation) : await FollowWithOthers(message, placed, open, provenance, cancellation);
        }

        if (open.Any(earlier => earlier.Type == OrderMessageType.Cancellation) && !open.Any(earlier => earlier.Type == OrderMessageType.Shipment))
        {
            // Cancelled before we heard of it: nothing needs to be held.
            foreach (var moot in open)
            {
                await Settle(moot, Answer(moot, "released"), cancellation);
            }

            return await Settle(message, Answer(message, "released"), cancellation);
        }

        var answer = await Settle(message, await Place(message, provenance, cancellation), cancellation);
        if (answer.State != Quarantined)
        {
            foreach (var later in open.OrderBy(later => later.Type == OrderMessageType.Cancellation))
            {
                await Follow(later, message, provenance, cancellation);
            }
        }

        return answer;
    }

    /// <summary>What has shipped may come back: a return that came before its shipment waits for it.</summary>
    private async Task<OrderAnswer> FollowWithOthers(OrderMessage message, OrderMessage order, IReadOnlyList<OrderMessage> open, Provenance provenance, CancellationToken cancellation)
    {
        var answer = await Follow(message, order, provenance, cancellation);
        foreach (var back in open.Where(earlier => message.Type == OrderMessageType.Shipment && earlier is { Type: OrderMessageType.Return, IsStanding: true }))
        {
            await Follow(back, order, provenance, cancellation);
        }

        return answer;
    }

    private async Task<OrderAnswer> Follow(OrderMessage message, OrderMessage order, Provenance provenance, CancellationToken cancellation)
    {
        var reservation = order.ReservationId;
        switch (message.Type)
        {
            case OrderMessageType.Cancellation:
                var released = await lanes.Step(new ReleaseReservation(reservation, message.Id), channel => channel == message.Channel, provenance, cancellation);

                // Nothing was held of it, or nothing is any more: that is what was wanted. Any other no is one to the channel too.
                return released.Refusal is { } kept && kept != ReservationRefusal.Unknown && kept != ReservationRefusal.Expired && kept != ReservationRefusal.AlreadyReleased
                    && kept != ReservationRefusal.AlreadyFulfilled
                    ? throw ReservationShown.Refused(kept)
                    : await Settle(message, Answer(message, released.Refusal == ReservationRefusal.AlreadyFulfilled ? "fulfilled" : "released", released), cancellation);

            case OrderMessageType.Shipment when message.IsStanding:
                return await Settle(message, Answer(message, "fulfilled", await ShipSoFar(message, reservation, provenance, cancellation)), cancellation);

            case OrderMessageType.Shipment:
                var shipped = await lanes.Step(new FulfilReservation(reservation, message.Id, message.Lines), channel => channel == message.Channel, provenance, cancellation);
                return shipped.Refusal is { } refusal ? throw ReservationShown.Refused(refusal) : await Settle(message, Answer(message, "fulfilled", shipped), cancellation);

            case OrderMessageType.Return when message.IsStanding && !await HasShipped(message, reservation, cancellation):
                return await Wait(message, cancellation);

            default:
                var returned = await TakeBack(message, reservation, provenance, cancellation);
                return await Settle(message, Answer(message, "returned") with { Sequence = returned }, cancellation);
        }
    }

    private async Task<OrderAnswer> Place(OrderMessage message, Provenance provenance, CancellationToken cancellation)
    {
        var lines = message.Lines!.Select(line => line with { AllowBackorder = true }).ToList();
        if ((await UnknownSkus(lines, cancellation)).Count > 0)
        {
            return Answer(message, Quarantined);
        }

        await HoldWhatIsThere(new HoldStock(message.ReservationId, message.Channel, HoldStock.LongestHold, lines), provenance, cancellation);
        var confirmed = await lanes.Step(new ConfirmReservation(message.ReservationId, "confirm", null), channel => channel == message.Channel, provenance, cancellation);
        var reservation = confirmed.Reservation ?? await Reservation(message.Channel, message.ReservationId, cancellation);

        // Of a hold that is over, only what has shipped is this order's.
        var isKept = reservation?.StateAt(clock.GetCurrentInstant()) is ReservationState.Held or ReservationState.Confirmed or ReservationState.Fulfilled;
        var held = (reservation?.Lines ?? [])
            .GroupBy(line => line.Sku).ToDictionary(of => of.Key, of => of.Sum(line => isKept ? line.Quantity : line.Fulfilled));
        List<Oversold> oversold = [];
        foreach (var wanted in lines.GroupBy(line => line.Sku))
        {
            var (requested, kept) = (wanted.Sum(line => line.Quantity), held.GetValueOrDefault(wanted.Key));
            if (kept < requested)
            {
                oversold.Add(await evidence.Read(message.Channel, [.. wanted], kept, message.ReservationId, cancellation));
            }
        }

        return Answer(message, oversold.Count > 0 ? "oversold" : "confirmed", confirmed) with { Oversold = oversold };
    }

    /// <summary>Keeps it for a person, as a body that <see cref="OrderMessage.Read"/> reads.</summary>
    private async Task Keep(OrderMessage message, Provenance provenance, CancellationToken cancellation)
    {
        var unknown = await UnknownSkus(message.Lines!, cancellation);
        var lines = message.Lines!.Select(one => new { sku = one.Sku.Value, quantity = one.Quantity, location = one.Location?.Value });
        var line = JsonSerializer.Serialize(new
        {
            id = message.Id,
            type = "order",
            order = message.Order,
            occurredAt = message.OccurredAt is { } at ? InstantPattern.ExtendedIso.Format(at) : null,
            reservation = message.Reservation,
            lines,
        });
        await quarantine.Keep(ReplayOrder.SourceOf(message.Channel), [new RejectedLine(0, line, ReplayOrder.Code, $"Nothing is known of {string.Join(", ", unknown.Take(10))}.")], provenance, cancellation);
    }

    /// <summary>The order stands whether or not there is enough for it: where there is less, that much is held.</summary>
    private async Task HoldWhatIsThere(HoldStock request, Provenance provenance, CancellationToken cancellation)
    {
        for (var attempt = 0; attempt < MostTries && request.Lines.Count > 0; attempt++)
        {
            // A refusal for its id means that an earlier try has held it, all or in part.
            var answer = await lanes.Hold(request, provenance, cancellation);
            if (answer.Refusal?.Shortages is not { } shortages)
            {
                if (answer.Refusal is { } refusal && refusal != ReservationRefusal.IdReused)
                {
                    throw ReservationShown.Refused(refusal);
                }

                return;
            }

            request = request with { Lines = Without(request.Lines, shortages) };
        }
    }

    /// <summary>The lines with what is missing taken off, the last line first.</summary>
    private static List<RequestedLine> Without(IReadOnlyList<RequestedLine> lines, IReadOnlyList<Shortage> shortages)
    {
        var left = lines.ToList();
        foreach (var shortage in shortages)
        {
            var missing = shortage.Requested - shortage.Available;
            for (var index = left.Count - 1; index >= 0 && missing > 0; index--)
            {
                if (left[index].Sku == shortage.Sku && (shortage.Location is null || left[index].Location == shortage.Location))
                {
                    var off = Math.Min(missing, left[index].Quantity);
                    missing -= off;
                    left[index] = left[index] with { Quantity = left[index].Quantity - off };
                }
            }
        }

        left.RemoveAll(line => line.Quantity <= 0);
        return left;
    }

    /// <summary>
    /// Ships what has not shipped of what should have by now, as far as it is held. The step is named after the version of the reservation that it was
    /// worked out from: of two that work it out at once, one finds its step taken, and looks again.
    /// </summary>
    private async Task<ReservationAnswer?> ShipSoFar(OrderMessage message, string id, Provenance provenance, CancellationToken cancellation)
    {
        ReservationAnswer? shipped = null;
        for (var attempt = 0; attempt < MostTries && await Reservation(message.Channel, id, cancellation) is { } reservation; attempt++)
        {
            var open = reservation.Open.GroupBy(units => units.Key.Sku).ToDictionary(of => of.Key, of => of.Sum(units => units.Quantity));
            List<RequestedLine> missing = [.. SoFar(message)
                .Select(line => new RequestedLine(line.Key, Math.Min(line.Value - Shipped(reservation, line.Key), open.GetValueOrDefault(line.Key)), null, AllowBackorder: false))
                .Where(line => line.Quantity > 0)];
            if (missing.Count == 0)
            {
                break;
            }

            var step = await lanes.Step(
                new FulfilReservation(id, FormattableString.Invariant($"shipped-after-{reservation.Version}"), missing), channel => channel == message.Channel, provenance, cancellation);
            shipped = step.Refusal is null ? step : shipped;
        }

        return shipped;
    }

    private async Task<bool> HasShipped(OrderMessage message, string id, CancellationToken cancellation) =>
        await Reservation(message.Channel, id, cancellation) is { } reservation && SoFar(message).All(line => line.Value <= Shipped(reservation, line.Key));

    private static Dictionary<Sku, decimal> SoFar(OrderMessage message) => message.Lines!.GroupBy(line => line.Sku).ToDictionary(of => of.Key, of => of.Sum(line => line.Quantity));

    private static decimal Shipped(Reservation reservation, Sku sku) => reservation.Lines.Where(line => line.Sku == sku).Sum(line => line.Fulfilled);

    private async Task<long?> TakeBack(OrderMessage message, string reservationId, Provenance provenance, CancellationToken cancellation)
    {
        var reservation = await Reservation(message.Channel, reservationId, cancellation);
        var source = ReplayOrder.SourceOf(message.Channel);
        List<Movement> movements = [];
        foreach (var (line, place) in message.Lines!.Select((line, place) => (line, place)))
        {
            var location = line.Location ?? reservation?.Lines.Where(kept => kept.Sku == line.Sku).SelectMany(kept => kept.Allocations).Select(units => (LocationId?)units.Location).FirstOrDefault()
                ?? throw RequestRefused.Invalid(new FieldRefusal($"lines[{place}].location", "is missing: nothing of the order came from anywhere"));
            movements.Add(new Return(
                new MovementId(source, message.PartId(place)), new PositionKey(line.Sku, location),
                message.OccurredAt ?? clock.GetCurrentInstant(), message.Order, line.Quantity, Status: null));
        }

        var outcomes = await lanes.Record(movements, provenance, cancellation);
        if (Array.Find(outcomes, outcome => outcome.Outcome == Outcome.Rejected) is { Code: { } code, Detail: var detail })
        {
            throw RequestRefused.Conflict(code, $"What came back cannot be recorded: {detail}");
        }

        return outcomes.Max(outcome => outcome.Sequence);
    }

    private async Task<Reservation?> Reservation(ChannelId channel, string id, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReservationTable.SelectByKey);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(channel.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? ReservationTable.Read(reader) : null;
    }

    /// <summary>SKUs that never moved and that nobody registered.</summary>
    private async Task<IReadOnlyList<string>> UnknownSkus(IReadOnlyList<RequestedLine> lines, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select wanted.sku from unnest($1) as wanted (sku)
            where not exists (select from {Projections.Projections.Schema}.{PositionTable.Name} as p where p.sku = wanted.sku)
              and not exists (select from {Projections.Projections.Schema}.known_sku as k where k.sku = wanted.sku)
            """);
        command.Parameters.AddWithValue(lines.Select(line => line.Sku.Value).Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<string> unknown = [];
        while (await reader.ReadAsync(cancellation))
        {
            unknown.Add(reader.GetString(0));
        }

        return unknown;
    }

    private Task<OrderAnswer> Wait(OrderMessage message, CancellationToken cancellation) => Settle(message, Answer(message, OrderBook.Waiting), cancellation);

    private async Task<OrderAnswer> Settle(OrderMessage message, OrderAnswer answer, CancellationToken cancellation)
    {
        await book.Settle(message, answer, cancellation);
        return answer;
    }

    private static OrderAnswer Answer(OrderMessage message, string state, ReservationAnswer? step = null) => new(
        message.Channel.Value, message.Order, message.Id, message.Type.ToString().ToLowerInvariant(), state, step?.Reservation?.Id, [], step is { Changed: true } ? step.Sequence : null);
}
