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
        await past.One(key, question, cancellation) is { } position ? Show(position, question.At, PlanOf(question)) : null;

    public IAsyncEnumerable<PositionAnswer> All(PositionSelection selection, AsOfQuestion question, CancellationToken cancellation)
    {
        var plan = PlanOf(question);
        return past.All(selection, question, cancellation).Select(position => Show(position, question.At, plan));
    }

    /// <summary>The rules in force at the instant: of those that were known by then, or that are known today.</summary>
    private Plan PlanOf(AsOfQuestion question)
    {
        var book = question.Knowledge == Knowledge.Then ? planning.Book.KnownAt(question.At) : planning.Book;
        return new Plan(book.InForceAt(question.At), planning.Now().Places);
    }

    private static PositionAnswer Show(PositionThen position, Instant at, Plan plan) => PositionAnswer.Of(position.Key, position.Position, at, position.Sequence, plan);
}
