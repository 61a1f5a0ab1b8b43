namespace RetailSync.Inventory.Domain.Reconciliation.Evidence;

/// <summary>
/// What an explanation of a difference is worth by itself, from 0 to 1. Only the order of these numbers decides anything: where several explanations fit, the
/// highest is named. They are estimates and not measured frequencies; 1 is kept for what document ids on both sides prove.
/// </summary>
internal static class Confidence
{
    /// <summary>Both books name the document.</summary>
    public const decimal Certain = 1;

    /// <summary>We keep units for an order of which a sale here names the id: only that the sale shipped this very hold is assumed.</summary>
    public const decimal ShippedHere = 0.9m;

    /// <summary>Two equal movements of ours have one document: a document may have two equal lines, and seldom has.</summary>
    public const decimal RepeatedDocument = 0.8m;

    /// <summary>Two equal movements of one source within minutes, without documents: also two customers who buy the same.</summary>
    public const decimal RepeatedWithinMinutes = 0.65m;

    /// <summary>Ours alone since their documents began: they lack it, unless their list is incomplete.</summary>
    public const decimal NotAmongTheirDocuments = 0.6m;

    /// <summary>Ours alone, a hold: they may have released it, or never list open orders.</summary>
    public const decimal UnknownToThem = 0.5m;

    /// <summary>Too many here and as many too few there, and one movement of that number: quantity alone.</summary>
    public const decimal OppositeDifferences = 0.5m;

    /// <summary>The most that evidence is worth of which other parts do not fit the difference.</summary>
    public const decimal SomeOfTheEvidence = 0.5m;

    /// <summary>A movement close to the instant of their count, on one side of it here and on the other there: quantity and time alone.</summary>
    public const decimal AcrossTheInstant = 0.4m;

    /// <summary>The same at an earlier count of ours, whose time on a shelf is known less exactly.</summary>
    public const decimal AcrossOurCount = 0.3m;
}
