using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.Tests.SampleDay;

/// <summary>
/// On-hand by the plain meaning of the contract, written without the product: each id once, corrected, in the order in which it occurred, a count sets.
/// </summary>
internal static class WhatTheDayLeaves
{
    public static Dictionary<PositionKey, decimal> OnHand(IEnumerable<Movement> movements, Action<Movement, decimal>? afterEach = null)
    {
        var once = movements.DistinctBy(movement => movement.Name).ToArray();
        var corrections = once.OfType<Correction>().ToDictionary(correction => correction.Corrected, correction => correction.Quantity);
        var onHand = new Dictionary<PositionKey, decimal>();
        foreach (var movement in once.OrderBy(movement => movement.OccurredAt))
        {
            var right = corrections.TryGetValue(movement.Name, out var corrected) ? corrected : movement is Correction ? null : Stated(movement);
            if (right is not { } quantity || movement is StatusChange or Expected)
            {
                continue;
            }

            var before = onHand.GetValueOrDefault(movement.Position);
            onHand[movement.Position] = movement switch
            {
                Count => quantity,
                Sale or Transfer => before - quantity,
                _ => before + quantity,
            };
            afterEach?.Invoke(movement, onHand[movement.Position]);
        }

        return onHand;
    }

    private static decimal? Stated(Movement movement) => movement switch
    {
        Receipt it => it.Quantity,
        Sale it => it.Quantity,
        Return it => it.Quantity,
        Adjustment it => it.Quantity,
        Count it => it.Quantity,
        Transfer it => it.Quantity,
        _ => 0,
    };
}
