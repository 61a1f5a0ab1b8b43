using System.Globalization;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.X12.Syntax;

/// <summary>
/// Puts segments together to transaction sets. It knows the envelopes (ISA, GS, ST) and their counts (SE01, GE01, IEA01), and nothing of what is in a
/// transaction set.
/// <list type="bullet">
/// <item>A transaction set whose count does not fit, or that does not end, has a fault: it was cut. So have all of a group or interchange whose count does not
/// fit. They are held until their interchange ends, as far as <see cref="X12Reader.MaxHeld"/> allows; beyond it the oldest go on, and what is wrong with the
/// envelope is a problem of its own.</item>
/// <item>Only counts are compared. Control numbers of trailers differ from those of headers in files that are otherwise right, and mean nothing to
/// stock.</item>
/// </list>
/// </summary>
internal sealed class X12Envelopes
{
    /// <summary>What a segment takes beside its characters, in characters.</summary>
    private const int SegmentOverhead = 64;

    private readonly Queue<(X12Part Part, int Size)> held = new();
    private readonly List<X12Part> ready = [];
    private X12Interchange? interchange;
    private X12Group? group;
    private OpenMessage? message;
    private (X12Segment First, int Count)? stray;
    private int heldSize;
    private int heldOfGroup;
    private bool hasReleasedOfGroup;
    private bool hasReleasedOfInterchange;
    private int groupsInInterchange;
    private int messagesInGroup;
    private long position;

    /// <summary>False before the first ISA and after an IEA.</summary>
    public bool IsInInterchange => interchange is not null;

    /// <summary>Takes the next segment, and hands out the parts that nothing can be found wrong with any more.</summary>
    public IReadOnlyList<X12Part> Take(X12Segment segment)
    {
        ready.Clear();
        position = segment.Position;
        var id = segment.Problem is null ? segment.Id : "";
        if (message is not null && id is not ("ISA" or "GS" or "ST" or "SE" or "GE" or "IEA"))
        {
            message.Add(segment);
            return ready;
        }

        if (id is not ("ISA" or "GS" or "ST" or "GE" or "IEA" or "TA1") && (id != "SE" || message is null))
        {
            stray = (stray?.First ?? segment, (stray?.Count ?? 0) + 1);
            return ready;
        }

        EndStray();
        switch (id)
        {
            case "ISA":
                EndInterchange(null);
                interchange = new X12Interchange(segment[6], segment[13], segment[15] == "T");
                break;
            case "GS":
                EndGroup(null);
                group = new X12Group(segment[2], segment[6], segment[8]);
                groupsInInterchange++;
                break;
            case "ST":
                EndMessage(null);
                message = new OpenMessage(segment);
                messagesInGroup++;
                break;
            case "SE":
                EndMessage(segment);
                break;
            case "GE":
                EndGroup(segment);
                break;
            case "IEA":
                EndInterchange(segment);
                break;
        }

        return ready;
    }

    /// <summary>The file ends.</summary>
    public IReadOnlyList<X12Part> End()
    {
        ready.Clear();
        EndStray();
        EndInterchange(null);
        return ready;
    }

    private void EndMessage(X12Segment? trailer)
    {
        if (message is null)
        {
            return;
        }

        if (trailer is not null)
        {
            message.Add(trailer);
        }

        Hold(new X12Message(message.Segments[0].Position, interchange, group, message.Segments)
        {
            Fault = message.IsTooLarge ? new DocumentFault(DocumentFault.DocumentTooLarge, Invariant($"It has more than {X12Reader.MaxMessage} characters."))
                : Mismatch($"Transaction set {message.Segments[0][2]}", "SE", trailer, message.Count, "segments"),
        }, message.Size);
        message = null;
    }

    private void EndGroup(X12Segment? trailer)
    {
        EndMessage(null);
        if (group is null && trailer is null)
        {
            return;
        }

        if (Mismatch($"Group {group?.ControlNumber}", "GE", trailer, messagesInGroup, "transaction sets") is { } fault)
        {
            FindFault(fault, heldOfGroup, hasReleasedOfGroup);
        }

        group = null;
        (messagesInGroup, heldOfGroup, hasReleasedOfGroup) = (0, 0, false);
    }

    private void EndInterchange(X12Segment? trailer)
    {
        EndGroup(null);
        if (interchange is not null
            && Mismatch($"Interchange {interchange.ControlNumber}", "IEA", trailer, groupsInInterchange, "groups") is { } fault)
        {
            FindFault(fault, held.Count, hasReleasedOfInterchange);
        }

        while (held.Count > 0)
        {
            Release();
        }

        interchange = null;
        (groupsInInterchange, messagesInGroup, heldOfGroup) = (0, 0, 0);
        (hasReleasedOfGroup, hasReleasedOfInterchange) = (false, false);
    }

    /// <summary>Segments in a row that are in no transaction set come to one problem.</summary>
    private void EndStray()
    {
        if (stray is not var (first, count))
        {
            return;
        }

        var what = first.Problem ?? $"{first.Id} is in no transaction set.";
        Hold(new X12Problem(first.Position, interchange, new DocumentFault(DocumentFault.UnreadableSegment,
            count == 1 ? what : Invariant($"{what} So are the {count - 1} segments behind it."))), SegmentOverhead);
        stray = null;
    }

    private void FindFault(DocumentFault fault, int newest, bool hasReleased)
    {
        for (var (index, count) = (0, held.Count); index < count; index++)
        {
            var (part, size) = held.Dequeue();
            held.Enqueue((index >= count - newest && part is X12Message { Fault: null } whole ? whole with { Fault = fault } : part, size));
        }

        if (newest == 0 || hasReleased)
        {
            Hold(new X12Problem(position, interchange, fault), SegmentOverhead);
        }
    }

    private void Hold(X12Part part, int size)
    {
        held.Enqueue((part, size));
        heldOfGroup++;
        heldSize += size;
        while (heldSize > X12Reader.MaxHeld)
        {
            Release();
            hasReleasedOfGroup |= heldOfGroup > held.Count;
            heldOfGroup = Math.Min(heldOfGroup, held.Count);
            hasReleasedOfInterchange = true;
        }

        if (interchange is null)
        {
            Release();
        }
    }

    private void Release()
    {
        var (part, size) = held.Dequeue();
        heldSize -= size;
        ready.Add(part);
    }

    private static DocumentFault? Mismatch(string what, string trailerId, X12Segment? trailer, int found, string things) =>
        trailer is null ? DocumentFault.ControlTotal($"{what} ends before its {trailerId}: it was cut.")
        : int.TryParse(trailer[1], NumberStyles.None, CultureInfo.InvariantCulture, out var stated) && stated == found ? null
        : DocumentFault.ControlTotal(Invariant($"{trailerId}01 is '{trailer[1]}', and {what} has {found} {things}."));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed class OpenMessage(X12Segment header)
    {
        public List<X12Segment> Segments { get; } = [header];

        public int Count { get; private set; } = 1;

        public int Size { get; private set; } = header.Text.Length + SegmentOverhead;

        public bool IsTooLarge { get; private set; }

        public void Add(X12Segment segment)
        {
            Count++;
            if (IsTooLarge)
            {
                return;
            }

            Size += segment.Text.Length + SegmentOverhead;
            Segments.Add(segment);
            if (Size > X12Reader.MaxMessage)
            {
                IsTooLarge = true;
                Size = header.Text.Length + SegmentOverhead;
                Segments.RemoveRange(1, Segments.Count - 1);
            }
        }
    }
}
