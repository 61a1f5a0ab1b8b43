using NodaTime;

namespace RetailSync.Inventory.Host.Movements;

// What the API describes of itself. The lines are read by MovementParser, since a bad one must not stop its neighbours.

/// <summary>Movements of one source.</summary>
/// <param name="Source">Who reports: 1 to 128 printable characters.</param>
/// <param name="Movements">At most 10,000.</param>
public sealed record MovementsBody(string Source, IReadOnlyList<MovementBody> Movements);

/// <summary>One movement. Which of the optional fields it has depends on its type; a field of another type is refused.</summary>
/// <param name="Id">The source's id of it, the idempotency key: repeats are not recorded again, for ever.</param>
/// <param name="Sku">Or another name of it; the number of a pack means so many packs.</param>
/// <param name="Type">receipt, sale, return, adjustment, count, status, expected, transfer, transfer-cancelled or correction.</param>
/// <param name="OccurredAt">When, by the source's clock; at most 5 minutes ahead.</param>
/// <param name="Quantity">Exact, up to 4 fraction digits. Above 0; an adjustment is signed, a count and an expected may be 0.</param>
/// <param name="Document">What proves it. Required for expected, transfer and transfer-cancelled.</param>
/// <param name="Status">Of a receipt or a return: how it is unsellable (damaged, quality-hold, ...).</param>
/// <param name="Reservation">Of a sale: the hold that it fulfils, as far as that keeps units at the sale's location.</param>
/// <param name="From">Of a status change: sellable or a status.</param>
/// <param name="To">Of a status change: sellable or a status. Of a transfer: where it goes. Of a cancelled one: where it was to go; without it, the one
/// location that expects the document.</param>
/// <param name="ExpectedOn">Of an expected or a transfer: the day on which it should arrive.</param>
/// <param name="Kind">Of an expected: purchase-order (default) or transfer.</param>
/// <param name="Confidence">Of an expected: 0 to 1, default 1.</param>
/// <param name="Corrects">Of a correction: the id, within the same source, of what was wrong.</param>
/// <param name="Declaration">Of a correction: did-not-occur or incorrect; only the latter has a quantity.</param>
/// <param name="Part">Of a count: true where it is a part (a lot, what one reader saw) that adds up with the other parts of its source at its instant.</param>
/// <param name="OrSellable">Of a status change: true where units that are not in `from` are sellable and go into `to` all the same.</param>
/// <param name="Unit">The unit of the quantity: a UN/ECE code of mass, volume, length, area or pieces, such as KGM, or one of the SKU's packs. The first that
/// comes of a SKU is its own where none is registered; others are converted exactly.</param>
/// <param name="Channel">Of a sale with a reservation: whose it is, where several channels hold units there under that id.</param>
/// <param name="Problem">Instead of a movement: why a translator could not understand a row, as `code: sentence`. The line is kept in quarantine under that
/// code.</param>
/// <param name="Row">Beside `problem`: the row as it was.</param>
public sealed record MovementBody(string Id, string Type, string Sku, string Location, Instant OccurredAt, decimal? Quantity = null, string? Document = null,
    string? Status = null, string? Reservation = null, string? Reason = null, string? From = null, string? To = null, LocalDate? ExpectedOn = null,
    string? Kind = null, decimal? Confidence = null, string? Corrects = null, string? Declaration = null, bool? Part = null, bool? OrSellable = null,
    string? Unit = null, string? Channel = null,
    string? Problem = null, string? Row = null);
