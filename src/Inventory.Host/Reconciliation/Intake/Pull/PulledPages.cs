using System.Runtime.CompilerServices;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Pull;

/// <summary>The pages of a pull, as one sheet: a position that two pages count is a duplicate like any other.</summary>
public sealed class PulledPages : CountSheet
{
    private readonly NpgsqlDataSource _database;
    private readonly string _origin;
    private readonly CountSource _source;
    private readonly int _pages;

    public PulledPages(NpgsqlDataSource database, string origin, CountSource source, string system, Instant takenAt, int pages) =>
        (_database, _origin, _source, _pages, System, TakenAt) = (database, origin, source, pages, system, takenAt);

    /// <summary>A line's number says its page too: see <see cref="Lines"/>.</summary>
    public override string PathOf(bool isDocument, int line) =>
        FormattableString.Invariant($"page {line / LinesOfAPage} {(isDocument ? "documents" : "counts")}[{line % LinesOfAPage}]");

    public const int LinesOfAPage = 100_000;

    public override async IAsyncEnumerable<IReadOnlyList<SheetLine>> Lines([EnumeratorCancellation] CancellationToken cancellation)
    {
        for (var page = 1; page <= _pages; page++)
        {
            using var body = new MemoryStream(await Body(page, cancellation));
            await foreach (var lines in _source.Sheet(System!, body, TakenAt!.Value).Lines(cancellation))
            {
                yield return [.. lines.Select(line => line with { Line = (page * LinesOfAPage) + Math.Min(line.Line, LinesOfAPage - 1) })];
            }
        }
    }

    private async Task<byte[]> Body(int page, CancellationToken cancellation)
    {
        await using var command = _database.CreateCommand($"select body from {ReconciliationTables.Pages} where origin = $1 and page = $2");
        command.Parameters.AddWithValue(_origin);
        command.Parameters.AddWithValue(page);
        return (byte[])(await command.ExecuteScalarAsync(cancellation))!;
    }
}
