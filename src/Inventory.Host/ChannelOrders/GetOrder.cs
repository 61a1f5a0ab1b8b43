using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <param name="Channel">The channel of the order.</param>
/// <param name="Order">The channel's id of the order.</param>
/// <param name="State">
/// confirmed, oversold (something is missing), ready (all that is open is set aside for pickup), fulfilled, released (nothing is wanted, and nothing shipped),
/// waiting (no message has said what is wanted).
/// </param>
/// <param name="Revision">The revision of what is wanted; null when the channel has no revisions.</param>
/// <param name="Reservation">The reservation that holds its units; null when there never was one.</param>
/// <param name="Messages">In the order of arrival.</param>
public sealed record OrderShown(
    string Channel, string Order, string State, long? Revision, string? Reservation, IReadOnlyList<OrderLineShown> Lines,
    IReadOnlyList<OrderMessageShown> Messages);

/// <param name="Ordered">Units wanted, shipped ones included.</param>
/// <param name="Cancelled">Units taken back from that.</param>
/// <param name="Held">Units that are held for it, by location, those that are set aside included.</param>
/// <param name="Shipped">Units that have left.</param>
/// <param name="Returned">Units that have come back; whole ones of a kit.</param>
/// <param name="SetAside">Of the held units, those that wait in the store for whoever picks them up.</param>
/// <param name="Oversold">Units that are not held although they are wanted: held units and these add up to max(0, ordered - cancelled - shipped).</param>
public sealed record OrderLineShown(
    string Sku, decimal Ordered, decimal Cancelled, IReadOnlyList<HeldUnits> Held, decimal Shipped, decimal Returned, decimal SetAside, decimal Oversold)
{
    /// <summary>Of a kit: each component. Left out where the line is of no kit.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<OrderComponentShown>? Components { get; init; }
}

/// <param name="PerKit">Units that one kit needs.</param>
/// <param name="Open">Units that are to be held: less than the kits that are open need, where some have shipped or were cancelled by themselves.</param>
/// <param name="Shipped">Units that have left, in kits or by themselves.</param>
/// <param name="Returned">Units that have come back, in kits or by themselves.</param>
public sealed record OrderComponentShown(string Sku, decimal PerKit, decimal Open, decimal Shipped, decimal Returned);

/// <param name="Location">Null for a kit whose components are at several locations.</param>
/// <param name="Quantity">Units.</param>
/// <param name="Document">By what they are still to come; left out for units in stock.</param>
/// <param name="ExpectedOn">When they are expected; left out for units in stock, for units that have lost their supply, and where nobody says when.</param>
public sealed record HeldUnits(
    string? Location, decimal Quantity, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Document = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] LocalDate? ExpectedOn = null);

/// <param name="Id">The channel's id of it.</param>
/// <param name="Type">As in the answer to it.</param>
/// <param name="State">As in the answer to it; null while it is not processed.</param>
/// <param name="OccurredAt">When it happened; null when the message does not say.</param>
/// <param name="RecordedAt">When it was received.</param>
/// <param name="Revision">Null when it has none.</param>
/// <param name="By">Who sent it first: the key's name, the token's <c>sub</c>, or channel and adapter of a vendor's webhook; null for what is older than this
/// record.</param>
public sealed record OrderMessageShown(string Id, string Type, string? State, Instant? OccurredAt, Instant RecordedAt, long? Revision, string? By);

public static class GetOrder
{
    [WolverineGet("/v1/channels/{id}/orders/{order}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("An order of a channel", "Its state by all its messages, by SKU, where its units are held, and each message with its outcome. A "
        + "channel sees its own.",
        Problems = ["400 invalid-request", "404 unknown-channel", "404 unknown-order"])]
    public static async Task<Ok<OrderShown>> Get(
        HttpContext http, [NotBody] ChannelOrderInbox book, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock, [NotBody] KnownChannels channels)
    {
        var id = await channels.RequireOwn(http);
        _ = new QueryText(http.Request);
        var order = RouteText.Segment(http, "order");
        var kept = await book.Read(id, order, http.RequestAborted);
        if (kept.Messages.Count == 0)
        {
            throw ApiProblemException.NotFound("unknown-order", "There is no order with this id.");
        }

        var counting = kept.Messages.Where(one => one.State != ChannelOrderInbox.Quarantined).ToList();
        var plan = ChannelOrderProcessor.PlanOf(id, order, kept.Changes, counting.Count == 0 ? kept.Messages : counting);
        var hold = await Hold(database, plan, clock.GetCurrentInstant(), http.RequestAborted);
        var state = counting.Count == 0 ? ChannelOrderInbox.Quarantined : null;
        var lines = counting.Count == 0 ? [] : Lines(plan.State, hold);
        return TypedResults.Ok(new OrderShown(
            id.Value, order, state ?? StateOf(plan.State, lines.Exists(line => line.Oversold > 0)), plan.State.Revision, hold?.Id, lines,
            [
                .. kept.Messages.Select(one => new OrderMessageShown(
                    one.Message.Id, one.Message.Word, one.State, one.Message.OccurredAt, one.RecordedAt, one.Message.More.Revision, one.By)),
            ]));
    }

