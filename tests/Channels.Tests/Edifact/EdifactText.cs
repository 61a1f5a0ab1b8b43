using System.Text;
using RetailSync.Channels.Edifact;

namespace RetailSync.Channels.Tests.Edifact;

/// <summary>Writes EDIFACT as its standard says, for tests that read it.</summary>
internal static class EdifactText
{
    /// <summary>An interchange with one message, its counts right.</summary>
    public static string Interchange(string type, params string[] segments) => Interchange([Message(type, segments)]);

    /// <summary>An interchange with these messages.</summary>
    public static string Interchange(IReadOnlyList<IReadOnlyList<string>> messages, string test = "") => string.Concat(
        new[] { $"UNB+UNOC:3+5410738100050:14+5410738100005:14+261104:0615+20001++++++{test}".TrimEnd('+') }
            .Concat(messages.SelectMany(message => message)).Append($"UNZ+{messages.Count}+20001").Select(segment => $"{segment}'\n"));

    /// <summary>The segments with UNH and UNT around them.</summary>
    public static IReadOnlyList<string> Message(string type, params string[] segments) =>
        [$"UNH+1+{type}:D:96A:UN:EAN004", .. segments, $"UNT+{segments.Length + 2}+1"];

    public static async Task<List<EdifactPart>> Read(Stream content)
    {
        var parts = new List<EdifactPart>();
        await foreach (var part in EdifactReader.Read(content))
        {
            parts.Add(part);
        }

        return parts;
    }

    public static Task<List<EdifactPart>> Read(string text) => Read(Documents.Stream(text));

    /// <summary>A part in one line: to compare two readings.</summary>
    public static string Show(EdifactPart part) => part is EdifactMessage message
        ? new StringBuilder($"{message.Sender} {message.Fault} ")
            .AppendJoin('|', message.Segments.Select(segment => $"{segment.Position}:{segment.Text}:{segment.Problem}")).ToString()
        : part.ToString();
}
