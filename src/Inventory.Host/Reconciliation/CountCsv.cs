using System.Runtime.CompilerServices;
using System.Text;
using CsvHelper;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Door;

namespace RetailSync.Inventory.Host.Reconciliation;

/// <summary>A table of counts, with the names of the contract as its header; statuses as columns <c>unsellable.{status}</c> or as an object in <c>unsellable</c>.</summary>
public sealed class CountCsv : CountSheet
{
    private const int BatchLength = 1_000;
    private const int MaxRecordLength = 64 * 1024;

    private readonly Stream _body;

    public CountCsv(Stream body, string? system, Instant? takenAt) => (_body, System, TakenAt) = (body, system, takenAt);

    public override string Place(bool isDocument, int line) => FormattableString.Invariant($"line {line}");

    public override async IAsyncEnumerable<IReadOnlyList<SheetLine>> Lines([EnumeratorCancellation] CancellationToken cancellation)
    {
        string? broken = null;
        await using var reader = CsvReader.Create(
            _body,
            new CsvReaderOptions
            {
                Separator = ',',
                Encoding = Encoding.UTF8,
                HasHeader = false,
                TrackLineNumbers = true,
                MaxRecordSize = MaxRecordLength,

                // No field has a line break, so a quote that is never closed spoils its own line only.
                AllowLineBreaksInQuotes = false,
                OnMalformedRecord = _ => broken = "has a quote out of place",
            },
            leaveOpen: true);
        if (!await Read(reader, cancellation))
        {
            throw RequestRefused.Malformed("The body has no header.");
        }

        var header = Header([.. reader.Current.ToArray().Select(name => name.Trim())], broken);
        var lines = new CountLines([.. header.Where(name => name.StartsWith(CountLines.UnsellablePrefix, StringComparison.Ordinal))]);
        var batch = new List<SheetLine>(BatchLength);
        for (broken = null; await Read(reader, cancellation); broken = null)
        {
            var row = reader.Current.ToArray();
            var line = (int)Math.Min(reader.LineNumber, int.MaxValue);

            // A byte that is not UTF-8 was read as the replacement character, which is in nobody's identifier.
            broken ??= row.Any(cell => cell.Contains('\uFFFD')) ? "is not text in UTF-8" : null;
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

    private static async ValueTask<bool> Read(CsvReader reader, CancellationToken cancellation)
    {
        try
        {
            return await reader.ReadAsync(cancellation);
        }
        catch (CsvFormatException exception)
        {
            throw RequestRefused.Malformed($"The body cannot be read: {exception.Message}");
        }
    }

    private static string[] Header(string[] header, string? broken)
    {
        var refusals = header
            .Where(name => !CountLines.CountNames.Contains(name) && !IsStatus(name))
            .Select(name => new FieldRefusal(Identifier.TryParse(name, out var printable) ? printable : "?", "is not a known column"))
            .Concat(header.GroupBy(name => name).Where(name => name.Count() > 1).Select(name => new FieldRefusal(name.Key, "appears twice")))
            .Concat(new[] { "sku", "location" }.Except(header).Select(name => new FieldRefusal(name, "is not in the header")))
            .ToArray();
        return broken is not null ? throw RequestRefused.Malformed($"The header {broken}.")
            : refusals.Length > 0 ? throw RequestRefused.Invalid(refusals)
            : header;
    }

    private static bool IsStatus(string name) =>
        name.StartsWith(CountLines.UnsellablePrefix, StringComparison.Ordinal) && Identifier.TryParse(name[CountLines.UnsellablePrefix.Length..], out var status)
        && name == CountLines.UnsellablePrefix + status && status != "sellable";
}