    /// <summary>Everything that is open is set aside for whoever picks it up.</summary>
    internal const string Ready = "ready";

    /// <summary>Every state of an order.</summary>
    internal static readonly string[] States =
        ["confirmed", "oversold", Ready, "fulfilled", "released", ChannelOrderInbox.Waiting, ChannelOrderInbox.Quarantined];

    internal static string StateOf(OrderState state, bool isOversold) =>
        isOversold ? "oversold"
        : state.Lines.Any(line => line.Open > 0) && state.Lines.All(line => line.SetAside == line.Open) ? Ready
        : state.Lines.Any(line => line.Open > 0) ? "confirmed"
        : state.Lines.Any(line => line.Shipped > 0) ? "fulfilled"
        : state.IsKnown ? "released"
        : ChannelOrderInbox.Waiting;

    private static async Task<Reservation?> Hold(NpgsqlDataSource database, OrderPlan plan, Instant now, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(ReservationTable.SelectByIds);
        command.Parameters.AddWithValue(new[] { plan.Hold, plan.Reserved ?? plan.Hold }.Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<Reservation> found = [];
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(ReservationTable.Read(reader));
        }

        found.RemoveAll(reservation => reservation.Channel != plan.Channel);
        return OrderDecider.Existing(plan, found.Find(one => one.Id == plan.Hold), found.Find(one => one.Id == plan.Reserved), now);
    }

    private static List<OrderLineShown> Lines(OrderState state, Reservation? hold)
    {
        var missing = OrderedSku.Of(state, hold).ToDictionary(one => one.Sku, one => one.Missing);
        return
        [
            .. state.Lines.Where(line => line.Kit is null).Select(line => new OrderLineShown(
                line.Sku.Value, line.Ordered, line.Cancelled, Held(line.Sku, line.Open - missing[line.Sku], line.SetAside, state.Pickup, hold),
                line.Shipped, line.Returned, line.SetAside, missing[line.Sku])),
            .. state.Kits.Where(kit => kit.Components.Count > 0).Select(kit => new OrderLineShown(
                kit.Sku.Value, kit.Ordered, kit.Cancelled, Held(kit, kit.Open - missing[kit.Sku], state.Pickup, hold),
                kit.Shipped, kit.Returned, kit.SetAside, missing[kit.Sku])
            {
                Components = [.. kit.Kit.Components.Select(one => (one, line: kit.Components.FirstOrDefault(line => line.Sku == one.Sku))).Select(one =>
                    new OrderComponentShown(
                        one.one.Sku.Value, one.one.Quantity, one.line?.Open ?? 0, one.line?.Shipped ?? 0, one.line?.Returned ?? 0))],
            }),
        ];
    }

    /// <summary>Where units are kept, at most so many; what components of kits the hold has besides is not theirs.</summary>
    private static List<HeldUnits> Held(Sku sku, decimal atMost, decimal setAside, LocationId? pickup, Reservation? hold)
    {
        var there = (hold?.Open ?? []).Where(units => units.Key.Sku == sku).Select(units => (units.Key.Location, units.Quantity));
        var awaited = (hold is { AwaitsSupply: true } ? hold.Lines : []).Where(line => line.Sku == sku).SelectMany(line => line.Supply ?? [])
            .Select(units => new HeldUnits(units.Location.Value, units.Quantity, units.Document, units.ExpectedOn)).ToList();
        return [.. Sum(there.Prepend((pickup ?? default, setAside)), atMost - awaited.Sum(units => units.Quantity)), .. awaited];
    }

    /// <summary>Prepacked kits and those whose components are at one location, by location; then those whose components are at several.</summary>
    private static List<HeldUnits> Held(OrderKitState kit, decimal atMost, LocationId? pickup, Reservation? hold)
    {
        var open = (hold?.Open ?? []).ToList();
        var prepacked = open.FindAll(units => units.Key.Sku == kit.Sku).ConvertAll(units => (units.Key.Location, units.Quantity));
        var complete = open.Where(units => units.Key.Sku == kit.Kit.Components[0].Sku).Select(units => (units.Key.Location, kit.Kit.Components.Min(
            one => decimal.Floor(open.Where(other => other.Key == new PositionKey(one.Sku, units.Key.Location)).Sum(other => other.Quantity) / one.Quantity))));
        var held = Sum([(pickup ?? default, kit.SetAside), .. prepacked, .. complete], atMost);
        var elsewhere = atMost - held.Sum(units => units.Quantity);
        return elsewhere > 0 ? [.. held, new HeldUnits(null, elsewhere)] : held;
    }

    private static List<HeldUnits> Sum(IEnumerable<(LocationId Location, decimal Quantity)> units, decimal atMost)
    {
        List<(LocationId Location, decimal Quantity)> taken = [];
        foreach (var (location, quantity) in units)
        {
            var kept = Math.Min(quantity, atMost);
            atMost -= kept;
            taken.AddRange(kept > 0 ? [(location, kept)] : []);
        }

        return [.. taken.GroupBy(one => one.Location, one => one.Quantity).Select(there => new HeldUnits(there.Key.Value, there.Sum()))];
    }
}
