using NodaTime;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.SourceDocuments.Sources;

namespace RetailSync.Inventory.Host.SourceDocuments.Resolve;

/// <summary>Turns a line into movements or a level in our words: pure, once its names are looked up.</summary>
internal static class LineMovements
{
    private const string Zero = "zero quantity";
    private const string NotOurs = "not ours";

    /// <param name="asked">The line, and what is configured.</param>
    /// <param name="names">What its names mean.</param>
    /// <param name="identity">Of the line: what its movements' ids begin with; null where the document has no number.</param>
    public static ResolvedLine Of(LineToResolve asked, ResolveLines names, string? identity)
    {
        var line = asked.Line;
        switch (line.Outcome)
        {
            case NoStock nothing:
                return ResolvedLine.Nothing(nothing.Reason);
            case Rejected bad:
                return ResolvedLine.Refused(bad.Code, bad.Detail);
            case Level { Quantity: < 0 }:
                return ResolvedLine.Refused("invalid-quantity", "A stock figure is 0 or more.");
            case Level level:
                return Level(asked, names, level, identity);
            case Moved moved when identity is null || !Identifier.TryParse(identity, out _):
                return ResolvedLine.Refused("invalid-line", moved.Moves.Count == 0 ? "It reports no movement."
                    : "The document has no business number of at most 128 characters: its lines could not be distinguished from others.");
            case Moved moved:
                return Moves(asked, names, moved, identity);
            default:
                return ResolvedLine.Refused("invalid-line", "It comes to nothing.");
        }
    }

    private static ResolvedLine Moves(LineToResolve asked, ResolveLines names, Moved moved, string identity)
    {
        var (article, refusal) = names.Article(asked.Source, asked.Settings, asked.Line.Articles);
        if (article is null)
        {
            return new ResolvedLine { Refusal = refusal };
        }

        List<ResolvedMove> moves = [];
        List<StockMove> waiting = [];
        LineRefusal? waitsFor = null;
        string? nothing = null;
        foreach (var move in moved.Moves)
        {
            var id = move.Part.Length == 0 ? identity : $"{identity}:{move.Part}";
            var (resolved, noStock, refused) = Move(asked, names, article, move, id);
            if (refused is { WaitsFor: not null })
            {
                waitsFor ??= refused;
                waiting.Add(move);
            }
            else if (refused is not null)
            {
                return new ResolvedLine { Refusal = refused };
            }

            nothing ??= noStock;
            if (resolved is not null)
            {
                moves.Add(resolved);
            }
        }

        return waitsFor is not null
            ? moves.Count == 0 ? new ResolvedLine { Refusal = waitsFor } : new ResolvedLine
            {
                Article = article,
                Moves = moves,
                Rest = (asked.Line with { Outcome = new Moved([.. waiting.Select(WithoutOtherEnd)]) }, waitsFor),
            }
            : moves.Count > 0 ? new ResolvedLine { Article = article, Moves = moves } : ResolvedLine.Nothing(nothing ?? Zero);
    }

    private static ResolvedLine Level(LineToResolve asked, ResolveLines names, Level level, string? identity)
    {
        var counts = asked.File.CountLevels ?? asked.Settings.CountLevels;
        if (counts && level.Status is null)
        {
            return identity is null || !Identifier.TryParse(identity, out _)
                ? ResolvedLine.Refused("invalid-line", "The document has no business number of at most 128 characters: it cannot be counted by.")
                : Moves(asked, names, new Moved(StockMove.Count(level.Quantity)), identity);
        }

        var (article, refusal) = names.Article(asked.Source, asked.Settings, asked.Line.Articles);
        if (article is null)
        {
            return new ResolvedLine { Refusal = refusal };
        }

        var (place, placeRefusal) = Place(asked, names, asked.Line.Place);
        if (placeRefusal is not null)
        {
            return placeRefusal.Code == NotOurs ? ResolvedLine.Nothing(NotOurs) : new ResolvedLine { Refusal = placeRefusal };
        }

        var (at, knownFrom, timeRefusal) = Time(asked, asked.Line.Time, place!.Value.Zone);
        var (quantity, unit, unitRefusal) = Quantity(asked.Line, article, level.Quantity);
        if (timeRefusal is not null || unitRefusal is not null)
        {
            return new ResolvedLine { Refusal = timeRefusal ?? unitRefusal };
        }

        // What measures is compared in the unit that is registered; pieces are pieces.
        if (unit is not null && article.Profile?.Unit is { } kept
            && UnitOfMeasure.Find(kept) is { } own && UnitOfMeasure.Find(unit) is { } stated && own != stated)
        {
            if (own.Dimension != stated.Dimension || stated.In(own, quantity) is not { } converted)
            {
                return ResolvedLine.Refused("unknown-unit", $"unit: {article.Sku} is kept in {own.Code}, and {unit} is no exact number of it.");
            }

            if (UnitConversion.TooFine(converted, article.Profile) is { } tooFine)
            {
                return ResolvedLine.Refused(tooFine.Code, tooFine.Detail);
            }

            quantity = converted;
        }

        return new ResolvedLine { Level = new ResolvedLevel(new PositionKey(article.Sku, place.Value.Location), level.Status, quantity, at, knownFrom) };
    }

