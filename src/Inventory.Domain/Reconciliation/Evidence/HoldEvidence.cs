namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

/// <summary>What orders say about a difference in what is reserved: a document's id is the reservation's.</summary>
internal sealed record HoldEvidence(IReadOnlyList<Candidate> Evidence, IReadOnlyList<Candidate> Hints)
{
    public static HoldEvidence Of(FieldBooks books)
    {
        var evidence = new List<Candidate>();
        var hints = new List<Candidate>();
        var theirs = books.DocumentsHere
            .Where(document => (document.Holds || document.EndsHold) && document.OccurredAt <= books.Terms.TakenAt)
            .ToLookup(document => document.Id);
        foreach (var order in theirs)
        {
            Add(FromTheirs(books, order.Key, [.. order]));
        }

        foreach (var hold in books.Ours.Holds.All.Where(hold => hold.Open != 0 && !theirs.Any(order => hold.IsNamedBy(order.Key))))
        {
            var (reservation, open) = (hold.Document, hold.Open);
            if (open < 0)
            {
                // More was given back than was ever kept.
                Add(new Candidate(DriftCause.DuplicateMovement, reservation, open, Confidence.Certain));
            }
            else if (books.Booked.TheyBookedElsewhere(hold.Id, books.Location))
            {
                Add(new Candidate(DriftCause.WrongLocation, reservation, open, Confidence.Certain));
            }
            else if (Sold(books, hold.Id) is > 0 and var sold)
            {
                Add(new Candidate(DriftCause.LostRelease, reservation, Math.Min(open, sold), Confidence.ShippedHere));
            }
            else
            {
                hints.Add(new Candidate(DriftCause.LostRelease, reservation, open, Confidence.UnknownToThem));
            }
        }

        return new HoldEvidence(evidence, hints);

        void Add(Candidate? candidate)
        {
            if (candidate is { Quantity: not 0 } named)
            {
                evidence.Add(named);
            }
        }
    }

    private static Candidate? FromTheirs(FieldBooks books, string order, IReadOnlyList<TheirDocument> documents)
    {
        var ours = books.Ours.Holds.NamedBy(order).ToList();
        var (isOurs, open) = (ours.Count > 0, ours.Sum(hold => hold.Open));
        var held = documents.Where(document => document.Holds).Sum(document => document.Quantity);
        var ends = documents.Where(document => document.EndsHold).ToList();
        var ended = ends.Sum(document => document.Quantity);
        if (held == 0)
        {
            // Its hold is from before their documents begin.
            return open > 0 ? new Candidate(DriftCause.LostRelease, order, Math.Min(open, ended), Confidence.Certain)
                : ends.Count > 1 && ends.DistinctBy(document => (document.Type, document.Quantity)).Count() == 1
                    ? new Candidate(DriftCause.DuplicateMovement, order, ended - ends[0].Quantity, Confidence.Certain)
                : null;
        }

        var theirs = held - ended;
        var cause = theirs < 0 || open < 0 || HeldTwice(documents, open) ? DriftCause.DuplicateMovement
            : theirs == 0 ? DriftCause.LostRelease
            : open != 0 ? DriftCause.WrongQuantity
            : isOurs ? DriftCause.LostRelease
            : books.Booked.WeBookedElsewhere(order, books.Location) ? DriftCause.WrongLocation
            : DriftCause.MissingMovement;
        return new Candidate(cause, order, open - theirs, Confidence.Certain);
    }

    private static bool HeldTwice(IReadOnlyList<TheirDocument> documents, decimal open) =>
        documents.Count > 1 && documents.All(document => document.Holds && document.Quantity == open);

    /// <summary>What left for the order as plain sales, which name it as their document and no reservation.</summary>
    private static decimal Sold(FieldBooks books, string order) =>
        -books.Ours.Entries(DriftField.OnHand).Where(entry => entry.Type == "sale" && entry.Document == order && entry.OccurredAt <= books.Terms.TakenAt)
        .Sum(entry => entry.Effect);
}
