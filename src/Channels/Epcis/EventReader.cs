using System.Text.Json;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// Cuts the events out of an EPCIS document one by one, without holding the document: an <c>EPCISDocument</c>, an
/// <c>EPCISQueryDocument</c>, a bare array of events, or one bare event. Only an event has to fit in memory, and may
/// have <see cref="MaxEventBytes"/>.
/// </summary>
internal sealed class EventReader(Stream document)
{
    public const int MaxEventBytes = 4 * 1024 * 1024;

    /// <summary>Where a document keeps its events, as names from the root down.</summary>
    private static readonly string[][] EventLists = [["epcisBody", "eventList"], ["epcisBody", "queryResults", "resultsBody", "eventList"]];

    private readonly string?[] path = new string?[6];
    private byte[] buffer = new byte[64 * 1024];
    private int start;
    private int end;
    private bool ended;
    private JsonReaderState state = new(new JsonReaderOptions { MaxDepth = 64 });
    private int? listDepth;
    private bool sawList;
    private bool first = true;
    private bool isRead;

    /// <summary>Why the reading stopped before the end; null when it did not.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>The bytes of each event, until the end or until the document breaks.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Read()
    {
        while (TryNext(out var found) && found is not null)
        {
            yield return found;
        }

        if (StoppedBy is null && !sawList)
        {
            StoppedBy = "It has no list of events, and is no event.";
        }
    }

    /// <summary>False, with <see cref="StoppedBy"/>, when the document is broken; true without an event at its end.</summary>
    private bool TryNext(out byte[]? found)
    {
        found = null;
        try
        {
            if (first && !Begin(out found))
            {
                return true;
            }

            while (!Scan(out found))
            {
                if (ended)
                {
                    return true;
                }

                Fill();
            }

            return true;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or InvalidDataException or IOException)
        {
            StoppedBy = exception.Message;
            return false;
        }
    }

    /// <summary>A document that fits into the buffer may be one bare event. False when it was, and is now read.</summary>
    private bool Begin(out byte[]? found)
    {
        first = false;
        while (!ended && end < MaxEventBytes)
        {
            Fill();
        }

        if (buffer.AsSpan(0, end).StartsWith("\uFEFF"u8))
        {
            start = 3;
        }

        found = ended && IsBareEvent(buffer.AsSpan(start, end - start)) ? Take(start, end - start) : null;
        if (found is null)
        {
            return true;
        }

        sawList = true;
        isRead = true;
        return false;
    }

    private static bool IsBareEvent(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json);
        var isEvent = false;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1)
            {
                if (reader.ValueTextEquals("epcisBody"u8))
                {
                    return false;
                }

                isEvent |= reader.ValueTextEquals("eventTime"u8);
            }
        }

        return isEvent;
    }

    /// <summary>Goes on in what is buffered; false when it needs more.</summary>
    private bool Scan(out byte[]? found)
    {
        found = null;
        if (isRead)
        {
            return false;
        }

        // An empty rest is scanned too: that is where a document that was cut off shows.
        var reader = new Utf8JsonReader(buffer.AsSpan(start, end - start), ended, state);
        while (true)
        {
            var before = reader;
            if (!reader.Read())
            {
                Consume(reader);
                return false;
            }

            if (listDepth is { } depth)
            {
                if (reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth)
                {
                    listDepth = null;
                    continue;
                }

                var at = (int)reader.TokenStartIndex;
                if (!reader.TrySkip())
                {
                    Consume(before);
                    return false;
                }

                found = Take(start + at, (int)reader.BytesConsumed - at);
                Consume(reader);
                return true;
            }

            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth < path.Length)
            {
                path[reader.CurrentDepth] = reader.GetString();
                Array.Clear(path, reader.CurrentDepth + 1, path.Length - reader.CurrentDepth - 1);
            }
            else if (reader.TokenType == JsonTokenType.StartArray && IsEventList(reader.CurrentDepth))
            {
                listDepth = reader.CurrentDepth;
                sawList = true;
            }
        }
    }

    private bool IsEventList(int depth) =>
        depth == 0 || EventLists.Any(names => names.Length == depth && names.AsSpan().SequenceEqual(path.AsSpan(1, depth)!));

    private void Consume(Utf8JsonReader reader)
    {
        start += (int)reader.BytesConsumed;
        state = reader.CurrentState;
    }

    private byte[] Take(int from, int length) => buffer.AsSpan(from, length).ToArray();

    private void Fill()
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length)
        {
            if (buffer.Length > MaxEventBytes)
            {
                throw new InvalidDataException($"An event has more than {MaxEventBytes} bytes.");
            }

            Array.Resize(ref buffer, buffer.Length * 2);
        }

        var read = document.Read(buffer, end, buffer.Length - end);
        end += read;
        ended = read == 0;
    }
}
