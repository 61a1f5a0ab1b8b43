using NodaTime;
using RetailSync.Inventory.Domain.Stock.Folds;

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
