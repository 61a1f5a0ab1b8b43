using System.Runtime.CompilerServices;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability.Query;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;

namespace RetailSync.Inventory.Host.Positions;

/// <summary>
/// Positions of the past in the contract's words, with what the rules of that instant kept back and ring-fenced. Places are those of today: they have no
/// history.
/// </summary>
public sealed class ShowAsOf(PositionAsOfReader past, AvailabilityAsOfReader availability, PlanCache planning)
{
    /// <returns>Null when nothing was ever recorded of it.</returns>
    public async Task<PositionAnswer?> One(PositionKey key, AsOfQuestion question, CancellationToken cancellation)
    {
        await foreach (var position in All(PositionSelection.One(key), question, cancellation))
        {
            return position;
        }

        return null;
    }

    public async IAsyncEnumerable<PositionAnswer> All(
        PositionSelection selection, AsOfQuestion question, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var plan = planning.AsOf(question.At, question.Knowledge);
        (Sku Sku, ILookup<LocationId, (ChannelId Channel, decimal Units)> Units)? fenced = null;
        await foreach (var position in past.All(selection, question, cancellation))
        {
            var answer = PositionAnswer.Of(position.Key, position.Position, question.At, position.Sequence, plan);
            if (plan.Rules.Allocations(position.Key.Sku).Count > 0)
            {
                // A ring-fence is of all locations together; they come one after the other.
                fenced = fenced?.Sku == position.Key.Sku ? fenced : (position.Key.Sku, await Earmarked(position.Key.Sku, question, cancellation));
                answer = answer with { Allocations = fenced.Value.Units[position.Key.Location].ToDictionary(part => part.Channel.Value, part => part.Units) };
            }

            yield return answer;
        }
    }

    private async Task<ILookup<LocationId, (ChannelId Channel, decimal Units)>> Earmarked(Sku sku, AsOfQuestion question, CancellationToken cancellation)
    {
        var basis = await availability.Of(sku, question, cancellation);
        return RingFences.Earmarked(basis.Book.Stock(sku, basis.Plan, basis.AsOf).Stock, basis.Plan.Rules)
            .ToLookup(part => part.Location, part => (part.Channel, part.Units));
    }
}
