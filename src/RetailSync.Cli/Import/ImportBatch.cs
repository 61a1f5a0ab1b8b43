using System.Text;
using System.Text.Json;

namespace RetailSync.Cli.Import;

/// <summary>A line on its way: what the server is to judge, and which row of the file it came from.</summary>
internal readonly record struct ImportLine(long Row, string Text);

/// <summary>Lines of one source that are posted together, in their order.</summary>
internal sealed record ImportBatch(string Source, IReadOnlyList<ImportLine> Lines);

/// <summary>The three formats in which the HTTP API accepts lines; each is a text before, between and after them.</summary>
internal sealed record BatchShape(string MediaType, bool SourceInBody, string Before, string Between, string After)
{
    public static readonly BatchShape Json = new("application/json", SourceInBody: true, "\"movements\":[", ",", "]}");
    public static readonly BatchShape NdJson = new("application/x-ndjson", SourceInBody: false, "", "\n", "\n");

    public static BatchShape Csv(string header) => new("text/csv", SourceInBody: false, header + "\n", "\n", "\n");

    public string Path(ImportBatch batch) => SourceInBody ? "v1/movements" : $"v1/movements?source={Uri.EscapeDataString(batch.Source)}";

    public byte[] Body(ImportBatch batch)
    {
        var text = new StringBuilder();
        if (SourceInBody)
        {
            text.Append("{\"source\":").Append(JsonSerializer.Serialize(batch.Source)).Append(',');
        }

        text.Append(Before).AppendJoin(Between, batch.Lines.Select(line => line.Text)).Append(After);
        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