    private static (ResolvedMove? Move, string? NoStock, LineRefusal? Refusal) Move(
        LineToResolve asked, ResolveLines names, KnownArticle article, StockMove move, string id)
    {
        if (move is { Quantity: < 0, Type: not MoveType.Adjustment })
        {
            return (null, null, new LineRefusal("invalid-quantity", FormattableString.Invariant($"{move.Quantity} of a {move.Type} is below 0.")));
        }

        var (place, refusal) = Place(asked, names, move.Place ?? asked.Line.Place);
        var otherEnd = move.Destination ?? move.Origin;
        var destination = otherEnd is null ? null : names.Place(asked.Source, otherEnd);
        var isTransfer = move.Type is MoveType.Transfer or MoveType.TransferCancelled;
        if (isTransfer && (refusal is { WaitsFor: not null } or { Code: NotOurs } || (otherEnd is not null && destination is null)))
        {
            var alone = Alone(asked, names, article, move, id);
            if (refusal is null || alone.Refusal is not { WaitsFor: not null })
            {
                return alone;
            }
        }

        if (refusal is not null)
        {
            return refusal.Code == NotOurs ? (null, NotOurs, null) : (null, null, refusal);
        }

        var (at, knownFrom, timeRefusal) = Time(asked, move.Time ?? asked.Line.Time, place!.Value.Zone);
        if (timeRefusal is not null)
        {
            return (null, null, timeRefusal);
        }

        var (quantity, unit, asStated) = (0m, (string?)null, (AsStated?)null);
        if (move.Quantity is { } stated)
        {
            (quantity, unit, refusal) = Quantity(asked.Line, article, stated);
            asStated = AsStated(asked.Line, article, stated, quantity, unit);
            if (refusal is not null)
            {
                return (null, null, refusal);
            }
        }

        if (quantity == 0 && move.Type is not (MoveType.Count or MoveType.Expected or MoveType.Correction))
        {
            return (null, Zero, null);
        }

        if (otherEnd is not null && destination?.Location == place.Value.Location)
        {
            return (null, "within one location", null);
        }

        if ((move.Type is MoveType.Expected or MoveType.Transfer or MoveType.TransferCancelled) && !Identifier.TryParse(move.Document, out _))
        {
            return (null, null, new LineRefusal("invalid-line", "The order or shipment under which it will be received is missing."));
        }

        var fallback = move is { Type: MoveType.Correction, Otherwise: { } instead }
            ? Move(asked, names, article, instead with { Part = move.Part }, id) : default;
        return fallback.Refusal is not null ? (null, null, fallback.Refusal)
            : (new ResolvedMove(
                Movement(move, new MovementId(asked.Source, id), new PositionKey(article.Sku, place.Value.Location), at, quantity, destination?.Location)
                    with
                { AsStated = asStated },
                unit, knownFrom, fallback.Move)
            {
                Alone = isTransfer && otherEnd is not null ? Alone(asked, names, article, move, id).Move : null,
            }, null, null);
    }

    /// <summary>A transfer of which the other end is no location of ours: what the document says that it is then, else its end that is ours.</summary>
    private static (ResolvedMove? Move, string? NoStock, LineRefusal? Refusal) Alone(
        LineToResolve asked, ResolveLines names, KnownArticle article, StockMove move, string id) =>
        move.Otherwise is { } otherwise && Move(asked, names, article, otherwise with { Part = move.Part }, id) is { Refusal: not { WaitsFor: not null } } known
            ? known : Move(asked, names, article, WithoutOtherEnd(move), id);

    /// <summary>What it is at its own place, whatever is at the other end.</summary>
    private static StockMove WithoutOtherEnd(StockMove move) => move.Type is not (MoveType.Transfer or MoveType.TransferCancelled)
        ? move with { Origin = null }
        : StockMove.Adjustment(
            (move.Type == MoveType.Transfer ? -1 : 1) * (move.Quantity ?? 0), $"transfer to {move.Destination?.Value}", move.Document) with
        {
            Part = move.Part,
            Place = move.Place,
            Time = move.Time,
        };

