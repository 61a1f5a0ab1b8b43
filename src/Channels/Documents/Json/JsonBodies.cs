using System.Text.Json;

namespace RetailSync.Channels.Documents.Json;

/// <summary>An object of a file that is a record of its own.</summary>
/// <param name="Position">Where it is, for a person: <c>line 1, column 1, record 3</c>.</param>
/// <param name="Name">The property in whose value it stands, in any depth of arrays; empty where there is none.</param>
/// <param name="IsKnown">Whether the table knows it; otherwise it is one that is in no object, or in an array, and has none inside that is known.</param>
public sealed record JsonBody(string Position, string Name, JsonElement Element, bool IsKnown)
{
    /// <summary>Properties in which the records of an answer are.</summary>
    private static readonly HashSet<string> AnswersIn =
        new(["result", "results", "records", "data", "value", "values", "message"], StringComparer.OrdinalIgnoreCase);

    /// <summary>What a table does not know, as a document of one line: an answer of no records, or something else.</summary>
    /// <param name="kind">The message, as its format calls it.</param>
    /// <param name="detail">A sentence for a person.</param>
    public SourceDocument AsUnknown(string kind, string detail) => new(kind, null)
    {
        Position = Position,
        Lines =
        [
            new DocumentLine
            {
                Key = "1",
                Position = Position,
                Outcome = IsEmptyAnswer(Element)
                    ? new NoStock("no records") : new Rejected("invalid-line", detail),
            },
        ],
    };

    /// <summary>An empty list elsewhere is a field of a record that is not understood.</summary>
    private static bool IsEmptyAnswer(JsonElement element) => element.EnumerateObject().Any(property => AnswersIn.Contains(property.Name)
        && property.Value.ValueKind switch
        {
            JsonValueKind.Array => property.Value.GetArrayLength() == 0,
            JsonValueKind.Object => IsEmptyAnswer(property.Value),
            _ => false,
        });
}

/// <summary>
/// Finds records in whatever is around them: an array, or the <c>result</c>, <c>data</c>, <c>value</c> or <c>message</c> of an answer. What an envelope is
/// called is not asked.
/// </summary>
internal static class JsonBodies
{
    /// <summary>In the order of the file. At least one.</summary>
    /// <param name="record">One that can be read: without a fault.</param>
    /// <param name="isKnown">Whether an object is a record; nothing is looked for inside of one.</param>
    public static IReadOnlyList<JsonBody> Of(JsonRecord record, Func<JsonElement, bool> isKnown)
    {
        List<JsonBody> found = [];
        Collect(record.Root, "", isItem: true);
        return found;

        void Collect(JsonElement element, string name, bool isItem)
        {
            if (element.ValueKind == JsonValueKind.Array)
            {
                foreach (var item in element.EnumerateArray())
                {
                    Collect(item, name, isItem: true);
                }
            }
            else if (element.ValueKind == JsonValueKind.Object)
            {
                var before = found.Count;
                var known = isKnown(element);
                if (!known)
                {
                    foreach (var property in element.EnumerateObject())
                    {
                        Collect(property.Value, property.Name, isItem: false);
                    }
                }

                if (known || (isItem && found.Count == before))
                {
                    var isWhole = found.Count == 0 && name.Length == 0;
                    found.Add(new JsonBody(
                        isWhole ? record.Position : FormattableString.Invariant($"{record.Position}, record {found.Count + 1}"), name, element, known));
                }
            }
        }
    }
}
