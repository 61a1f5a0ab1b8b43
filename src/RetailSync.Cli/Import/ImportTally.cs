using System.Globalization;
using System.Text;
using RetailSync.Cli.Movements;

namespace RetailSync.Cli.Import;

/// <summary>The outcomes of rows; every row is in exactly one of the counts. Thread-safe.</summary>
internal sealed class ImportTally
{
    private const int MaxExamples = 5;

    private readonly Lock guard = new();
    private readonly SortedDictionary<string, long> notStock = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> quarantined = new(StringComparer.Ordinal);
    private readonly List<string> examples = [];
    private long accepted;
    private long duplicates;
    private long absorbed;

    /// <summary>Why the file could not be read to its end; null when it could.</summary>
    public string? StoppedBy { get; private set; }

    public long Rows
    {
        get
        {
            lock (guard)
            {
                return accepted + duplicates + absorbed + notStock.Values.Sum() + quarantined.Values.Sum();
            }
        }
    }

    /// <summary>The rows so far, and how many a second.</summary>
    public string Rate(TimeSpan elapsed)
    {
        var rows = Rows;
        return string.Create(CultureInfo.InvariantCulture, $"{rows:N0} rows, {rows / Math.Max(elapsed.TotalSeconds, 0.001):N0} rows/s");
    }

    public void Answered(ImportBatch batch, BatchAnswer answer)
    {
        lock (guard)
        {
            accepted += answer.Accepted;
            duplicates += answer.Duplicates;
            absorbed += answer.Absorbed;
            foreach (var rejection in answer.Rejections)
            {
                quarantined[rejection.Code] = quarantined.GetValueOrDefault(rejection.Code) + 1;
                if (examples.Count < MaxExamples)
                {
                    examples.Add(string.Create(CultureInfo.InvariantCulture, $"row {batch.Lines[rejection.Index].Row}: {rejection.Code} {rejection.Detail}")
                        .TrimEnd());
                }
            }
        }
    }

    public void NotStock(string reason)
    {
        lock (guard)
        {
            notStock[reason] = notStock.GetValueOrDefault(reason) + 1;
        }
    }

    public void Stopped(string reason) => StoppedBy = reason;

    /// <summary>The counts in a line.</summary>
    public string Counts()
    {
        lock (guard)
        {
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{accepted:N0} accepted, {duplicates:N0} duplicate, {absorbed:N0} absorbed, {notStock.Values.Sum():N0} not stock, {quarantined.Values.Sum():N0} quarantined.");
        }
    }

    /// <summary>The counts as a table that adds up, and how fast it went.</summary>
    public string Summary(TimeSpan elapsed)
    {
        lock (guard)
        {
            var rows = Rows;
            var text = new StringBuilder();
            Line("accepted", accepted);
            Line("duplicate", duplicates);
            Line("absorbed", absorbed);
            Line("not stock", notStock.Values.Sum(), notStock);
            Line("quarantined", quarantined.Values.Sum(), quarantined);
            text.AppendLine(CultureInfo.InvariantCulture,
                $"{"rows",-12} {rows,12:N0}  in {elapsed.TotalSeconds:N1} s, {rows / Math.Max(elapsed.TotalSeconds, 0.001):N0} rows/s");
            foreach (var example in examples)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"  {example}");
            }

            return text.ToString();

            void Line(string name, long count, SortedDictionary<string, long>? parts = null)
            {
                var details = string.Join(", ", (parts ?? []).Select(part => string.Create(CultureInfo.InvariantCulture, $"{part.Key} {part.Value:N0}")));
                text.AppendLine(string.Create(CultureInfo.InvariantCulture, $"{name,-12} {count,12:N0}  {details}").TrimEnd());
            }
        }
    }
}