    private static Movement Movement(StockMove move, MovementId name, PositionKey at, Instant occurredAt, decimal quantity, LocationId? destination)
    {
        var document = Identifier.TryParse(move.Document, out var identifier) ? identifier : null;
        var (from, to) = (Status(move.From), Status(move.To));
        return move.Type switch
        {
            MoveType.Receipt => new Receipt(name, at, occurredAt, document, quantity, to),
            MoveType.Sale => new Sale(name, at, occurredAt, document, quantity, Reservation: null),
            MoveType.Return => new Return(name, at, occurredAt, document, quantity, to),
            MoveType.Adjustment => new Adjustment(name, at, occurredAt, document, quantity, Identifier.TryParse(move.Reason, out var reason) ? reason : null),
            MoveType.Count => new Count(name, at, occurredAt, document, quantity) { Part = move.IsPartOfCount },
            MoveType.Status => new StatusChange(name, at, occurredAt, document, quantity, from, to) { OrSellable = move.OrSellable },
            MoveType.Expected => new Expected(name, at, occurredAt, document!, quantity, move.ExpectedOn, move.Kind, 1),
            MoveType.Transfer => new Transfer(name, at, occurredAt, document!, quantity, destination!.Value, move.ExpectedOn),
            MoveType.TransferCancelled => new TransferCancelled(name, at, occurredAt, document!, quantity, destination),
            _ => new Correction(name, at, occurredAt, document, move.Corrects ?? "", move.Quantity is null ? null : quantity),
        };
    }

    private static string? Status(string? text) => Identifier.TryParse(text, out var status) && status != "sellable" ? status : null;

    /// <summary>Null where the line has the SKU's own name, and a number that no later registration changes.</summary>
    private static AsStated? AsStated(DocumentLine line, KnownArticle article, decimal stated, decimal quantity, string? unit)
    {
        var isPack = article.PackUnit is not null || UnitConversion.IsPack(line.Unit);
        var isBySku = isPack && (article.PackUnit is not null || line.Pack is not { Quantity: > 0, Per: > 0 });
        var name = line.Articles[0].Value;
        return isBySku ? new AsStated(name, Domain.Quantity.Canonical(stated), line.Unit)
            : name == article.Sku.Value ? null
            : new AsStated(name, quantity, unit);
    }

    private static ((LocationId Location, string? Zone)? Place, LineRefusal? Refusal) Place(LineToResolve asked, ResolveLines names, PlaceName? named) =>
        named is not null
            ? names.Place(asked.Source, named) is { } mapped ? (mapped, null)
                : asked.Settings.IsOutside(named) ? (null, new LineRefusal(NotOurs, ""))
                : (null, new LineRefusal("unmapped-location", $"'{named.Value}' is no location that is mapped or registered.",
                    (SourceMappings.OfLocations, named.Value)))
            : names.Named(asked.File.Location ?? asked.Settings.Location) is { } otherwise ? (otherwise, null)
            : (null, new LineRefusal("no-location", "It names no place, and none is configured for lines that do not."));

    private static (decimal Quantity, string? Unit, LineRefusal? Refusal) Quantity(DocumentLine line, KnownArticle article, decimal stated)
    {
        if (!Domain.Quantity.IsExact(Domain.Quantity.Canonical(stated)))
        {
            return (0, null, new LineRefusal("invalid-quantity", FormattableString.Invariant(
                $"{stated} has more than {Domain.Quantity.MaxFractionDigits} fraction digits, or is too large; it is not rounded.")));
        }

        (decimal, decimal, string?)? size = line.Pack is { } pack ? (pack.Quantity, pack.Per, pack.Unit) : null;
        var (converted, measured, refusal) = UnitConversion.Unpack(Domain.Quantity.Canonical(stated), line.Unit, size, article);
        return (converted, measured, refusal is null ? null : new LineRefusal(refusal.Code, refusal.Detail));
    }

    private static (Instant At, Instant? KnownFrom, LineRefusal? Refusal) Time(LineToResolve asked, DocumentTime? time, string? zoneOfPlace)
    {
        switch (time)
        {
            case null:
                return (default, null, new LineRefusal("invalid-line", "It does not say when it happened."));
            case ExactTime exact:
                return (exact.At, null, null);
            case TimeOfReceipt received:
                return received.At is { } at ? (at, null, null) : (default, null, new LineRefusal("invalid-line", "It does not say when it happened."));
        }

        if ((asked.File.Zone ?? asked.Settings.Zone ?? zoneOfPlace) is not { } name || DateTimeZoneProviders.Tzdb.GetZoneOrNull(name) is not { } zone)
        {
            return (default, null, new LineRefusal(
                "no-zone", "Its time has no offset, and no zone is given for the file or configured for the source or the location."));
        }

        // The calendar's first and last days have no instants in every zone.
        var day = time is TimeWithoutZone { At.Date: var date } ? date : ((WholeDay)time).On;
        if (day.Year is < 1 or > 9998)
        {
            return (default, null, new LineRefusal("invalid-line", "Its day is out of range."));
        }

        if (time is TimeWithoutZone local)
        {
            return (local.At.InZoneLeniently(zone).ToInstant(), null, null);
        }

        var (start, end) = (zone.AtStartOfDay(day).ToInstant(), zone.AtStartOfDay(day.PlusDays(1)).ToInstant());
        return ((WholeDay)time).AtEnd ? (end - Duration.FromSeconds(1), start, null) : (start, null, null);
    }
}
