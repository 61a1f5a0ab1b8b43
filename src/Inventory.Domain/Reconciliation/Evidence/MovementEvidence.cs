using NodaTime;

namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

/// <summary>What documents, quantities and times say about a difference in on-hand or in a status.</summary>
internal sealed record MovementEvidence(IReadOnlyList<Candidate> Evidence, IReadOnlyList<Candidate> Doubtful, IReadOnlyList<Candidate> Hints)
{
    /// <summary>Clocks of two systems, and the way from one to the other: as far apart, two records may be of one movement.</summary>
    private static readonly Duration SameMovement = Duration.FromMinutes(15);

    /// <summary>Sent again, or scanned again, by mistake.</summary>
    private static readonly Duration Repeated = Duration.FromMinutes(10);

    /// <summary>Without any document of theirs, only what is as close to the instant as this may be on its other side.</summary>
    private static readonly Duration Close = Duration.FromMinutes(5);

    /// <summary>A clock that is an hour off (summer time) is the usual wrong one.</summary>
    private static readonly Duration WrongClock = Duration.FromMinutes(65);

    public static MovementEvidence Of(FieldBooks books)
    {
        var evidence = new List<Candidate>();
        var unmatched = books.Entries.ToHashSet();
        var missing = new List<(TheirDocument Document, Candidate Candidate)>();
        foreach (var document in books.Documents.GroupBy(document => document.Id))
        {
            var ours = books.Matching(document.Key);
            var theirs = document.Sum(books.Contribution);
            unmatched.ExceptWith(ours);
            if (ours.Count > 0)
            {
                var cause = Cause(ours, [.. document.Select(line => line.EffectOn(books.Field))]);
                var isLater = ours.Any(entry => entry.OccurredAt > books.Terms.TakenAt) || document.Any(line => line.OccurredAt > books.Terms.TakenAt);
                Add(cause, document.Key, ours.Sum(entry => entry.Contribution) - theirs, cause == DriftCause.MisTimedMovement && isLater);
            }
            else if (books.Booked.WeBookedElsewhere(document.Key, books.Location))
            {
                Add(DriftCause.WrongLocation, document.Key, -theirs);
            }
            else if (theirs != 0)
            {
                Add(DriftCause.MissingMovement, document.Key, -theirs);
                missing.Add((document.First(), evidence[^1]));
            }
        }

        foreach (var entry in unmatched.Where(entry => TheyBookedElsewhere(books, entry)).ToList())
        {
            unmatched.Remove(entry);
            Add(DriftCause.WrongLocation, entry.Document is { } named && books.Booked.TheyBookedElsewhere(named, books.Location)
                ? named : entry.Id, entry.Contribution);
        }

        return new MovementEvidence(evidence, FindDoubtful(books, missing, unmatched), FindHints(books, unmatched));

        void Add(DriftCause cause, string document, decimal quantity, bool settlesItself = false)
        {
            if (quantity != 0)
            {
                evidence.Add(new Candidate(cause, document, quantity, Confidence.Certain, settlesItself));
            }
        }
    }

    private static bool TheyBookedElsewhere(FieldBooks books, OurEntry entry) =>
        (entry.Document is { } document && books.Booked.TheyBookedElsewhere(document, books.Location))
        || books.Booked.TheyBookedElsewhere(entry.Id, books.Location);

    /// <summary>Both have the document.</summary>
    private static DriftCause Cause(IReadOnlyList<OurEntry> ours, IReadOnlyList<decimal> theirs)
    {
        var oursInAll = ours.Sum(entry => entry.Effect);
        var effects = ours.Select(entry => entry.Effect).Concat(theirs).Distinct().ToList();
        return oursInAll == theirs.Sum() ? DriftCause.MisTimedMovement
            : effects.Count == 1 && ours.Count != theirs.Count ? DriftCause.DuplicateMovement
            : DriftCause.WrongQuantity;
    }

