using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Intake;
using RetailSync.Inventory.Host.Reconciliation.Intake.Sheets;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;

namespace RetailSync.Inventory.Host.SourceDocuments.Record;

/// <summary>Stock figures of other systems, collected by source and instant, until they are compared with ours in one reconciliation each.</summary>
public sealed class LevelsToCompare
{
    /// <summary>Comparisons that one file may begin: each has tables of its own.</summary>
    private const int MostSheets = 200;

    private readonly Dictionary<(string Source, Instant TakenAt), List<(OpenDocument Document, ResolvedLevel Level)>> _sheets = [];
    private int _begun;

    /// <summary>Adds a figure.</summary>
    /// <returns>Why it cannot be compared; null when it will be.</returns>
    public LineRefusal? Add(OpenDocument document, ResolvedLevel level, Caller caller, Instant now)
    {
        var takenAt = level.TakenAt > now && level.KnownFrom <= now ? now : level.TakenAt;
        if (takenAt > now)
        {
            return new LineRefusal("occurred-in-future", "A stock figure cannot be of the future.");
        }

        if (!caller.MayRecordAt(level.Position.Location))
        {
            return new LineRefusal("forbidden-location", "This key reports of its own location only.");
        }

        if (!_sheets.TryGetValue((document.Source, takenAt), out var sheet))
        {
            if (_begun == MostSheets)
            {
                return new LineRefusal("batch-too-large", $"A file may have stock figures of at most {MostSheets} instants.");
            }

            _begun++;
            _sheets[(document.Source, takenAt)] = sheet = [];
        }

        sheet.Add((document, level));
        return null;
    }

    /// <summary>Has what was collected compared. The same figures again are compared once.</summary>
    public async Task Compare(ReceiveCounts receive, Provenance provenance, CancellationToken cancellation)
    {
        foreach (var ((source, takenAt), levels) in _sheets)
        {
            var word = "compared";
            try
            {
                var sheet = new LevelSheet(source, takenAt, [.. levels.GroupBy(one => one.Level.Position).Select(Count)]);
                await receive.Receive(sheet, sheet.Origin, provenance, cancellation);
            }
            catch (ApiProblemException refused) when (refused.Errors is [{ Field: ReceiveCounts.TakenAt }])
            {
                word = "nothing to compare with"; // it was taken before the first event
            }

            foreach (var (document, _) in levels)
            {
                document.Tally.CountNoStock(word);
            }
        }

        _sheets.Clear();
    }

    /// <summary>Figures of one position and status add up: lots, bins.</summary>
    private static TheirCount Count(IGrouping<PositionKey, (OpenDocument Document, ResolvedLevel Level)> position)
    {
        var onHand = position.Where(one => one.Level.Status is null).ToList();
        return new TheirCount(position.Key, onHand.Count == 0 ? null : onHand.Sum(one => one.Level.Quantity),
            position.Where(one => one.Level.Status is not null).GroupBy(one => one.Level.Status!)
                .ToDictionary(status => status.Key, status => status.Sum(one => one.Level.Quantity)), Reserved: null);
    }

    private sealed class LevelSheet : CountSheet
    {
        private readonly IReadOnlyList<TheirCount> _counts;

        public LevelSheet(string source, Instant takenAt, IReadOnlyList<TheirCount> counts)
        {
            (System, TakenAt, _counts) = (source, takenAt, counts);
            var content = string.Join('\n', counts.Select(count => string.Create(
                CultureInfo.InvariantCulture,
                $"{count.Position} {count.OnHand} {string.Join(',', count.Unsellable.OrderBy(status => status.Key, StringComparer.Ordinal))}")));
            var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
            Origin = $"document/{source}/{InstantPattern.ExtendedIso.Format(takenAt)}/{hash}";
        }

        public string Origin { get; }

        public override string PathOf(bool isDocument, int line) => FormattableString.Invariant($"figure {line}");

        public override async IAsyncEnumerable<IReadOnlyList<SheetLine>> Lines([EnumeratorCancellation] CancellationToken cancellation)
        {
            await Task.CompletedTask;
            yield return [.. _counts.Select((count, index) => new SheetLine(IsDocument: false, index + 1, count, null, []))];
        }
    }
}
