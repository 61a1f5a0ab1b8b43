using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Lanes.Commands;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;

namespace RetailSync.Inventory.Host.Movements;

/// <summary>A line that was checked.</summary>
/// <param name="Movement">In our names, and in the unit in which its SKU is kept; null for a line that is refused.</param>
/// <param name="Refusal">Why it is refused; of no meaning otherwise.</param>
public readonly record struct CheckedLine(Movement? Movement, MovementOutcome Refusal = default);

/// <summary>Checks the lines of a batch before they are recorded: what their names and units mean, and whether the caller may report them.</summary>
public sealed class CheckMovements(SkuNames articles, KnownSkus skus, SkuUnits units, LocationNames locations, IClock clock)
{
    private static readonly Dictionary<Sku, KnownArticle> NothingKnown = [];
    private static readonly Duration ClocksMayDiffer = Duration.FromMinutes(5);

    /// <returns>One for each line, in their order.</returns>
    public async Task<CheckedLine[]> Check(MovementBatch batch, Caller caller, CancellationToken cancellation)
    {
        var latest = clock.GetCurrentInstant() + ClocksMayDiffer;
        var inUse = await locations.InUse(batch.Lines.Select(line => line.Movement).OfType<Movement>().SelectMany(LocationsOf), caller, cancellation);
        var (lines, known) = await Unpacked(
            inUse.Count == 0 ? batch.Lines : [.. batch.Lines.Select(line => line with { Movement = line.Movement?.At(inUse) })], cancellation);
        var unknown = await skus.Unknown(lines.Where(line => line.Movement is not null).Select(line => line.Movement!.Position.Sku), cancellation);
        var foreign = ForeignSource(batch.Source, caller);
        MovementOutcome?[] refusals = [.. lines.Select(line => foreign ?? Refusal(line, caller, latest, unknown))];
        var kept = await units.Of(
            from part in lines.Zip(refusals)
            where part is { First.Unit: not null, Second: null } && known.GetValueOrDefault(part.First.Movement!.Position.Sku)?.Profile?.Unit is null
            let unit = UnitOfMeasure.Find(part.First.Unit!)
            where unit is not null
            select (part.First.Movement!.Position.Sku, unit),
            cancellation);
        return [.. lines.Zip(refusals, (line, refusal) => refusal is { } refused ? new CheckedLine(null, refused) : InKeptUnit(line, kept, known))];
    }

    /// <summary>
    /// The source is judged first: whose name it is matters more than what is wrong with a line. The reason says who sent it, since the line is kept under the
    /// name that was claimed.
    /// </summary>
    internal static MovementOutcome? ForeignSource(string source, Caller caller) =>
        caller.MaySpeakFor(source) ? null
        : Reject(RecordMovements.ForbiddenSource, MovementSources.IsProducts(source)
            ? $"'{source}' is a source of RetailSync's own: nobody else records under it."
            : $"'{caller.Name}' of role {caller.Actor.Role}{Of(caller.Locations)} may not speak for '{source}'.");

    /// <summary>The lines as ones of SKUs, in units that measure; and what is registered of each SKU.</summary>
    private ValueTask<(IReadOnlyList<MovementLine> Lines, IReadOnlyDictionary<Sku, KnownArticle> Known)> Unpacked(
        IReadOnlyList<MovementLine> lines, CancellationToken cancellation) => articles.Resolve(
        lines.Select(line => line.Movement?.Position.Sku.Value).OfType<string>(), known => ValueTask.FromResult(Unpacked(lines, known)), cancellation);

    private static ((IReadOnlyList<MovementLine>, IReadOnlyDictionary<Sku, KnownArticle>), bool Refuses) Unpacked(
        IReadOnlyList<MovementLine> lines, IReadOnlyDictionary<string, KnownArticle> known)
    {
        Dictionary<Sku, KnownArticle>? found = null;
        var unpacked = new MovementLine[lines.Count];
        var refuses = false;
        for (var index = 0; index < unpacked.Length; index++)
        {
            var line = unpacked[index] = lines[index];
            if (line.Movement is { } movement && known.TryGetValue(movement.Position.Sku.Value, out var article))
            {
                (found ??= [])[article.Sku] = article;
                var (ours, unit, refusal) = UnitConversion.Unpack(movement, line.Unit, article);
                unpacked[index] = line with { Movement = ours, Unit = unit, Refusal = refusal?.Detail, Code = refusal?.Code ?? line.Code };
                refuses |= refusal is not null;
            }
            else
            {
                refuses |= line is { Movement: not null, Unit: { } unit } && UnitOfMeasure.Find(unit) is null;
            }
        }

        return ((unpacked, found ?? NothingKnown), refuses);
    }

    private static IEnumerable<LocationId> LocationsOf(Movement movement) => movement switch
    {
        Transfer transfer => [transfer.Position.Location, transfer.To],
        TransferCancelled { To: { } to } cancelled => [cancelled.Position.Location, to],
        _ => [movement.Position.Location],
    };

    private static CheckedLine InKeptUnit(
        MovementLine line, IReadOnlyDictionary<Sku, UnitOfMeasure> kept, IReadOnlyDictionary<Sku, KnownArticle> known)
    {
        var (movement, refusal) = SkuUnits.InKept(line.Movement!, line.Unit, kept, known.GetValueOrDefault(line.Movement!.Position.Sku));
        return refusal is null ? new CheckedLine(movement) : new CheckedLine(null, Reject(refusal.Code, refusal.Detail));
    }

    private static MovementOutcome? Refusal(MovementLine line, Caller caller, Instant latest, IReadOnlySet<Sku> unknown) =>
        line.Movement is not { } movement ? Reject(line.Code, line.Refusal)
        : !caller.MayRecordAt(movement.Position.Location) ? Reject("forbidden-location", "This key records for its own location only.")
        : unknown.Contains(movement.Position.Sku) ? Reject("unknown-sku", "This SKU is not registered, and movements of such SKUs are quarantined here.")
        : (line.KnownFrom ?? movement.OccurredAt) > latest ? Reject("occurred-in-future", "'occurredAt' is more than 5 minutes ahead.")
        : null;

    private static string Of(IReadOnlySet<string> locations) => locations.Count == 0 ? ""
        : $" for {string.Join(", ", locations.Order(StringComparer.Ordinal))}";

    private static MovementOutcome Reject(string code, string? detail) => new(Outcome.Rejected, code, detail, 0);
}