    /// <summary>We have no such document, but a movement like it that they do not name: it may be the same one under another number.</summary>
    private static List<Candidate> FindDoubtful(FieldBooks books, List<(TheirDocument Document, Candidate Candidate)> missing, HashSet<OurEntry> unmatched)
    {
        var left = unmatched.ToList();
        var doubtful = new List<Candidate>();
        foreach (var (document, candidate) in missing)
        {
            var same = left.Find(entry => entry.Contribution == -candidate.Quantity
                && Apart(entry.OccurredAt, document.OccurredAt) <= SameMovement && !books.AreKnownToThem(entry));
            if (same is not null)
            {
                left.Remove(same);
                doubtful.Add(candidate);
            }
        }

        return doubtful;
    }

    private static IReadOnlyList<Candidate> FindHints(FieldBooks books, HashSet<OurEntry> unmatched)
    {
        var ordered = unmatched.OrderBy(entry => Apart(entry.OccurredAt, books.Terms.TakenAt)).ToList();
        return
        [
            .. Repeats(books, unmatched)
                .Concat(ordered.SelectMany(entry => HintsOf(books, entry)))
                .GroupBy(hint => (hint.Entry, hint.Candidate.Quantity))
                .Select(hints => hints.MaxBy(hint => hint.Candidate.Confidence).Candidate)
                .OrderByDescending(candidate => candidate.Confidence),
        ];
    }

    /// <summary>
    /// The same again as another of ours, known to them or earlier: with the same document, or from the same source within minutes where not both have one.
    /// </summary>
    private static IEnumerable<(OurEntry Entry, Candidate Candidate)> Repeats(FieldBooks books, HashSet<OurEntry> unmatched)
    {
        foreach (var again in unmatched.Where(entry => entry.Contribution != 0 && entry.Type is not ("count" or "fulfilment")))
        {
            var others = books.Entries
                .Where(other => other != again && other.Contribution != 0 && other.Type == again.Type
                    && other.Effect == again.Effect && (!unmatched.Contains(other) || Comes(other, again)))
                .ToList();
            if (again.Document is not null && others.Exists(other => other.Document == again.Document))
            {
                yield return (again, new Candidate(DriftCause.DuplicateMovement, again.Name, again.Contribution, Confidence.RepeatedDocument));
            }
            else if (others.Exists(other => other.Source == again.Source && (other.Document is null || again.Document is null)
                && Apart(other.OccurredAt, again.OccurredAt) <= Repeated))
            {
                yield return (again, new Candidate(DriftCause.DuplicateMovement, again.Name, again.Contribution, Confidence.RepeatedWithinMinutes));
            }
        }
    }

    /// <summary>Of two that are alike, the first is meant and the second is too many.</summary>
    private static bool Comes(OurEntry first, OurEntry second) =>
        first.OccurredAt < second.OccurredAt || (first.OccurredAt == second.OccurredAt && string.CompareOrdinal(first.Id, second.Id) < 0);

    private static IEnumerable<(OurEntry Entry, Candidate Candidate)> HintsOf(FieldBooks books, OurEntry entry)
    {
        var (takenAt, from) = (books.Terms.TakenAt, books.Terms.DocumentsFrom);
        if (entry.Contribution != 0)
        {
            if (entry.OccurredAt >= from)
            {
                yield return Hint(DriftCause.MissingMovement, entry.Contribution, Confidence.NotAmongTheirDocuments);
            }
            else if (from is null && Apart(entry.OccurredAt, takenAt) <= Close)
            {
                yield return Hint(DriftCause.MisTimedMovement, entry.Contribution, Confidence.AcrossTheInstant, settlesItself: true);
            }
        }
        else if (entry.OccurredAt > takenAt)
        {
            // They have it in their number already.
            if (Apart(entry.OccurredAt, takenAt) <= (from is null ? Close : WrongClock))
            {
                yield return Hint(DriftCause.MisTimedMovement, -entry.Effect, Confidence.AcrossTheInstant, settlesItself: true);
            }
        }
        else if (books.Ours.CountedAt is { } counted && Apart(entry.OccurredAt, counted) <= WrongClock)
        {
            // For us the count has settled it; for them it came after the count.
            yield return Hint(DriftCause.MisTimedMovement, -entry.Effect, Confidence.AcrossOurCount);
        }

        (OurEntry, Candidate) Hint(DriftCause cause, decimal quantity, decimal confidence, bool settlesItself = false) =>
            (entry, new Candidate(cause, entry.Name, quantity, confidence, settlesItself));
    }

    private static Duration Apart(Instant first, Instant second) => first > second ? first - second : second - first;
}
