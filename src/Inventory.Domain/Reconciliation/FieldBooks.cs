namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>Both books about one field of one position.</summary>
internal sealed class FieldBooks(
    LocationId location, DriftField compared, OurSide ours, IReadOnlyList<TheirDocument> ofSku, BookedLocations booked, ComparisonTerms terms)
{
    public LocationId Location => location;

    public DriftField Field => compared;

    public OurSide Ours => ours;

    public ComparisonTerms Terms => terms;

    public BookedLocations Booked => booked;

    public IReadOnlyList<OurEntry> Entries { get; } = ours.Entries(compared);

    /// <summary>Their documents at this position, whatever they touch.</summary>
    public IReadOnlyList<TheirDocument> DocumentsHere { get; } = [.. ofSku.Where(document => document.Position.Location == location)];

    /// <summary>Those that touch the field.</summary>
    public IEnumerable<TheirDocument> Documents => DocumentsHere.Where(document => document.EffectOn(compared) != 0);

    /// <summary>What the document does to their number. What happened before our last count is in that count, whoever booked it.</summary>
    public decimal Contribution(TheirDocument document) =>
        document.OccurredAt <= terms.TakenAt && (compared != DriftField.OnHand || ours.CountedAt is not { } counted || document.OccurredAt >= counted)
            ? document.EffectOn(compared)
            : 0;

    /// <summary>Our movements that the document is: those that name it, else the one whose id it is.</summary>
    public IReadOnlyList<OurEntry> Matching(string document)
    {
        IReadOnlyList<OurEntry> named = [.. Entries.Where(entry => entry.Document == document)];
        return named.Count > 0 ? named : [.. Entries.Where(entry => entry.Id == document)];
    }

    public bool AreKnownToThem(OurEntry entry) => DocumentsHere.Any(document => document.Id == entry.Document || document.Id == entry.Id);
}
