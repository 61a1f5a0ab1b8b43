using NodaTime;

namespace RetailSync.Inventory.Domain.Orders;

/// <summary>
/// Folds the messages of one order, in whatever order they arrived, to what they say together. Pure: the same messages give the same state. They are gone
/// through in the order in which they happened, with what was ordered first; what is wanted is said by the newest revision, and what has happened (shipments,
/// returns) adds up.
/// </summary>
public sealed class OrderFold
{
    private readonly List<(OrderReport Report, Dictionary<OrderItem, decimal>? Units)> _cancellations = [];
    private readonly Dictionary<OrderItem, decimal> _shipped = [];
    private readonly Dictionary<OrderItem, decimal> _returned = [];
    private readonly Dictionary<(OrderMessageType Type, OrderItem Item), (decimal Quantity, OrderLine Line, OrderReport Report)> _totals = [];
    private readonly Dictionary<(OrderMessageType Type, OrderItem Item), decimal> _done = [];
    private readonly List<OrderReport> _refunds = [];
    private readonly List<OrderEffect> _effects = [];
    private readonly Dictionary<string, OrderMessageFate> _fates = [];
    private readonly Dictionary<OrderItem, decimal> _setAside = [];
    private readonly HashSet<string?> _undone;
    private LocationId? _pickup;
    private Instant _readyAt;
    private List<OrderLine> _wanted = [];
    private List<OrderLine> _stated = [];
    private long? _revision;
    private bool _isKnown;

    /// <summary>Of any line of any message. Something may have been recorded of each before a message arrived that says otherwise.</summary>
    private readonly List<OrderItem> _all;

    private OrderFold(IReadOnlyCollection<OrderReport> reports)
    {
        _undone = [.. reports.Where(report => report.Type == OrderMessageType.ShipmentCancelled).Select(report => report.Shipment)];
        _all = [.. reports.SelectMany(report => report.Lines ?? []).Select(line => line.Item).Distinct().OrderBy(item => item.Name, StringComparer.Ordinal)];
    }

    /// <param name="stated">As the channel states them: a kit stands for what it needs (<see cref="OrderKits"/>).</param>
    public static OrderState Of(IReadOnlyCollection<OrderReport> stated)
    {
        var (reports, kits) = OrderKits.Expand(stated);
        var fold = new OrderFold(reports);
        foreach (var report in OrderReport.InOrder(reports))
        {
            fold.Take(report);
            fold.PutBack(report);
        }

        var state = fold.State(reports);
        return kits.Count == 0 ? state : state with { Kits = OrderKits.States(kits, state) };
    }

    private void Take(OrderReport report)
    {
        switch (report.Type)
        {
            case OrderMessageType.Order or OrderMessageType.Change:
                State(report);
                break;
            case OrderMessageType.Edit:
                Edit(report);
                break;
            case OrderMessageType.Cancellation or OrderMessageType.NotCollected when !(report.Revision <= _revision):
                _cancellations.Add((report, report.Lines?.GroupBy(line => line.Item).ToDictionary(of => of.Key, of => of.Sum(line => line.Quantity))));
                break;
            case OrderMessageType.Cancellation or OrderMessageType.NotCollected:
                _fates[report.Id] = OrderMessageFate.Outdated;
                break;
            case OrderMessageType.Shipment or OrderMessageType.Return when report.IsTotal:
                Total(report);
                break;
            case OrderMessageType.Shipment or OrderMessageType.Collected:
                Ship(report);
                break;
            case OrderMessageType.Ready:
                SetAside(report);
                break;
            case OrderMessageType.Return:
                Return(report);
                break;
            case OrderMessageType.Refund:
                _refunds.Add(report);
                break;
        }
    }

    /// <summary>It says what is wanted, unless something newer has.</summary>
    private void State(OrderReport report)
    {
        if (_isKnown && (report.Revision < _revision || (report.Revision is null && report.Type == OrderMessageType.Order)))
        {
            _fates[report.Id] = OrderMessageFate.Outdated;
            return;
        }

        _wanted = [.. _stated = Wanted(report)];
        _revision = report.Revision ?? _revision;
        _isKnown = true;

        // What was cancelled by then is left out of it already.
        _cancellations.RemoveAll(cancelled => cancelled.Report.Revision is not { } revision || revision <= report.Revision);
    }

