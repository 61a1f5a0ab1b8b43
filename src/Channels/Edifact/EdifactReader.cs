using System.Globalization;
using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Edifact;

/// <summary>A part of a file, in the order in which they stand there.</summary>
/// <param name="Position">The segment at which it begins, from 1.</param>
/// <param name="Sender">UNB S002; null outside of an interchange.</param>
public abstract record EdifactPart(long Position, string? Sender);

/// <summary>A message, from UNH to UNT.</summary>
/// <param name="IsTest">UNB 0035 is 1.</param>
/// <param name="Segments">Those that cannot be read among them; those of one that is too large are dropped.</param>
public sealed record EdifactMessage(long Position, string? Sender, bool IsTest, IReadOnlyList<EdifactSegment> Segments) : EdifactPart(Position, Sender)
{
    /// <summary>Which count of it or of its interchange does not fit, or that it is too large; null where nothing is wrong.</summary>
    public DocumentFault? Fault { get; init; }

    /// <summary>Such as INVRPT.</summary>
    public string Type => Segments[0][2];
}

/// <summary>Something that is in no message and cannot be read, or an interchange that does not fit what was in it.</summary>
/// <param name="Fault">A code of a rejected line, with a sentence for a person.</param>
public sealed record EdifactProblem(long Position, string? Sender, DocumentFault Fault) : EdifactPart(Position, Sender);

/// <summary>
/// Reads the messages of an EDIFACT file of any length: envelopes (UNB, UNG, UNH) and counts (UNT, UNE, UNZ), nothing of what is in a message. Messages are
/// held until their interchange ends, as far as <see cref="MaxHeld"/> allows, since a count that does not fit is a fault of all of them. No bytes make it
/// throw.
/// </summary>
public sealed class EdifactReader
{
    /// <summary>Characters of a message, with 64 for each segment beside its own.</summary>
    public const int MaxMessage = DocumentLines.MaxBytes / 2;

    /// <summary>Characters of the messages that wait for the end of their interchange.</summary>
    public const int MaxHeld = 16 * 1024 * 1024;

    private const int SegmentOverhead = 64;

    private readonly Queue<(EdifactPart Part, int Size)> held = new();
    private readonly Queue<EdifactPart> ready = new();
    private EdifactSegment? interchange;
    private List<EdifactSegment>? message;
    private (EdifactSegment First, int Count)? stray;
    private int messageCount;
    private int messageSize;
    private int heldSize;
    private bool isInGroup;
    private long released;
    private long partsBeforeGroup;
    private long partsBeforeInterchange;
    private int messages;
    private int groups;
    private int messagesBeforeGroup;
    private long position;

    private EdifactReader()
    {
    }

    private string? Sender => interchange?[2] is { Length: > 0 } sender ? sender : null;

    /// <param name="content">Read forwards; stays open.</param>
    /// <returns>The parts in their order.</returns>
    public static async IAsyncEnumerable<EdifactPart> Read(Stream content, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var segments = new EdifactSegmentReader(content);
        var reader = new EdifactReader();
        while (await segments.Read(cancellation) is { } segment)
        {
            reader.Take(segment);
            while (reader.ready.TryDequeue(out var part))
            {
                yield return part;
            }

            if (reader.interchange is null)
            {
                segments.EndInterchange();
            }
        }

        reader.EndStray();
        reader.EndInterchange(null);
        while (reader.ready.TryDequeue(out var part))
        {
            yield return part;
        }
    }

    private void Take(EdifactSegment segment)
    {
        position = segment.Position;
        var tag = segment.Problem is null ? segment.Tag : "";
        var isEnvelope = tag is "UNB" or "UNZ" or "UNG" or "UNE" or "UNH" || (tag == "UNT" && message is not null);
        if (!isEnvelope)
        {
            if (message is null)
            {
                stray = (stray?.First ?? segment, (stray?.Count ?? 0) + 1);
                return;
            }

            Add(segment);
            return;
        }

        EndStray();
        switch (tag)
        {
            case "UNB":
                EndInterchange(null);
                interchange = segment;
                break;
            case "UNG":
                EndGroup(null);
                groups++;
                isInGroup = true;
                break;
            case "UNE":
                EndGroup(segment);
                break;
            case "UNH":
                EndMessage(null);
                messages++;
                (message, messageCount, messageSize) = ([], 0, 0);
                Add(segment);
                break;
            case "UNT":
                Add(segment);
                EndMessage(segment);
                break;
            case "UNZ":
                EndInterchange(segment);
                break;
        }
    }

