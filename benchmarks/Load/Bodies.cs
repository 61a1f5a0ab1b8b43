using System.Buffers;
using System.Buffers.Text;
using System.Text;
using RetailSync.Cli.Movements;

namespace RetailSync.Benchmarks.Load;

/// <summary>
/// Bodies written once; before each is sent, only the request's number is written over its placeholders, so that the
/// generator takes little of the processors that it shares with what is measured.
/// </summary>
internal sealed class Bodies
{
    private static readonly byte[] Placeholder = "000000000000"u8.ToArray();

    private readonly (byte[] Text, int[] Placeholders)[] templates;

    private Bodies(IEnumerable<byte[]> texts) => templates = [.. texts.Select(text => (text, Find(text)))];

    public static Bodies For(Workload workload, Conditions conditions, string run)
    {
        if (workload == Workload.ReserveHot)
        {
            return new Bodies(
                [Encoding.UTF8.GetBytes($$"""{"id":"{{run}}-000000000000","channel":"web","lines":[{"sku":"10001","quantity":1,"location":"S001"}]}""")]);
        }

        // Every batch of the load with number 0 in place of its own: as many bodies as it takes to touch every position.
        var load = new EvenLoad(run, conditions.Positions, workload.ThingsPerRequest(conditions));
        return new Bodies(Enumerable.Range(0, conditions.Positions / workload.ThingsPerRequest(conditions)).Select(number =>
        {
            var movements = load.Batch(number);
            var body = new ArrayBufferWriter<byte>();
            MovementJson.WriteBatch(body, load.Source,
                Array.ConvertAll(movements, movement => movement with { Name = movement.Name with { Id = "000000000000" + movement.Name.Id[12..] } }));
            return body.WrittenSpan.ToArray();
        }));
    }

    /// <summary>The body of request <paramref name="number"/>, in <paramref name="buffer"/>, which grows once if it must.</summary>
    public ReadOnlyMemory<byte> Write(long number, ref byte[] buffer)
    {
        var (text, placeholders) = templates[number % templates.Length];
        if (buffer.Length < text.Length)
        {
            buffer = new byte[text.Length + 1024];
        }

        text.CopyTo(buffer, 0);
        foreach (var at in placeholders)
        {
            Utf8Formatter.TryFormat(number, buffer.AsSpan(at, Placeholder.Length), out _, new StandardFormat('D', (byte)Placeholder.Length));
        }

        return buffer.AsMemory(0, text.Length);
    }

    private static int[] Find(byte[] text)
    {
        var found = new List<int>();
        for (var from = 0; text.AsSpan(from).IndexOf(Placeholder) is >= 0 and var at; from += at + Placeholder.Length)
        {
            found.Add(from + at);
        }

        return [.. found];
    }
}
