using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Quarantine;

/// <summary>Which entries a request is about.</summary>
internal static class QuarantineRequest
{
    /// <summary>Entries that one call settles.</summary>
    public const int Most = 500;

    private const int MostWords = 128;

    private static readonly string[] Narrowing = ["source", "code", "q", "document"];

    /// <summary>The fields of a body that settles what it names.</summary>
    public static readonly string[] FieldNames = [.. Narrowing, "after"];

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static QuarantineFilter Of(QueryText query) => new(
        query.Choice("state", QuarantineStore.Open, QuarantineStore.Replayed, QuarantineStore.Dismissed), query.Text("source"), query.Text("code"),
        query.Text("q") is not { } words ? null
            : words.Length is > 0 and <= MostWords ? words
            : throw ApiProblemException.Invalid(new FieldRefusal("q", $"must be 1 to {MostWords} characters")),
        query.Id("document"));

    /// <summary>
    /// Open entries that a body names. It has to narrow: what would settle everything is a mistake more often than not.
    /// </summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static (QuarantineFilter Filter, string? After) Of(Fields fields)
    {
        var document = fields.Text("document");
        Guid file = default;
        if (document is not null && !Guid.TryParse(document, out file))
        {
            fields.Refuse("document", "must be the id of a file of documents");
        }

        var words = fields.Words("q");
        if (words?.Length > MostWords)
        {
            fields.Refuse("q", $"must be 1 to {MostWords} characters");
        }

        if (!Narrowing.Any(fields.Has))
        {
            fields.Refuse("source", $"or another of {string.Join(", ", Narrowing)} must say which lines are meant");
        }

        var filter = new QuarantineFilter(
            QuarantineStore.Open, fields.OptionalIdentifier("source"), fields.OptionalIdentifier("code"), words, document is null ? null : file);
        var after = fields.Text("after");
        fields.ThrowIfRefused();
        return (filter, after);
    }
}
