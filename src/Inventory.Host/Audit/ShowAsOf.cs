using NodaTime;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Rules;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>Positions of the past in the contract's words, with what the rules of that instant kept back. Places are those of today: they have no history.</summary>
public sealed class ShowAsOf(ReadAsOf past, Planning planning)
{
    /// <returns>Null when nothing was ever recorded of it.</returns>
    public async Task<PositionAnswer?> One(PositionKey key, AsOfQuestion question, CancellationToken cancellation) =>
        await past.One(key, question, cancellation) is { } position ? Show(position, question.At, planning.AsOf(question.At, question.Knowledge)) : null;

    public IAsyncEnumerable<PositionAnswer> All(PositionSelection selection, AsOfQuestion question, CancellationToken cancellation)
    {
        var plan = planning.AsOf(question.At, question.Knowledge);
        return past.All(selection, question, cancellation).Select(position => Show(position, question.At, plan));
    }

    private static PositionAnswer Show(PositionThen position, Instant at, Plan plan) => PositionAnswer.Of(position.Key, position.Position, at, position.Sequence, plan);
}
