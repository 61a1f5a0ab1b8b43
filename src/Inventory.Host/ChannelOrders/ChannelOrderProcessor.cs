using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.ChannelOrders.Oversells;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Lanes;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <summary>
/// Processes a channel's order messages. A message is stored first; then all messages of the order are folded (<see cref="OrderFold"/>), and stock and hold
/// are brought to the folded state in one transaction (<see cref="OrderDecider"/>). So processing is idempotent: a message that is sent again after a broken
/// connection or a crash completes what was begun.
/// </summary>
public sealed class ChannelOrderProcessor(
    WriteLanes lanes, ChannelOrderInbox book, OversellBook oversells, OversellEvidence evidence, CoverOversells cover, QuarantineStore quarantine,
    BaseQuantities quantities, PlanCache planning, NpgsqlDataSource database)
{
    /// <summary>Attempts to settle an order whose messages come faster than it is settled; after that the request of the last message settles all.</summary>
    private const int MostTries = 10;

    /// <summary>Processes a single message.</summary>
    /// <inheritdoc cref="Take(IReadOnlyList{OrderMessage}, Provenance, CancellationToken)" path="/exception"/>
    public async Task<OrderAnswer> Take(OrderMessage message, Provenance provenance, CancellationToken cancellation) =>
        (await Take([message], provenance, cancellation))[0];

    /// <summary>Processes messages about one order that came together: all are stored before it is settled, so no state between them is recorded.</summary>
    /// <returns>The outcome of each.</returns>
    /// <exception cref="ApiProblemException">400, or 409 <c>order-message-id-reused</c>, or the code of a correction of its own that could not be
    /// recorded.</exception>
    public async Task<IReadOnlyList<OrderAnswer>> Take(IReadOnlyList<OrderMessage> messages, Provenance provenance, CancellationToken cancellation)
    {
        Dictionary<string, OrderAnswer> answers = [];
        List<OrderMessage> pending = [];
        foreach (var stated in messages.DistinctBy(message => message.Id))
        {
            var message = await InBase(stated, cancellation);
            if (await Keep(message, provenance, cancellation) is { } earlier)
            {
                answers.Add(message.Id, earlier);
            }
            else
            {
                pending.Add(message);
            }
        }

        foreach (var answer in await Do(pending, provenance, cancellation))
        {
            answers.Add(answer.Id, answer);
        }

        return [.. messages.Select(message => answers[message.Id])];
    }

    /// <summary>The message with its lines as ones of SKUs, in their units.</summary>
    internal async Task<OrderMessage> InBase(OrderMessage message, CancellationToken cancellation)
    {
        if (message.Lines is not { Count: > 0 } lines)
        {
            return message;
        }

        var all = await quantities.Of([.. lines.Select(line => line.AsStated ?? new AsStated(line.Sku.Value, line.Quantity, null))], cancellation);
        var refused = all.FirstOrDefault(one => one.Refusal is not null).Refusal;
        List<OrderLine> meant = [.. lines.Zip(all, (line, one) => line with
        {
            Sku = one.Sku,
            Quantity = one.Quantity,
            AsStated = line.AsStated ?? one.AsStated,
            Kit = planning.Now().Rules.Kit(one.Sku),
        })];
        refused ??= meant.Exists(line => line.Kit is not null && decimal.Truncate(line.Quantity) != line.Quantity) ? FractionalKit : null;
        return message with { UnitRefusal = refused, Lines = refused is not null ? lines : meant };
    }

    private static readonly StockRefusal FractionalKit = new("fractional-unit", "A kit is ordered whole: its quantity must be a whole number.");

    /// <returns>Its recorded answer; null where it is still to be processed.</returns>
    private async Task<OrderAnswer?> Keep(OrderMessage message, Provenance provenance, CancellationToken cancellation)
    {
        var (content, state, earlier) = await book.Keep(message, provenance.By, cancellation);
        if (content != message.Content && !message.MayVary)
        {
            throw ApiProblemException.Conflict("order-message-id-reused", "A message with this id was sent for this order with other content.");
        }

        if (state == ChannelOrderInbox.Quarantined && (message.MayVary || message.UnitRefusal is null))
        {
            // It is quarantined and has had no effect; its SKUs and units may be known by now.
            await book.Correct(message, cancellation);
        }

        return state is ChannelOrderInbox.Waiting or ChannelOrderInbox.Quarantined ? null : earlier;
    }

    /// <summary>Processes the stored messages of one order that are not processed yet.</summary>
    /// <returns>The outcome of each: quarantined, and without effect, where it has an unknown SKU or unit.</returns>
    internal async Task<IReadOnlyList<OrderAnswer>> Do(IReadOnlyList<OrderMessage> messages, Provenance provenance, CancellationToken cancellation)
    {
        List<OrderAnswer> answers = [];
        List<OrderMessage> known = [];
        foreach (var message in messages)
        {
            if (await Unknown(message, cancellation) is not var (code, detail))
            {
                known.Add(message);
                continue;
            }

            var answer = new OrderAnswer(message.Channel.Value, message.Order, message.Id, message.Word, ChannelOrderInbox.Quarantined, null, [], null);
            await quarantine.Keep(ReplayOrder.SourceOf(message.Channel), [new RejectedLine(0, message.ToBody(), code, detail)], provenance, cancellation);
            await book.RecordAnswers(message.Channel, message.Order, [answer], cancellation);
            answers.Add(answer);
        }

        if (known is not [var first, ..])
        {
            if (answers is [var refused, ..])
            {
                await book.MarkQuarantined(refused.Channel, refused.Order, cancellation);
            }

            return answers;
        }

        var (applied, moved, _) = await Apply(first.Channel, first.Order, known.Select(message => message.Id).ToHashSet(), provenance, cancellation);

        // Units that the order gives back are held for oversold orders.
        await cover.Written(moved, provenance, cancellation);

        foreach (var message in known.Where(
            message => message.Type == OrderMessageType.Edit && applied.Any(one => one.Id == message.Id && one.State == ChannelOrderInbox.Waiting)))
        {
            // The line may never be reported by another message, so a person has to see it.
            var line = new RejectedLine(
                0, message.ToBody(), "unknown-line",
                $"Order {message.Order} has no line that was edited: its SKU is only in a message about the whole order.");
            await quarantine.Keep(ReplayOrder.SourceOf(message.Channel), [line], provenance, cancellation);
        }

        return [.. answers, .. applied];
    }

    /// <summary>Brings stock and hold of an order to the state of its messages.</summary>
    /// <param name="channel">The channel of the order.</param>
    /// <param name="order">The channel's id of the order.</param>
    /// <param name="taken">The messages that are being processed, which take effect although they have been in quarantine.</param>
    /// <param name="provenance">Recorded with the events.</param>
    /// <returns>The outcomes of those messages, the SKUs of which anything was recorded, and those that it needs from any location.</returns>
    internal async Task<(IReadOnlyList<OrderAnswer> Answers, IReadOnlySet<Sku> Moved, IReadOnlySet<Sku> Anywhere)> Apply(
        ChannelId channel, string order, IReadOnlySet<string> taken, Provenance provenance, CancellationToken cancellation)
    {
        HashSet<Sku> moved = [];
        for (var attempt = 1; ; attempt++)
        {
            var kept = await book.Read(channel, order, cancellation);
            var counting = kept.Messages.Where(one => one.State != ChannelOrderInbox.Quarantined || taken.Contains(one.Message.Id)).ToList();
            var plan = PlanOf(channel, order, kept.Changes, counting);
            var applied = await lanes.ApplyOrder(plan, provenance, cancellation);
            if (applied.Refusal is { } refusal)
            {
                throw ApiProblemException.Conflict(refusal.Code, $"What has happened to order {order} cannot be recorded: {refusal.Detail}");
            }

            moved.UnionWith(applied.Moved);
            var (answers, changes) = await Note(plan, applied, counting, taken, cancellation);

            // A concurrent request that read more messages settles them; but this one may have overwritten its result, so it repeats until the count is stable.
            if (changes <= kept.Changes || attempt == MostTries)
            {
                var anywhere = plan.State.Lines.Where(line => line.Wanted.Any(part => part.Location is null)).Select(line => line.Sku).ToHashSet();
                return (answers, moved, anywhere);
            }
        }
    }

    internal static OrderPlan PlanOf(ChannelId channel, string order, long changes, IReadOnlyList<KeptMessage> messages)
    {
        var placed = messages.FirstOrDefault(one => one.Message.Type == OrderMessageType.Order)?.Message;
        var isOld = messages.Any(one => one.IsDone);
        return new OrderPlan(channel, order, changes, OrderFold.Of([.. messages.Select(one => one.Message.Report(one.RecordedAt, one.Arrival, one.IsDone))]))
        {
            Reserved = isOld ? (placed ?? messages[0].Message).OldReservationId : placed?.Reservation,
            IsOld = isOld,
            Priority = placed?.More.Priority is { } priority && priority != 0 ? priority : null,
            Source = ReplayOrder.SourceOf(channel),
        };
    }

    /// <summary>Records the outcomes of messages that are not settled yet, and the units that the order misses now.</summary>
    /// <returns>The outcomes of those that are being processed, and the current number of the order's messages.</returns>
    private async Task<(IReadOnlyList<OrderAnswer> Answers, long Changes)> Note(
        OrderPlan plan, AppliedOrder applied, IReadOnlyList<KeptMessage> messages, IReadOnlySet<string> taken, CancellationToken cancellation)
    {
        var ordered = OrderedSku.Of(plan.State, applied.Hold);
        var needs = ordered.Select(one => new OrderNeed(one.Sku, one.Open, one.Missing)).ToList();
        var short_ = needs.Where(need => need.Missing > 0).ToList();
        var known = short_.Count > 0 ? await oversells.Known(plan.Channel, plan.Order, cancellation) : new HashSet<string>();
        var open = messages.Where(one => taken.Contains(one.Message.Id) || one.State is null or ChannelOrderInbox.Waiting).Select(one => one.Message).ToList();
        var hasNews = open.Exists(SaysWhatIsMissing);
        List<Oversold> found = [];
        foreach (var one in ordered.Where(one => one.Missing > 0 && (hasNews || !known.Contains(one.Sku.Value))))
        {
            found.Add(await evidence.Read(plan.Channel, one, applied.Hold?.Id ?? plan.Hold, cancellation));
        }

        // Outdated messages change neither the order's priority nor until when it is to be picked up.
        var placed = messages.Select(one => one.Message).Where(one => one.Type is OrderMessageType.Order or OrderMessageType.Change).ToList();
        var counting = placed.FindAll(one => !plan.State.Fates.ContainsKey(one.Id));
        var priority = counting.LastOrDefault()?.More.Priority ?? 0;
        var answers = open.ConvertAll(one => Answer(plan, applied, one, found) with { Sequence = applied.Sequence == 0 ? null : applied.Sequence });
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(ChannelOrderInbox.LockChanges(plan.Channel, plan.Order));
        oversells.AddStatements(batch, plan.Channel, plan.Order, placed.FirstOrDefault()?.OccurredAt, priority, needs,
            found.FindAll(one => !known.Contains(one.Sku)));
        batch.BatchCommands.Add(ChannelOrderInbox.AnswersCommand(plan.Channel, plan.Order, answers));
        var collectBy = plan.State.Pickup is null ? null : counting.FindLast(one => one.More.CollectBy is not null)?.More.CollectBy;
        batch.BatchCommands.Add(ChannelOrderInbox.Updating(plan, GetOrder.StateOf(plan.State, short_.Count > 0), collectBy));
        var changes = await batch.ExecuteScalarAsync(cancellation) as long? ?? 0;
        if (short_.Count > 0)
        {
            cover.Watch(ordered.Where(one => one.Missing > 0).SelectMany(one => one.Components.Select(component => component.Sku).Prepend(one.Sku)));
        }

        return (answers.FindAll(answer => taken.Contains(answer.Id)), changes);
    }

    private static bool SaysWhatIsMissing(OrderMessage message) => message.Type is OrderMessageType.Order or OrderMessageType.Change or OrderMessageType.Edit;

    private static OrderAnswer Answer(OrderPlan plan, AppliedOrder applied, OrderMessage message, IReadOnlyList<Oversold> missing)
    {
        var state = (plan.State.Fates.TryGetValue(message.Id, out var fate), fate, message.Type) switch
        {
            (true, OrderMessageFate.Waiting, _) => ChannelOrderInbox.Waiting,
            (true, OrderMessageFate.Outdated, _) => "outdated",
            (true, OrderMessageFate.Undone, _) => "cancelled",
            _ when applied.Unplaced.Contains(message.Id) => ChannelOrderInbox.Waiting,
            (_, _, OrderMessageType.Cancellation or OrderMessageType.NotCollected) => "released",
            (_, _, OrderMessageType.Shipment or OrderMessageType.Collected) => "fulfilled",
            (_, _, OrderMessageType.ShipmentCancelled) => "cancelled",
            (_, _, OrderMessageType.Return) => "returned",
            (_, _, OrderMessageType.Refund) => plan.State.Effects.Any(effect => effect.Message == message.Id && effect.Quantity > 0) ? "returned" : "released",
            _ => GetOrder.StateOf(plan.State, missing.Count > 0),
        };
        return new OrderAnswer(
            plan.Channel.Value, plan.Order, message.Id, message.Word, state, applied.Hold is { } hold
            && hold.Lines.Count > 0 ? hold.Id : null, SaysWhatIsMissing(message) ? missing : [], null);
    }

    /// <summary>Why it goes to quarantine; null when it does not.</summary>
    private async Task<(string Code, string Detail)?> Unknown(OrderMessage message, CancellationToken cancellation)
    {
        if (message.UnitRefusal is { } refusal)
        {
            return (refusal.Code, refusal.Detail);
        }

        // Refunded units that did not come back move no stock, so their SKU may be unknown. A kit is known by its definition.
        var lines = (message.Lines ?? []).Where(line => line.Kit is null).Where(line => message.Type != OrderMessageType.Refund || line.ComesBack).ToList();
        if (lines.Count == 0)
        {
            return null;
        }

        await using var command = database.CreateCommand($"select wanted.sku from unnest($1) as wanted (sku) where {KnownSkus.IsUnknown("wanted.sku")}");
        command.Parameters.AddWithValue(lines.Select(line => line.Sku.Value).Distinct().ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<string> unknown = [];
        while (await reader.ReadAsync(cancellation))
        {
            unknown.Add(reader.GetString(0));
        }

        return unknown.Count == 0 ? null : (ReplayOrder.UnknownSku, $"Nothing is known of {string.Join(", ", unknown.Take(10))}.");
    }
}
