using System.Runtime.CompilerServices;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.X12.Syntax;

/// <summary>
/// Reads the transaction sets of an X12 file of any length. No bytes make it throw, and what it holds in memory is bounded.
/// </summary>
public static class X12Reader
{
    /// <summary>Characters of a transaction set, with 64 for each segment beside its own.</summary>
    public const int MaxMessage = DocumentLines.MaxBytes / 2;

    /// <summary>Characters of the transaction sets that wait for the end of their interchange.</summary>
    public const int MaxHeld = 16 * 1024 * 1024;

    /// <param name="content">Read forwards; stays open.</param>
    /// <returns>The parts in their order.</returns>
    public static async IAsyncEnumerable<X12Part> Read(Stream content, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        var segments = new X12SegmentReader(content);
        var envelopes = new X12Envelopes();
        while (await segments.Read(cancellation) is { } segment)
        {
            foreach (var part in envelopes.Take(segment))
            {
                yield return part;
            }

            if (!envelopes.IsInInterchange)
            {
                segments.EndInterchange();
            }
        }

        foreach (var part in envelopes.End())
        {
            yield return part;
        }
    }
}
