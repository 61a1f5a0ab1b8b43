using System.Text;
using RetailSync.Channels.X12.Syntax;

namespace RetailSync.Channels.Tests.X12;

/// <summary>Writes X12 as its standard says, for tests that read it.</summary>
internal static class X12Text
{
    public const string Warehouse = "N1*WH*EAST DC*9*0614141000012";

    /// <summary>An interchange with one transaction set, its counts right.</summary>
    public static string Interchange(string set, params string[] segments) => Interchange([Message(set, segments)]);

    /// <summary>An interchange with these transaction sets in one group.</summary>
    public static string Interchange(IReadOnlyList<IReadOnlyList<string>> messages, char usage = 'P', string sender = "WMSEAST") => string.Concat(
        new[] { Isa(usage, sender), $"GS*RE*{sender}*RETAILER*20261103*0930*502*X*004010" }
            .Concat(messages.SelectMany(message => message)).Append($"GE*{messages.Count}*502").Append("IEA*1*000000502")
            .Select(segment => $"{segment}~\n"));

    public static string Isa(char usage = 'P', string sender = "WMSEAST") =>
        $"ISA*00*          *00*          *ZZ*{sender,-15}*ZZ*RETAILER       *261103*0930*U*00401*000000502*0*{usage}*>";

    /// <summary>The segments with ST and SE around them.</summary>
    public static IReadOnlyList<string> Message(string set, params string[] segments) =>
        [$"ST*{set}*0001", .. segments, $"SE*{segments.Length + 2}*0001"];

    public static Task<List<X12Part>> Read(string text) => Read(Documents.Stream(text));

    public static Task<List<X12Part>> Read(byte[] bytes) => Read(new MemoryStream(bytes));

    public static async Task<List<X12Part>> Read(Stream content)
    {
        var parts = new List<X12Part>();
        await foreach (var part in X12Reader.Read(content))
        {
            parts.Add(part);
        }

        return parts;
    }

    /// <summary>A part in one line: to compare two readings.</summary>
    public static string Show(X12Part part) => part switch
    {
        X12Message message => new StringBuilder($"{message.Interchange} {message.Group} {message.Fault} ")
            .AppendJoin('|', message.Segments.Select(segment => $"{segment.Position}:{segment.Text}:{segment.Problem}")).ToString(),
        X12Problem problem => problem.ToString(),
        _ => throw new InvalidOperationException(part.ToString()),
    };
}
