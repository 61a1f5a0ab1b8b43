namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>At which locations each side has booked a document.</summary>
internal sealed class BookedLocations
{
    private readonly HashSet<(string Document, LocationId Location)> _ours = [];
    private readonly ILookup<string, LocationId> _theirs;
    private readonly ILookup<string, LocationId> _oursByDocument;

    public BookedLocations(
        IReadOnlyList<TheirDocument> documents, ILookup<string, LocationId> elsewhere, IEnumerable<(LocationId Location, OurSide Ours)> compared)
    {
        _theirs = documents.ToLookup(document => document.Id, document => document.Position.Location);
        foreach (var document in elsewhere)
        {
            _ours.UnionWith(document.Select(location => (document.Key, location)));
        }

        foreach (var (location, ours) in compared)
        {
            foreach (var entry in ours.Entries(DriftField.OnHand))
            {
                _ours.Add((entry.Id, location));
                _ours.Add((entry.Name, location));
            }

            _ours.UnionWith(ours.Holds.All.Where(hold => hold.Open > 0).SelectMany(hold => new[] { (hold.Id, location), (hold.Document, location) }));
        }

        _oursByDocument = _ours.ToLookup(booked => booked.Document, booked => booked.Location);
    }

    /// <summary>They have it here, we have it at another location, where they do not.</summary>
    public bool WeBookedElsewhere(string document, LocationId here) =>
        !_ours.Contains((document, here)) && _oursByDocument[document].Any(location => !_theirs[document].Contains(location));

    /// <summary>We have it here, they have it at another location, where we do not.</summary>
    public bool TheyBookedElsewhere(string document, LocationId here)
    {
        var theirs = _theirs[document].ToList();
        return theirs.Count > 0 && !theirs.Contains(here) && theirs.Exists(location => !_ours.Contains((document, location)));
    }
}
