using NodaTime;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Cli.SampleDay.Replay;

/// <summary>A movement on its way.</summary>
/// <param name="Now">The simulated time at which it was written; a source writes in this order.</param>
/// <param name="SentAt">When it leaves: at or after <paramref name="Now"/>.</param>
internal readonly record struct Message(Instant Now, Instant SentAt, Movement Movement);

/// <summary>
/// From the order in which things are written to the order in which they are sent. Holds only what waits: late lines, repeats, and one message per source.
/// </summary>
internal static class Sending
{
    private const double RepeatedShare = 0.004;

    /// <summary>One source's messages as they leave it. Some leave twice, up to half an hour apart, as when an acknowledgement was lost.</summary>
    public static IEnumerable<Message> InSendingOrder(this IEnumerable<Message> written, Random random)
    {
        var waiting = new PriorityQueue<Message, (Instant, int)>();
        var number = 0;
        foreach (var message in written)
        {
            while (waiting.TryPeek(out var next, out _) && next.SentAt <= message.Now)
            {
                yield return waiting.Dequeue();
            }

            waiting.Enqueue(message, (message.SentAt, number++));
            if (random.Chance(RepeatedShare))
            {
                var again = message with { SentAt = message.SentAt + Duration.FromSeconds(random.Next(5, 1800)) };
                waiting.Enqueue(again, (again.SentAt, number++));
            }
        }

        while (waiting.TryDequeue(out var rest, out _))
        {
            yield return rest;
        }
    }

    /// <summary>Many sources into one stream by time of sending; each source keeps its own order.</summary>
    public static IEnumerable<Message> Merge(IReadOnlyList<IEnumerable<Message>> sources)
    {
        var open = new PriorityQueue<IEnumerator<Message>, (Instant, int)>();
        try
        {
            for (var index = 0; index < sources.Count; index++)
            {
                Advance(sources[index].GetEnumerator(), index);
            }

            while (open.TryDequeue(out var source, out var order))
            {
                yield return source.Current;
                Advance(source, order.Item2);
            }
        }
        finally
        {
            foreach (var (source, _) in open.UnorderedItems)
            {
                source.Dispose();
            }
        }

        void Advance(IEnumerator<Message> source, int index)
        {
            if (source.MoveNext())
            {
                open.Enqueue(source, (source.Current.SentAt, index));
            }
            else
            {
                source.Dispose();
            }
        }
    }
}
