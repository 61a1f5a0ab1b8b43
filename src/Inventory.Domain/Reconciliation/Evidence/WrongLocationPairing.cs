using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

/// <summary>
/// Where no document helps: what one location has too few of and another too many of, by the same number, and one movement of that number that
/// we have booked at one of the two, was booked at the wrong one.
/// </summary>
internal static class WrongLocationPairing
{
    public static IReadOnlyList<Drift> Pair(List<Drift> drifts, IReadOnlyDictionary<PositionKey, OurSide> sides)
    {
        var open = drifts.Where(drift => drift.Field == DriftField.OnHand && Rest(drift) != 0).ToList();
        foreach (var drift in open)
        {
            var rest = Rest(drift);
            var others = open.FindAll(other => Rest(other) == -rest);
            var booked = sides[drift.Position].Entries(DriftField.OnHand).Where(entry => entry.Contribution == rest && entry.Type != "count").ToList();
            if (others.Count == 1 && booked.Count == 1)
            {
                Name(drifts, drift, booked[0].Name);
                Name(drifts, others[0], booked[0].Name);
            }
        }

        return drifts;
    }

    private static decimal Rest(Drift drift) => drift.Attribution.Where(part => part.Cause == DriftCause.Unexplained).Sum(part => part.Quantity);

    private static void Name(List<Drift> drifts, Drift drift, string document)
    {
        var index = drifts.FindIndex(known => known.Position == drift.Position && known.Field == drift.Field);
        drifts[index] = drifts[index] with
        {
            Attribution =
            [
                .. drifts[index].Attribution.Select(part => part.Cause == DriftCause.Unexplained
                    ? new Attribution(DriftCause.WrongLocation, document, part.Quantity, Confidence.OppositeDifferences)
                    : part),
            ],
        };
    }
}