    /// <summary>What is picked up is wanted in one store, and nowhere else. Units that were set aside in another one go back there.</summary>
    private List<OrderLine> Wanted(OrderReport report)
    {
        var before = _pickup;
        var named = (report.Lines ?? []).Select(line => line.Location).FirstOrDefault(location => location is not null) ?? report.Location;
        _pickup = (report.IsPickup ?? before is not null) ? named ?? before : null;
        if (_pickup != before)
        {
            _setAside.Clear();
        }

        return [.. (report.Lines ?? []).Select(line => _pickup is null ? line : line with { Location = _pickup })];
    }

    private void Edit(OrderReport report)
    {
        if (report.Revision <= _revision)
        {
            _fates[report.Id] = OrderMessageFate.Outdated;
            return;
        }

        foreach (var edit in report.Edits ?? [])
        {
            var index = _wanted.FindIndex(line => line.Reference == edit.Reference);
            if (index < 0)
            {
                _fates[report.Id] = OrderMessageFate.Waiting;
                continue;
            }

            var kit = _wanted[index].Part?.Kit;
            do
            {
                _wanted[index] = _wanted[index] with { Quantity = Math.Max(0, _wanted[index].Quantity + _stated[index].InBase(edit.Change)) };
                index++;
            }
            while (kit is not null && index < _wanted.Count && _wanted[index].Reference == edit.Reference && _wanted[index].Part?.Kit == kit);
        }
    }

    private void Total(OrderReport report)
    {
        foreach (var lines in (report.Lines ?? []).GroupBy(line => line.Item))
        {
            var (key, quantity) = ((report.Type, lines.Key), lines.Sum(line => line.Quantity));
            _done[key] = Math.Max(_done.GetValueOrDefault(key), report.IsDone ? quantity : 0);
            if (!_totals.TryGetValue(key, out var known) || quantity > known.Quantity)
            {
                _totals[key] = (quantity, lines.First(), report);
            }
        }
    }

    private void Ship(OrderReport report)
    {
        var isUndone = _undone.Contains(report.Id);
        var lines = report.Lines ?? _all.ConvertAll(item => Rest(item) with { Location = report.Location });
        if (isUndone)
        {
            _fates[report.Id] = OrderMessageFate.Undone;
        }
        else if (report.Lines is null && !_isKnown)
        {
            _fates[report.Id] = OrderMessageFate.Waiting;
        }

        foreach (var (line, index) in lines.Select((line, index) => (line, index)))
        {
            var quantity = isUndone ? 0 : line.Quantity;
            if (quantity > 0)
            {
                _shipped[line.Item] = _shipped.GetValueOrDefault(line.Item) + quantity;
            }

            Add(report, report.Lines is null ? line.Item.Name : Number(line, index), OrderEffectKind.Ship, line, quantity);
        }
    }

    private void SetAside(OrderReport report)
    {
        if (_pickup is null)
        {
            _fates[report.Id] = OrderMessageFate.Waiting;
            return;
        }

        _readyAt = report.OccurredAt;
        foreach (var line in report.Lines ?? [.. Items().Select(Rest)])
        {
            _setAside[line.Item] = report.Lines is null ? line.Quantity : _setAside.GetValueOrDefault(line.Item) + line.Quantity;
        }
    }

    /// <summary>What is collected, or was not, are units that were set aside. What is no longer open for another reason is not set aside any more.</summary>
    private void PutBack(OrderReport report)
    {
        var counts = report.Type is OrderMessageType.Collected or OrderMessageType.NotCollected && !_fates.ContainsKey(report.Id);
        foreach (var (item, quantity) in _setAside.ToList())
        {
            var gone = counts ? (report.Lines ?? []).Where(line => line.Item == item).Sum(line => line.Quantity) : 0;
            _setAside[item] = Math.Min(Math.Max(0, quantity - gone), Open(item));
        }
    }

    private void Return(OrderReport report)
    {
        foreach (var (line, index) in (report.Lines ?? []).Select((line, index) => (line, index)))
        {
            _returned[line.Item] = _returned.GetValueOrDefault(line.Item) + line.Quantity;
            Add(report, Number(line, index), OrderEffectKind.Return, line, line.Quantity);
        }
    }

    private OrderState State(IReadOnlyCollection<OrderReport> reports)
    {
        var shipped = reports.Where(report => report.Type is OrderMessageType.Shipment or OrderMessageType.Collected).Select(report => report.Id).ToHashSet();
        foreach (var report in reports)
        {
            if (report.Type == OrderMessageType.ShipmentCancelled ? !shipped.Contains(report.Shipment ?? "")
                : report.Type is OrderMessageType.Cancellation or OrderMessageType.NotCollected or OrderMessageType.Refund && !_isKnown)
            {
                _fates[report.Id] = OrderMessageFate.Waiting;
            }
        }

        AddTotals(OrderMessageType.Shipment, OrderEffectKind.Ship, _shipped);
        AddTotals(OrderMessageType.Return, OrderEffectKind.Return, _returned);
        var refunded = Refund();
        var lines = Items().Select(item => Line(item, refunded.GetValueOrDefault(item))).ToList();
        AddSetAside(reports, lines);
        return new OrderState(_revision, _isKnown, lines, [.. Placed()], _fates) { Pickup = _pickup };
    }

