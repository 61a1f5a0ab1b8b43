using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>What holds of units that are still to come, of kits, and of orders.</summary>
public sealed partial class Explanation
{
    /// <summary>After any commit that keeps more: no unit that is there, and none that is expected, is in two holds.</summary>
    private void EveryUnitIsKeptOnce()
    {
        foreach (var stream in _events.GroupBy(happened => happened.Stream))
        {
            foreach (var commit in stream.GroupBy(happened => (happened.At, happened.Correlation)))
            {
                var (last, after) = (commit.Last(), _states[stream.Key][(int)commit.Last().Version]);
                foreach (var (document, units) in after.LiveSupply(last.At).Where(held => held.Units > after.InTransit.GetValueOrDefault(held.Document)))
                {
                    Violated($"no expected unit is in two holds ({units} of {document} kept)", last);
                }

                // What has shipped in the same commit is kept no longer; what a receipt brings is kept for who was promised it, whatever was lacking before.
                var more = commit.GroupBy(happened => happened.Reservation).Sum(of => Math.Max(0, of.Sum(happened => happened.Kept)));
                var arrived = Math.Min(
                    commit.Where(happened => happened.Type == "stock_received").Sum(happened => happened.OnHand),
                    -commit.Where(happened => happened.Type == "supply_released").Sum(happened => happened.SupplyKept));
                if (more > arrived && after.Live(last.At) > after.Sellable)
                {
                    Violated(
                        $"never more kept than there is ({after.Sellable} to sell, {after.Live(last.At)} kept)",
                        string.Join("\n  ", commit.Select(happened => $"{happened}")));
                }
            }
        }
    }

    /// <summary>In components, so that a kit is neither held without them nor beside its prepacked stock.</summary>
    private void NoMoreThanWasAskedFor()
    {
        var last = _events.Where(happened => happened.Reservation is not null && !IsOfOrder(happened.Reservation))
            .Where(happened => _calls.TryGetValue(happened.Correlation, out var call) && call.Asked is Asked.Hold or Asked.Change
                && call.Reservation == happened.Reservation)
            .GroupBy(happened => happened.Reservation!)
            .ToDictionary(events => events.Key, events => _calls[events.Last().Correlation]);
        foreach (var (id, call) in last)
        {
            var shipped = _byReservation[id].Where(happened => happened.Type is "reservation_fulfilled" or "stock_sold")
                .Select(happened => KeyValuePair.Create(happened.Stream, -happened.Kept));
            var kept = _states.Select(states => KeyValuePair.Create(
                states.Key, states.Value[^1].Kept.TryGetValue(id, out var here) ? here.Units + here.Supply.Values.Sum() : 0));
            if (!Total(shipped.Concat(kept)).IsWithin(Asks(call.Lines!)))
            {
                Violated("no more is kept than was asked for", $"{id}: {string.Join(", ", Total(shipped.Concat(kept)))} of {call}");
            }
        }
    }

    /// <summary>Whether lines of an order add up, and are held by as many units of its hold.</summary>
    /// <param name="order">As it is shown.</param>
    public void Check(JsonElement order)
    {
        List<(string Sku, decimal Units)> held = [];
        var id = order.GetProperty("reservation").GetString();
        foreach (var line in order.GetProperty("lines").EnumerateArray())
        {
            decimal Number(string name) => line.GetProperty(name).GetDecimal();
            var shown = line.GetProperty("held").EnumerateArray().ToLookup(one => LacksSupply(id, one), one => one.GetProperty("quantity").GetDecimal());
            var (lacking, units) = (shown[true].Sum(), shown.Sum(some => some.Sum()));
            held.AddRange(line.TryGetProperty("components", out var components)
                ? components.EnumerateArray().Select(one => OfComponent(one, kits: Number("oversold") + Number("setAside")))
                : [(line.GetProperty("sku").GetString()!, units - lacking - Number("setAside"))]);
            if (units + Number("oversold") != Math.Max(0, Number("ordered") - Number("cancelled") - Number("shipped")) || Number("setAside") > units
                || Number("oversold") < 0)
            {
                Violated("the lines of an order add up", order);
            }
        }

        // Units that are set aside are no longer kept, and of kits may be any of their components.
        var isReady = order.GetProperty("messages").EnumerateArray().Any(message => message.GetProperty("type").GetString() == "ready");
        var kept = _states.Select(states => KeyValuePair.Create(
            states.Key, id is not null && states.Value[^1].Kept.TryGetValue(id, out var here) ? here.Units + here.Supply.Values.Sum() : 0));
        if (!isReady && !WalkKits.InComponents(held).IsWithin(Total(kept)))
        {
            var events = id is null ? [] : _events.Where(happened => happened.Reservation == id);
            Violated(
                "what an order shows as held is held",
                $"{string.Join(", ", kept.Where(units => units.Value != 0))}: {order}\n  {string.Join("\n  ", events)}");
        }
    }

