using NodaTime;
using RetailSync.Inventory.Domain.Stock.Folds;

namespace RetailSync.Inventory.Host.Http;

/// <summary><c>?at=INSTANT&amp;knowledge=then|now</c>: what a question about the past is.</summary>
/// <param name="At">The instant that is asked about; one ahead of us is answered from what there is.</param>
/// <param name="Knowledge">What we know today unless it is said otherwise: who asks what was there wants the best answer there is.</param>
public readonly record struct AsOfQuestion(Instant At, Knowledge Knowledge)
{
    public const string AtParameter = "at";
    public const string KnowledgeParameter = "knowledge";

    /// <summary>For <see cref="DescribesAttribute.Query"/>.</summary>
    public const string DescribesAt = "at: as it was at this instant";

    /// <summary>For <see cref="DescribesAttribute.Query"/>.</summary>
    public const string DescribesKnowledge =
        "knowledge: with `at`; `then`: from what was recorded by that instant; `now` (default): from all that is known today about that instant";

    /// <returns>Null when nothing is asked about the past.</returns>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>, naming the field.</exception>
    public static AsOfQuestion? Of(QueryText query)
    {
        var knowledge = query.Choice(KnowledgeParameter, "then", "now");
        return query.Instant(AtParameter) is { } at ? new AsOfQuestion(at, knowledge == "then" ? Knowledge.Then : Knowledge.Now)
            : knowledge is null ? null
            : throw ApiProblemException.Invalid(new FieldRefusal(KnowledgeParameter, "goes with 'at' only"));
    }
}