    /// <summary>
    /// In every store in which the order was ever to be picked up, since units may have been set aside there before a message arrived that says otherwise.
    /// </summary>
    private void AddSetAside(IReadOnlyCollection<OrderReport> reports, IReadOnlyList<OrderLineState> lines)
    {
        if (!reports.Any(report => report.Type == OrderMessageType.Ready))
        {
            return;
        }

        var now = lines.ToDictionary(line => line.Item, line => line.SetAside);
        var stated = reports.Where(report => report.Type is OrderMessageType.Order or OrderMessageType.Change).ToList();
        foreach (var store in stated.SelectMany(report => report.Lines ?? []).Select(line => line.Location).Concat(stated.Select(report => report.Location))
            .OfType<LocationId>().Distinct())
        {
            _effects.AddRange(_all.Select(item => new OrderEffect(
                "", $"SetAside/{store.Value}/{item.Name}", OrderEffectKind.SetAside, item.Sku, store == _pickup ? now.GetValueOrDefault(item) : 0, store,
                OrderPlan.SetAside, _readyAt)
            { Kit = item.Kit, EndedAt = reports.Max(report => report.OccurredAt) }));
        }
    }

    /// <summary>What totals say beyond what single messages have said.</summary>
    private void AddTotals(OrderMessageType type, OrderEffectKind kind, Dictionary<OrderItem, decimal> units)
    {
        foreach (var ((_, item), (quantity, line, report)) in _totals.Where(total => total.Key.Type == type)
            .OrderBy(total => total.Key.Item.Name, StringComparer.Ordinal))
        {
            var more = Math.Max(0, quantity - units.GetValueOrDefault(item));
            units[item] = units.GetValueOrDefault(item) + more;
            _effects.Add(new OrderEffect(
                "", $"{type}/{item.Name}", kind, item.Sku, Math.Max(0, more - _done[(type, item)]), line.Location, line.Status, report.OccurredAt)
            { Kit = item.Kit });
        }
    }

    /// <summary>
    /// A refund is of units that had not shipped as long as there are some, since those cannot come back; what is beyond them has come back, where the line
    /// says so. It is judged by all that has shipped, so a shipment that is reported late changes it.
    /// </summary>
    /// <returns>Units that were refunded before they shipped, by SKU.</returns>
    private Dictionary<OrderItem, decimal> Refund()
    {
        var unshipped = new Dictionary<OrderItem, decimal>();
        if (!_isKnown)
        {
            return unshipped;
        }

        var single = _refunds.Where(report => !report.IsTotal).ToList();
        var over = _cancellations.Where(cancelled => cancelled.Units is null).Select(cancelled => (Instant?)cancelled.Report.OccurredAt).Min();
        foreach (var item in _refunds.SelectMany(report => report.Lines ?? []).Select(line => line.Item).Distinct().ToList())
        {
            // Once the rest of the order is cancelled, only what has shipped is left to refund.
            var inTime = single.Where(report => !(report.OccurredAt > over)).SelectMany(report => report.Lines ?? [])
                .Where(line => line.Item == item).Sum(line => line.Quantity);
            var total = _refunds.Where(report => report.IsTotal)
                .Max(report => (decimal?)(report.Lines ?? []).Where(line => line.Item == item).Sum(line => line.Quantity)) ?? 0;
            var left = unshipped[item] = Math.Min(Unshipped(item), Math.Max(inTime, total));
            var mayComeBack = _shipped.GetValueOrDefault(item);
            foreach (var report in single)
            {
                foreach (var (line, index) in (report.Lines ?? []).Select((line, index) => (line, index)).Where(one => one.line.Item == item))
                {
                    var before = Math.Min(left, line.Quantity);
                    left -= before;
                    var back = line.ComesBack ? Math.Min(line.Quantity - before, mayComeBack) : 0;
                    mayComeBack -= back;
                    _returned[item] = _returned.GetValueOrDefault(item) + back;
                    Add(report, Number(line, index), OrderEffectKind.Return, line, back);
                }
            }
        }

        return unshipped;
    }

