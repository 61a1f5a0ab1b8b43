using System.Globalization;
using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Syntax;

namespace RetailSync.Channels.Sap.Syntax;

/// <summary>
/// Reads flat IDocs: a record of fixed columns for each segment, one to a line, or without line ends in their full length. Every EDI_DC40 begins an IDoc. No
/// bytes make it throw, and it holds one IDoc in memory.
/// <list type="bullet">
/// <item>Trailing blanks may be cut off, byte order marks stand where files were glued together, blank lines mean nothing.</item>
/// <item>A flat IDoc has no trailer. Its segments are numbered; a number that is left out means that lines are missing.</item>
/// </list>
/// </summary>
internal static class FlatIdocReader
{
    /// <summary>Of a segment: 63 columns that say what it is, and 1,000 of data.</summary>
    private const int MaxRecord = 1_063;

    private const int ControlRecord = 524;
    private const int HeadColumns = 63;
    private const string Blanks = " \t\r\n\uFEFF\u001A\0";

    public static async IAsyncEnumerable<IdocPart> Read(Stream content, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var text = new LookaheadText(content, MaxRecord + 2);
        OpenIdoc? open = null;
        (string Position, long Lines, string Detail)? stray = null;
        for (var line = 1L; await text.Look(MaxRecord + 1, cancellation); line++)
        {
            var (record, length) = Next(text.Ahead);
            text.Skip(length);
            if (record.Length == 0)
            {
                continue;
            }

            var position = FormattableString.Invariant($"line {line}");
            if (IsControl(record))
            {
                if (stray is not null)
                {
                    yield return Stray(stray.Value);
                    stray = null;
                }

                if (open is not null)
                {
                    yield return open.End();
                }

                open = new OpenIdoc(position, record);
            }
            else if (open is not null)
            {
                open.Add(position, record);
            }
            else
            {
                stray = stray is { } first ? first with { Lines = first.Lines + 1 } : (position, 1, "It is in no IDoc: only an EDI_DC40 record begins one.");
            }
        }

        if (stray is not null)
        {
            yield return Stray(stray.Value);
        }

        if (open is not null)
        {
            yield return open.End();
        }
    }

    public static bool IsControl(ReadOnlySpan<char> record) => record.StartsWith("EDI_DC40") && (record.Length == 8 || record[8] == ' ');

    private static IdocProblem Stray((string Position, long Lines, string Detail) stray) => new(stray.Position,
        stray.Lines == 1 ? stray.Detail : FormattableString.Invariant($"{stray.Detail} So are the {stray.Lines - 1} lines behind it."));

    /// <summary>A record without what is blank at its end, and how far it goes.</summary>
    private static (string Record, int Length) Next(ReadOnlySpan<char> ahead)
    {
        var begin = ahead[..Math.Min(ahead.Length, MaxRecord)].IndexOfAnyExcept(Blanks) is var first and > 0
            && !ahead[..first].ContainsAny('\r', '\n') ? first : 0;
        var lineEnd = ahead[..Math.Min(ahead.Length, MaxRecord + 1)].IndexOfAny('\r', '\n');
        var length = lineEnd >= 0 ? lineEnd : Math.Min(ahead.Length, IsControl(ahead[begin..]) ? begin + ControlRecord : MaxRecord);
        var skipped = length + (lineEnd < 0 ? 0 : ahead[lineEnd..].StartsWith("\r\n") ? 2 : 1);
        return (begin >= length ? "" : ahead[begin..length].TrimEnd(Blanks).ToString(), skipped);
    }

    private sealed class OpenIdoc(string position, string control)
    {
        private readonly IdocSegment header = new(IdocLayouts.Control, position, IdocLayouts.Read(IdocLayouts.Control, control)!);
        private readonly List<IdocSegment> segments = [];
        private DocumentFault? fault;
        private long bytes;
        private long lastNumber;
        private bool isTooLarge;

        public void Add(string at, string record)
        {
            bytes += (2 * record.Length) + 64;
            if (isTooLarge || bytes > Idoc.MaxBytes)
            {
                isTooLarge = true;
                fault = Idoc.TooLarge();
                segments.Clear();
                return;
            }

            CheckNumber(record);
            var name = record.AsSpan(0, Math.Min(record.Length, 30)).TrimEnd();
            var isSegment = record[0] is >= 'A' and <= 'Z' or '/' && !name.Contains(' ');
            var inXml = IdocLayouts.NameInXml(name);
            var data = record.Length > HeadColumns ? record.AsSpan(HeadColumns) : [];
            if (!isSegment)
            {
                segments.Add(new IdocSegment("", at, NoFields, "It does not begin with the name of a segment."));
            }
            else if (IdocLayouts.Read(inXml, data) is { } fields)
            {
                segments.Add(new IdocSegment(inXml, at, fields));
            }
        }

        public Idoc End() => new(position, header, segments, fault);

        /// <summary>Many senders leave the number out, or do not count: only a step over one says that something is missing.</summary>
        private void CheckNumber(string record)
        {
            if (record.Length >= 55 && long.TryParse(record.AsSpan(49, 6), NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            {
                fault ??= lastNumber > 0 && number > lastNumber + 1
                    ? DocumentFault.ControlTotal(FormattableString.Invariant(
                        $"SEGNUM {number} follows {lastNumber}: segments between them are missing.")) : null;
                lastNumber = number;
            }
        }

        private static readonly Dictionary<string, string> NoFields = [];
    }
}