    /// <summary>
    /// What an order ships is recorded by whichever call settles the order next: that of the message which says so, that of another message about it, or that
    /// which makes units free that the order lacks. So the message is found by the name of the movement, as far as it shows, and not by the call.
    /// </summary>
    private bool IsWhereItWasShipped(Recorded happened)
    {
        var (name, document, at) = (happened.Text("id")!, happened.Text("document"), happened.Stream.Split('@'));
        return _calls.Values.Any(call => call.Message is (var id, "shipment" or "collected") && call.Reservation == document
            && (!name.Contains('/', StringComparison.Ordinal) || name.StartsWith($"{document}/{id}/", StringComparison.Ordinal))
            && call.Start <= happened.At + Microsecond
            && (call.Lines is null || call.Lines.Any(line => (line.Location ?? at[1]) == at[1] && (line.Sku == at[0] || Asks([line]).ContainsKey(at[0])))));
    }

    /// <summary>
    /// Units whose document has come short stay the order's, and keep nothing until other supply is found: that they were given back is recorded, and they are
    /// shown without a day, which the walk says of each document.
    /// </summary>
    private bool LacksSupply(string? reservation, JsonElement held) => held.TryGetProperty("document", out var document)
        && !held.TryGetProperty("expectedOn", out _) && reservation is not null
        && _byReservation[reservation].Any(happened => happened.Type == "supply_released" && happened.Text("document") == document.GetString());

    /// <summary>Units of a component that are held at least: all that are open but those of kits that are missing, or set aside.</summary>
    private static (string Sku, decimal Units) OfComponent(JsonElement component, decimal kits) => (
        component.GetProperty("sku").GetString()!,
        Math.Max(0, component.GetProperty("open").GetDecimal() - (kits * component.GetProperty("perKit").GetDecimal())));

    /// <summary>
    /// Whether everything would have fitted at any moment of the call, from stock and at one location, whichever: then no way of placing it can have failed.
    /// </summary>
    private bool MustFit(Call call) => new[] { "S001", "S002" }.All(location => Asks(call.Lines!).All(units =>
    {
        var least = During(call, $"{units.Key}@{location}").Select(state =>
            Math.Max(0, state.Sellable - state.Live(call.Start)) + (call.Asked == Asked.Change ? KeptFor(call, state) : 0)).DefaultIfEmpty(0).Min();
        return units.Value <= least;
    }));

    /// <summary>Also of a reservation that has nothing in stock.</summary>
    private bool Confirms(Recorded happened) => happened.Type == "reservation_confirmed"
        || (happened.Type == "supply_reserved" && happened.Text("expiresAt") is null)
        || (happened.Type == "supply_released" && _calls.TryGetValue(happened.Correlation, out var call) && call.Asked == Asked.Confirm);

    private static bool IsOfOrder(string reservation) =>
        reservation.StartsWith("order/", StringComparison.Ordinal) || reservation.StartsWith("adopted-", StringComparison.Ordinal);

    /// <summary>The product holds what has become free without a call, for orders and for promises that have lost their supply.</summary>
    private static bool IsOwnDoing(Recorded happened) => happened.Correlation.StartsWith("expiry-", StringComparison.Ordinal)
        || happened.Correlation.StartsWith("supply-", StringComparison.Ordinal)
        || happened.Correlation.StartsWith("product/", StringComparison.Ordinal);
}
