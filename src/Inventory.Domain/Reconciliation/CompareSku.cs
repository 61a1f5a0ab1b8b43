using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>A count, and everything that we have recorded at its position.</summary>
public sealed record ComparedPosition(TheirCount Count, IReadOnlyList<RecordedEvent> Events);

/// <summary>Both books of one SKU.</summary>
/// <param name="Positions">The positions that are compared.</param>
/// <param name="Documents">Their documents of this SKU, at every location.</param>
/// <param name="Elsewhere">Locations, by document or id, of our movements of this SKU that those documents name; compared positions need not be in it.</param>
public sealed record SkuBooks(IReadOnlyList<ComparedPosition> Positions, IReadOnlyList<TheirDocument> Documents, ILookup<string, LocationId> Elsewhere);

/// <summary>What holds for a whole comparison.</summary>
/// <param name="TakenAt">The instant that their counts are of.</param>
/// <param name="Grace">What happened so shortly before or after it may still be on its way between the systems: where that alone makes the difference, there is
/// none.</param>
/// <param name="DocumentsFrom">The first of their documents: what we have since then and they do not name, they do not have. Null when they sent none.</param>
public sealed record ComparisonTerms(Instant TakenAt, Duration Grace, Instant? DocumentsFrom);

/// <summary>
/// Compares like with like and names the documents that make the difference. Pure: equal books give no drift, and the parts of every drift add up to it.
/// </summary>
public static class CompareSku
{
    /// <returns>Ordered by location, then field.</returns>
    public static IReadOnlyList<Drift> Compare(SkuBooks books, ComparisonTerms terms)
    {
        var sides = books.Positions
            .OrderBy(position => position.Count.Position.Location.Value, StringComparer.Ordinal)
            .Select(position => (position.Count, Ours: new OurSide(position.Events, terms.TakenAt)))
            .ToList();
        var whereabouts = new Whereabouts(books.Documents, books.Elsewhere, sides.Select(side => (side.Count.Position.Location, side.Ours)));
        var drifts = new List<Drift>();
        foreach (var (count, ours) in sides)
        {
            foreach (var (field, theirs) in count.Fields())
            {
                var difference = ours.Value(field) - theirs;
                if (difference == 0)
                {
                    continue;
                }

                var view = new FieldBooks(count.Position.Location, field, ours, books.Documents, whereabouts, terms);
                if (!InFlightMovements.Makes(difference, view))
                {
                    drifts.Add(new Drift(count.Position, field, ours.Value(field), theirs, Explain(difference, view)));
                }
            }
        }

        return WrongLocationPairing.Pair(drifts, sides.ToDictionary(side => side.Count.Position, side => side.Ours));
    }

    private static IReadOnlyList<Attribution> Explain(decimal difference, FieldBooks books)
    {
        if (books.Field == DriftField.Reserved)
        {
            var holds = HoldEvidence.Of(books);
            return DriftAttribution.Of(difference, holds.Evidence, [], holds.Hints);
        }

        var movements = MovementEvidence.Of(books);
        return DriftAttribution.Of(difference, movements.Evidence, movements.Doubtful, movements.Hints);
    }
}

/// <summary>Both books about one field of one position.</summary>
internal sealed class FieldBooks(
    LocationId location, DriftField compared, OurSide ours, IReadOnlyList<TheirDocument> ofSku, Whereabouts whereabouts, ComparisonTerms terms)
{
    public LocationId Location => location;

    public DriftField Field => compared;

    public OurSide Ours => ours;

    public ComparisonTerms Terms => terms;

    public Whereabouts Whereabouts => whereabouts;

    public IReadOnlyList<OurEntry> Entries { get; } = ours.Entries(compared);

    /// <summary>Their documents at this position, whatever they touch.</summary>
    public IReadOnlyList<TheirDocument> AllTheirs { get; } = [.. ofSku.Where(document => document.Position.Location == location)];

    /// <summary>Those that touch the field.</summary>
    public IEnumerable<TheirDocument> Theirs => AllTheirs.Where(document => document.EffectOn(compared) != 0);

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

    public bool AreKnownToThem(OurEntry entry) => AllTheirs.Any(document => document.Id == entry.Document || document.Id == entry.Id);
}

/// <summary>At which locations each side has booked a document.</summary>
internal sealed class Whereabouts
{
    private readonly HashSet<(string Document, LocationId Location)> _ours = [];
    private readonly ILookup<string, LocationId> _theirs;
    private readonly ILookup<string, LocationId> _oursByDocument;

    public Whereabouts(IReadOnlyList<TheirDocument> documents, ILookup<string, LocationId> elsewhere, IEnumerable<(LocationId Location, OurSide Ours)> compared)
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
    public bool OursIsElsewhere(string document, LocationId here) =>
        !_ours.Contains((document, here)) && _oursByDocument[document].Any(location => !_theirs[document].Contains(location));

    /// <summary>We have it here, they have it at another location, where we do not.</summary>
    public bool TheirsIsElsewhere(string document, LocationId here)
    {
        var theirs = _theirs[document].ToList();
        return theirs.Count > 0 && !theirs.Contains(here) && theirs.Exists(location => !_ours.Contains((document, location)));
    }
}
