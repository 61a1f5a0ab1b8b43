using System.Runtime.CompilerServices;
using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;

/// <summary>
/// A sheet in another system's own form, as its translator reads it. A row that cannot be understood refuses the whole, as the HTTP API does.
/// </summary>
public sealed class TranslatedSheet : CountSheet
{
    private const int BatchLength = 1_000;

    private readonly IEnumerable<TranslatedRow> _rows;

    public TranslatedSheet(IEnumerable<TranslatedRow> rows, string system, Instant takenAt) => (_rows, System, TakenAt) = (rows, system, takenAt);

    public override string PathOf(bool isDocument, int line) => FormattableString.Invariant($"row {line}");

    public override async IAsyncEnumerable<IReadOnlyList<SheetLine>> Lines([EnumeratorCancellation] CancellationToken cancellation)
    {
        // Translators read plain streams; a batch at a time leaves others room.
        foreach (var rows in _rows.Chunk(BatchLength))
        {
            cancellation.ThrowIfCancellationRequested();
            await Task.Yield();
            yield return [.. rows.Select(Line).OfType<SheetLine>()];
        }
    }

    private static SheetLine? Line(TranslatedRow row) => row switch
    {
        StockCountedThere counted => new SheetLine(IsDocument: false, (int)row.Row, counted.Count, null, []),
        BadLine bad => new SheetLine(IsDocument: false, (int)row.Row, null, null, [new FieldRefusal("line", bad.Detail)]),
        Unreadable unreadable => throw ApiProblemException.Malformed($"It cannot be read from row {row.Row} on: {unreadable.Detail}"),
        _ => null,
    };
}
