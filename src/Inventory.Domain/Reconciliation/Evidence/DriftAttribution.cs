namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

/// <summary>A way in which a part of a difference might have come about.</summary>
/// <param name="Quantity">What it adds to ours - theirs; not 0.</param>
/// <param name="Confidence">Alone, before other explanations are weighed against it.</param>
/// <param name="SettlesItself"><see cref="Attribution"/>.</param>
internal readonly record struct Candidate(DriftCause Cause, string Document, decimal Quantity, decimal Confidence, bool SettlesItself = false);

/// <summary>Which candidates, together, are the difference.</summary>
internal static class DriftAttribution
{
    /// <summary>Where so many sets of hints fit equally well, none of them says anything.</summary>
    private const int TooManyToName = 3;

    /// <param name="difference">Ours - theirs.</param>
    /// <param name="evidence">What document ids say.</param>
    /// <param name="doubtful">Those of the evidence that may only be known here under another name.</param>
    /// <param name="hints">What quantity and time suggest.</param>
    /// <returns>Parts that add up to the difference exactly.</returns>
    public static IReadOnlyList<Attribution> Of(
        decimal difference, IReadOnlyList<Candidate> evidence, IReadOnlyList<Candidate> doubtful, IReadOnlyList<Candidate> hints)
    {
        IReadOnlyList<Candidate> certain = [.. evidence.Except(doubtful)];
        if (Sum(evidence) == difference)
        {
            return Named(evidence);
        }

        if (doubtful.Count > 0 && Sum(certain) == difference)
        {
            return Named(certain);
        }

        foreach (var named in doubtful.Count > 0 ? [certain, evidence] : new[] { certain })
        {
            if (Hinted(hints, difference - Sum(named)) is { } hinted)
            {
                return Named([.. named, .. hinted]);
            }
        }

        if (Hinted([.. evidence, .. hints], difference) is { } some)
        {
            return Named(
                [.. some.Select(candidate => candidate with { Confidence = Math.Min(candidate.Confidence, Evidence.Confidence.SomeOfTheEvidence) })]);
        }

        return [.. Named(certain), Attribution.Unexplained(difference - Sum(certain))];
    }

    /// <summary>The smallest set of hints that adds up, the likeliest of that size; the more such sets, the less it is worth.</summary>
    private static IReadOnlyList<Candidate>? Hinted(IReadOnlyList<Candidate> hints, decimal quantity)
    {
        var sets = SubsetSums.Smallest(hints, hint => hint.Quantity, quantity, TooManyToName + 1);
        if (sets.Count is 0 or > TooManyToName)
        {
            return null;
        }

        var likeliest = sets.MaxBy(set => set.Min(hint => hint.Confidence))!;
        var equals = sets.Count(set => set.Min(hint => hint.Confidence) == likeliest.Min(hint => hint.Confidence));
        return [.. likeliest.Select(hint => hint with { Confidence = Math.Round(hint.Confidence / equals, 2) })];
    }

    private static decimal Sum(IEnumerable<Candidate> candidates) => candidates.Sum(candidate => candidate.Quantity);

    private static IReadOnlyList<Attribution> Named(IEnumerable<Candidate> candidates) =>
    [
        .. from candidate in candidates
           group candidate by (candidate.Cause, candidate.Document, candidate.SettlesItself) into named
           let quantity = named.Sum(candidate => candidate.Quantity)
           where quantity != 0
           select new Attribution(named.Key.Cause, named.Key.Document, quantity, named.Min(candidate => candidate.Confidence), named.Key.SettlesItself)
    ];
}
