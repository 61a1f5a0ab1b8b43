using System.Globalization;
using RetailSync.Inventory.Host.EventLog;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>How far the detector has processed the event log.</summary>
/// <param name="CompleteUpTo">All events up to this sequence are processed.</param>
/// <param name="Fingerprint">The plan fingerprint of the last full comparison; <see cref="NotCompared"/> before it.</param>
/// <param name="Compared">The last SKU of a comparison that is under way, <see cref="FromTheFirstSku"/> at its beginning; null when none is.</param>
/// <param name="Newest">The newest event that is processed; 0 where it is not known.</param>
/// <param name="Missing">Sequences up to it that are not, as a PostgreSQL multirange.</param>
/// <param name="Again">Whether another comparison follows the one that is under way.</param>
public sealed record FollowerCheckpoint(
    long CompleteUpTo, string Fingerprint, string? Compared, long Newest = 0, string Missing = FollowerCheckpoint.NoneMissing, bool Again = false)
{
    /// <summary>The <see cref="Fingerprint"/> before the first full comparison has ended.</summary>
    public const string NotCompared = "";

    /// <summary>A comparison that is to begin: every SKU follows it, as an <see cref="Compared"/>.</summary>
    public const string FromTheFirstSku = "";

    private const string NoneMissing = "{}";

    /// <summary>With more ranges than this <see cref="Newest"/> is stated lower than it is.</summary>
    private const int MostRanges = 1_000;

    /// <summary>The checkpoint after everything that a tail has returned.</summary>
    public FollowerCheckpoint Follow(EventTail tail)
    {
        var watermark = tail.Watermark;
        var isCut = watermark.Missing.Count > MostRanges;
        var ranges = watermark.Missing.Take(MostRanges).Select(range => string.Create(CultureInfo.InvariantCulture, $"[{range.First},{range.Last}]"));
        return this with
        {
            CompleteUpTo = tail.CompleteUpTo,
            Newest = isCut ? watermark.Missing[MostRanges].First - 1 : watermark.Newest,
            Missing = $"{{{string.Join(',', ranges)}}}",
        };
    }
}