    private void Add(EdifactSegment segment)
    {
        messageCount++;
        if (messageSize > MaxMessage)
        {
            return;
        }

        messageSize += segment.Text.Length + SegmentOverhead;
        if (messageSize <= MaxMessage)
        {
            message!.Add(segment);
        }
        else
        {
            // The header stays, so that it is known what was too large.
            message!.RemoveRange(1, message.Count - 1);
        }
    }

    private void EndMessage(EdifactSegment? trailer)
    {
        if (message is null)
        {
            return;
        }

        var isTooLarge = messageSize > MaxMessage;
        Hold(new EdifactMessage(message[0].Position, Sender, interchange?[11] == "1", message)
        {
            Fault = isTooLarge ? new DocumentFault(DocumentFault.DocumentTooLarge, Invariant($"It has more than {MaxMessage} characters."))
                : Mismatch($"Message {message[0][1]}", "UNT", trailer, messageCount, "segments"),
        }, isTooLarge ? SegmentOverhead : messageSize);
        message = null;
    }

    private void EndGroup(EdifactSegment? trailer)
    {
        EndMessage(null);
        if (isInGroup || trailer is not null)
        {
            FindFault(Mismatch("Group", "UNE", trailer, messages - messagesBeforeGroup, "messages"), partsBeforeGroup);
        }

        (isInGroup, messagesBeforeGroup, partsBeforeGroup) = (false, messages, released + held.Count);
    }

    private void EndInterchange(EdifactSegment? trailer)
    {
        EndGroup(null);
        if (interchange is not null)
        {
            FindFault(Mismatch($"Interchange {interchange[5]}", "UNZ", trailer, groups > 0 ? groups : messages, groups > 0 ? "groups" : "messages"),
                partsBeforeInterchange);
        }

        while (held.Count > 0)
        {
            Release();
        }

        interchange = null;
        (messages, groups, messagesBeforeGroup) = (0, 0, 0);
        partsBeforeGroup = partsBeforeInterchange = released;
    }

    /// <summary>All messages of a group or interchange have its fault. Where some went on already, it is a problem of its own too.</summary>
    /// <param name="fault">Null where its count fits.</param>
    /// <param name="first">How many parts there were before it.</param>
    private void FindFault(DocumentFault? fault, long first)
    {
        if (fault is null)
        {
            return;
        }

        for (var (index, count, before) = (0, held.Count, first - released); index < count; index++)
        {
            var (part, size) = held.Dequeue();
            held.Enqueue((index >= before && part is EdifactMessage { Fault: null } whole ? whole with { Fault = fault } : part, size));
        }

        if (released + held.Count == first || released > first)
        {
            Hold(new EdifactProblem(position, Sender, fault), SegmentOverhead);
        }
    }

    /// <summary>Segments in a row that are in no message come to one problem.</summary>
    private void EndStray()
    {
        if (stray is not var (first, count))
        {
            return;
        }

        var what = first.Problem ?? $"{first.Tag} is in no message.";
        Hold(new EdifactProblem(first.Position, Sender, new DocumentFault(DocumentFault.UnreadableSegment,
            count == 1 ? what : Invariant($"{what} So are the {count - 1} segments behind it."))), SegmentOverhead);
        stray = null;
    }

    private void Hold(EdifactPart part, int size)
    {
        held.Enqueue((part, size));
        heldSize += size;
        while (heldSize > MaxHeld)
        {
            Release();
        }

        if (interchange is null)
        {
            Release();
        }
    }

    private void Release()
    {
        if (held.TryDequeue(out var oldest))
        {
            released++;
            heldSize -= oldest.Size;
            ready.Enqueue(oldest.Part);
        }
    }

    private static DocumentFault? Mismatch(string what, string tag, EdifactSegment? trailer, int found, string things) =>
        trailer is null ? DocumentFault.ControlTotal($"{what} ends before its {tag}: it was cut.")
        : int.TryParse(trailer[1], NumberStyles.None, CultureInfo.InvariantCulture, out var stated) && stated == found ? null
        : DocumentFault.ControlTotal(Invariant($"{tag} says '{trailer[1]}', and {what} has {found} {things}."));

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);
}
