using System.Runtime.CompilerServices;
using System.Text;
using NodaTime;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;

/// <summary>
/// A table of counts, with the names of the contract as its header; statuses as columns <c>unsellable.{status}</c> or as an object in <c>unsellable</c>.
/// </summary>
public sealed class CountCsv : CountSheet
{
    private const int BatchLength = 1_000;

    private readonly Stream _body;

    public CountCsv(Stream body, string? system, Instant? takenAt) => (_body, System, TakenAt) = (body, system, takenAt);

    public override string PathOf(bool isDocument, int line) => FormattableString.Invariant($"line {line}");

    public override async IAsyncEnumerable<IReadOnlyList<SheetLine>> Lines([EnumeratorCancellation] CancellationToken cancellation)
    {
        using var text = new StreamReader(_body, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: -1, leaveOpen: true);
        var records = new CsvRecords(text);
        if (!await records.ReadAsync(cancellation))
        {
            throw ApiProblemException.Malformed("The body has no header.");
        }

        var header = Header([.. records.Cells.Select(name => name.Trim())], Broken(records));
        var lines = new CountLines([.. header.Where(name => name.StartsWith(CountLines.UnsellablePrefix, StringComparison.Ordinal))]);
        var batch = new List<SheetLine>(BatchLength);
        while (await records.ReadAsync(cancellation))
        {
            string[] row = [.. records.Cells];
            var line = (int)Math.Min(records.Line, int.MaxValue);

            // A byte that is not UTF-8 was read as the replacement character, which is in nobody's identifier.
            var broken = Broken(records) ?? (row.Any(cell => cell.Contains('\uFFFD')) ? "is not text in UTF-8" : null);
            batch.Add(broken is null ? lines.Count(line, header, row) : new SheetLine(IsDocument: false, line, null, null, [new FieldRefusal("line", broken)]));
            if (batch.Count == BatchLength)
            {
                yield return batch;
                batch.Clear();
            }
        }

        if (batch.Count > 0)
        {
            yield return batch;
        }
    }

    private static string? Broken(CsvRecords records) => records.Broken ?? (records.HasStrayQuote ? CsvRecords.QuoteOutOfPlace : null);

    private static string[] Header(string[] header, string? broken)
    {
        var refusals = header
            .Where(name => !CountLines.CountNames.Contains(name) && !IsStatus(name))
            .Select(name => new FieldRefusal(Identifier.TryParse(name, out var printable) ? printable : "?", "is not a known column"))
            .Concat(header.GroupBy(name => name).Where(name => name.Count() > 1).Select(name => new FieldRefusal(name.Key, "appears twice")))
            .Concat(new[] { "sku", "location" }.Except(header).Select(name => new FieldRefusal(name, "is not in the header")))
            .ToArray();
        return broken is not null ? throw ApiProblemException.Malformed($"The header {broken}.")
            : refusals.Length > 0 ? throw ApiProblemException.Invalid(refusals)
            : header;
    }

    private static bool IsStatus(string name) =>
        name.StartsWith(CountLines.UnsellablePrefix, StringComparison.Ordinal)
        && Identifier.TryParse(name[CountLines.UnsellablePrefix.Length..], out var status)
        && name == CountLines.UnsellablePrefix + status && status != "sellable";
}
