using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Lanes;

/// <param name="Reservation">As it is after the decision, or as it was before when nothing changed; null when there is none or it was refused.</param>
/// <param name="Changed">False when the answer is that of an earlier request.</param>
/// <param name="Refusal">Why not; null when the answer is yes.</param>
/// <param name="DecidedAt">The instant by whose clock it was decided.</param>
/// <param name="Sequence">Of the last event that followed; 0 when none did.</param>
public sealed record ReservationAnswer(Reservation? Reservation, bool Changed, ReservationRefusal? Refusal, Instant DecidedAt, long Sequence);

/// <summary>A request about one reservation on its way through a lane.</summary>
internal abstract class ReservationCommand(string id, string correlationId, CancellationToken caller) : LaneCommand(correlationId)
{
    protected string Id => id;

    public ReservationAnswer? Answer { get; private set; }

    public override bool IsAbandoned => caller.IsCancellationRequested;

    public override void Ask(LaneQuestion question) => question.Reservations.Add(id);

    public override ValueTask<bool> Decide(LaneBatch batch, Instant now)
    {
        var decision = Decision(batch, batch.Reservation(id), now);
        if (decision.Refusal is { Shortages: not null } && !batch.HasLookedAgain)
        {
            return ValueTask.FromResult(false);
        }

        if (decision.Events.Count > 0)
        {
            batch.Put(decision.Reservation!);
            foreach (var (key, happened) in decision.Events)
            {
                // Shipping is a fact like a sale: it meets the position's counts.
                var appended = happened is StockFact fact ? StockDecider.Decide(batch.Position(key), fact, []).Happened! : happened;
                batch.Append(key, appended, Guid.CreateVersion7(), movement: null, this);
            }
        }

        Answer = new ReservationAnswer(decision.Reservation, decision.Events.Count > 0, decision.Refusal, now, Sequence: 0);
        return ValueTask.FromResult(true);
    }

    public override void Committed(long sequence) => Answer = Answer! with { Sequence = sequence };

    /// <summary>The rule, with what it needs of the batch.</summary>
    protected abstract ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now);

    /// <summary>What these lines may be held from: anything that was ever recorded but at a location that is disabled.</summary>
    protected static FreeStock Free(LaneBatch batch, IReadOnlyList<RequestedLine> lines, IReadOnlySet<LocationId>? disabled)
    {
        var free = new FreeStock();
        foreach (var line in lines)
        {
            foreach (var location in line.Location is { } named ? [named] : batch.Locations(line.Sku))
            {
                if (disabled?.Contains(location) != true)
                {
                    var key = new PositionKey(line.Sku, location);
                    free.Put(key, batch.Free(key));
                }
            }
        }

        return free;
    }

    protected static void Ask(LaneQuestion question, IReadOnlyList<RequestedLine> lines)
    {
        foreach (var line in lines)
        {
            if (line.Location is { } location)
            {
                question.Positions.Add(new PositionKey(line.Sku, location));
            }
            else
            {
                question.Skus.Add(line.Sku);
            }
        }
    }
}

internal sealed class HoldStockCommand(HoldStock request, IReadOnlySet<LocationId>? disabled, string correlationId, CancellationToken caller)
    : ReservationCommand(request.Id, correlationId, caller)
{
    public override void Ask(LaneQuestion question)
    {
        base.Ask(question);
        Ask(question, request.Lines);
    }

    protected override ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now) =>
        ReservationDecider.Hold(request, existing, existing is null ? Free(batch, request.Lines, disabled) : new FreeStock(), now);
}

internal sealed class ReservationStepCommand(
    ReservationStep step, Func<ChannelId, bool> isOwn, IReadOnlySet<LocationId>? disabled, string correlationId, CancellationToken caller)
    : ReservationCommand(step.Id, correlationId, caller)
{
    public override void Ask(LaneQuestion question)
    {
        base.Ask(question);
        Ask(question, Wanted);
    }

    public override void AskMore(LaneQuestion question, LaneBatch read)
    {
        if (read.Reservation(Id) is { } reservation)
        {
            question.Positions.UnionWith(reservation.Open.Select(units => units.Key));
        }
    }

    /// <summary>Somebody else's reservation is as unknown as none: that it exists is not told.</summary>
    protected override ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now) =>
        ReservationDecider.Step(step, existing is not null && isOwn(existing.Channel) ? existing : null, Free(batch, Wanted, disabled), now);

    private IReadOnlyList<RequestedLine> Wanted => step is ChangeReservation change ? change.Lines : [];
}

/// <summary>Records that a hold is over, if it is.</summary>
internal sealed class ExpireReservationCommand(string id, string correlationId) : ReservationCommand(id, correlationId, CancellationToken.None)
{
    public override void AskMore(LaneQuestion question, LaneBatch read)
    {
        if (read.Reservation(Id) is { } reservation)
        {
            question.Positions.UnionWith(reservation.Open.Select(units => units.Key));
        }
    }

    protected override ReservationDecision Decision(LaneBatch batch, Reservation? existing, Instant now) => ReservationDecider.Expire(existing!, now);
}