    private OrderLineState Line(OrderItem item, decimal refunded)
    {
        var cancelled = Cancelled(item) + refunded;
        cancelled += _cancellations.Exists(one => one.Units is null) ? Math.Max(0, Ordered(item) - cancelled - _shipped.GetValueOrDefault(item)) : 0;
        var line = new OrderLineState(item.Sku, Ordered(item), cancelled, _shipped.GetValueOrDefault(item), _returned.GetValueOrDefault(item), [])
        {
            Kit = item.Kit,
            Preferred = _wanted.Find(wanted => wanted.Item == item && wanted.Location is not null)?.Location,
        };
        return line with { Wanted = Wanted(line), SetAside = Math.Min(_setAside.GetValueOrDefault(item), line.Open) };
    }

    /// <summary>
    /// What shipped at a location is no longer wanted there; what else is no longer wanted comes off units without a location, then off the last lines.
    /// </summary>
    private List<WantedUnits> Wanted(OrderLineState line)
    {
        var parts = _wanted.Where(wanted => wanted.Item == line.Item).GroupBy(wanted => wanted.Location, wanted => wanted.Quantity)
            .Select(of => new WantedUnits(of.Key, of.Sum())).OrderBy(part => part.Location is null).ToList();
        var off = parts.Sum(part => part.Quantity) - line.Open;
        foreach (var shipped in _effects.Where(effect => effect.Kind == OrderEffectKind.Ship && effect.Item == line.Item && effect.Location is not null))
        {
            TakeOff(parts.FindIndex(part => part.Location == shipped.Location), shipped.Quantity);
        }

        for (var index = parts.Count - 1; index >= 0; index--)
        {
            TakeOff(index, off);
        }

        return parts.FindAll(part => part.Quantity > 0);

        void TakeOff(int index, decimal atMost)
        {
            if (index >= 0)
            {
                var units = Math.Min(Math.Min(off, atMost), parts[index].Quantity);
                parts[index] = parts[index] with { Quantity = parts[index].Quantity - units };
                off -= units;
            }
        }
    }

    /// <summary>
    /// Effects whose place is known or can be found. What ships from nowhere in particular waits for its order; what comes back to nowhere in particular waits
    /// until it has left.
    /// </summary>
    private IEnumerable<OrderEffect> Placed()
    {
        foreach (var effect in _effects)
        {
            var waits = effect.Location is null && (effect.Kind == OrderEffectKind.Ship ? !_isKnown : _shipped.GetValueOrDefault(effect.Item) == 0);
            if (waits && effect.Quantity > 0 && effect.Message.Length > 0)
            {
                _fates[effect.Message] = OrderMessageFate.Waiting;
            }

            // What was recorded while it did not have to wait is taken back: it ends as if everything had come in another order.
            yield return waits ? effect with { Quantity = 0 } : effect;
        }
    }

    private void Add(OrderReport report, string part, OrderEffectKind kind, OrderLine line, decimal quantity) =>
        _effects.Add(new OrderEffect(report.Id, part, kind, line.Sku, quantity, line.Location, line.Status, report.OccurredAt)
        { Kit = line.Part?.Kit, IsDone = report.IsDone });

    private OrderLine Rest(OrderItem item) => new(item.Sku, Open(item)) { Part = item.Kit is { } kit ? new OrderKitPart(kit, 0) : null };

    private IEnumerable<OrderItem> Items() => _wanted.Select(line => line.Item).Concat(_shipped.Keys).Concat(_returned.Keys)
        .Concat(_cancellations.SelectMany(one => one.Units?.Keys.AsEnumerable() ?? [])).Distinct().OrderBy(item => item.Kit is not null)
        .ThenBy(item => item.Sku.Value, StringComparer.Ordinal).ThenBy(item => item.Kit?.Value, StringComparer.Ordinal);

    private decimal Ordered(OrderItem item) => _wanted.Where(line => line.Item == item).Sum(line => line.Quantity);

    private decimal Cancelled(OrderItem item) => _cancellations.Sum(cancelled => cancelled.Units?.GetValueOrDefault(item) ?? 0);

    private decimal Unshipped(OrderItem item) => Math.Max(0, Ordered(item) - Cancelled(item) - _shipped.GetValueOrDefault(item));

    /// <summary>What is open at this point of the order's life.</summary>
    private decimal Open(OrderItem item) => _cancellations.Exists(cancelled => cancelled.Units is null) ? 0 : Unshipped(item);

    /// <summary>Of the stated line, and of a component in it.</summary>
    private static string Number(OrderLine line, int index) =>
        FormattableString.Invariant($"{line.Number ?? index}{(line.Kit is null ? "" : $"\n{line.Sku}")}");
}
