using System.Globalization;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Verify;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>What can be said of checkpoints from themselves and from copies, without the chains that they state.</summary>
internal static class CheckpointChain
{
    /// <summary>The difference of stored checkpoints.</summary>
    public const string Stored = "checkpoint";

    /// <summary>The difference between stored checkpoints and what is kept elsewhere.</summary>
    public const string Copy = "checkpoint-copy";

    /// <summary>
    /// Every one of them: that none is missing between 1 and the newest, that each holds the hash of the one before, and that a trusted key has signed it.
    /// </summary>
    /// <param name="checkpoints">All that are stored, by number.</param>
    public static IEnumerable<Difference> Check(IReadOnlyList<Checkpoint> checkpoints, TrustedKeys trusted)
    {
        Checkpoint? before = null;
        foreach (var made in checkpoints)
        {
            var expected = (before?.Number ?? 0) + 1;
            if (made.Number < expected)
            {
                yield return Differs(Stored, Text($"There is a checkpoint {made.Number} where {expected} should be."));
            }
            else if (made.Number > expected)
            {
                yield return Differs(Stored, made.Number == expected + 1
                    ? Text($"Checkpoint {expected} is missing.")
                    : Text($"Checkpoints {expected} to {made.Number - 1} are missing."));
            }
            else if (!made.Previous.AsSpan().SequenceEqual(before?.Hash ?? new byte[ChainHash.Length]))
            {
                yield return Differs(Stored, before is null
                    ? "Checkpoint 1 follows another one that is not there."
                    : Text($"Checkpoint {made.Number} does not follow from checkpoint {before.Number}."));
            }

            if (before is not null && (made.Round <= before.Round || made.Streams < before.Streams || made.Events < before.Events))
            {
                yield return Differs(Stored, Text($"Checkpoint {made.Number} states less than checkpoint {before.Number}."));
            }

            if (trusted.Refusal(made) is { } refusal)
            {
                yield return Differs(Stored, Text($"Checkpoint {made.Number} {refusal}."));
            }

            before = made;
        }
    }

    /// <summary>Every copy: that a trusted key has signed it, and that the stored checkpoint of its number states the same.</summary>
    /// <param name="copies">What was kept elsewhere, in any order, also several of one number.</param>
    /// <param name="stored">All that are stored.</param>
    /// <param name="where">Where the copies are: ends a sentence.</param>
    public static IEnumerable<Difference> Compare(IReadOnlyList<Checkpoint> copies, IReadOnlyList<Checkpoint> stored, TrustedKeys trusted, string where)
    {
        var byNumber = stored.ToLookup(made => made.Number);
        foreach (var copy in copies.OrderBy(copy => copy.Number))
        {
            if (trusted.Refusal(copy) is { } refusal)
            {
                yield return Differs(Copy, Text($"The copy of checkpoint {copy.Number} {refusal}."));
            }
            else if (byNumber[copy.Number].FirstOrDefault() is not { } made)
            {
                yield return Differs(Copy, Text($"Checkpoint {copy.Number} is no longer here; a copy is {where}."));
            }
            else if (!made.States(copy))
            {
                yield return Differs(Copy, Text($"Checkpoint {copy.Number} is not the one of which a copy is {where}."));
            }
        }
    }

    public static Difference Differs(string what, string detail) => new(what, null, null, null, null, detail);

    public static Difference Differs(string what, FormattableString detail) => Differs(what, Text(detail));

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
