using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Reconciliation;

/// <summary>Why two books differ.</summary>
public enum DriftCause
{
    /// <summary>One book has it and the other has not.</summary>
    MissingMovement,

    /// <summary>One book has it more often than the other.</summary>
    DuplicateMovement,

    /// <summary>Both have it, and it falls on different sides of the comparison, or of a count.</summary>
    MisTimedMovement,

    /// <summary>Both have it with different quantities.</summary>
    WrongQuantity,

    /// <summary>One book has it at another location.</summary>
    WrongLocation,

    /// <summary>The order was cancelled or shipped, and one book still keeps units for it.</summary>
    LostRelease,

    /// <summary>No document was found that explains it.</summary>
    Unexplained,
}

/// <summary>The severity of a drift.</summary>
public enum DriftSeverity
{
    Low,
    Medium,
    High,
}

/// <summary>A part of a difference, and what explains it.</summary>
/// <param name="Document">Theirs or ours; null when unexplained.</param>
/// <param name="Quantity">Signed like the difference; all parts add up to it exactly.</param>
/// <param name="Confidence">Above 0, at most 1: 1 where a document id says so on both sides; less where quantity and time do. 0 when unexplained.</param>
/// <param name="SettlesItself">Both books have it, and a little later both count it: correcting it would count it twice.</param>
public sealed record Attribution(DriftCause Cause, string? Document, decimal Quantity, decimal Confidence, bool SettlesItself = false)
{
    public static Attribution Unexplained(decimal quantity) => new(DriftCause.Unexplained, null, quantity, 0);
}

/// <summary>Two books that differ about one field of one position.</summary>
/// <param name="Ours">Our number as of the instant.</param>
/// <param name="Attribution">Its parts, which add up to <see cref="Difference"/>.</param>
public sealed record Drift(PositionKey Position, DriftField Field, decimal Ours, decimal Theirs, IReadOnlyList<Attribution> Attribution)
{
    /// <summary>Of the larger number: from here on a difference is high, and below the other one low.</summary>
    private const decimal HighShare = 0.2m;
    private const decimal LowShare = 0.02m;

    /// <summary>Above 0: our number is higher than theirs.</summary>
    public decimal Difference => Ours - Theirs;

    /// <summary>The part of the difference that stays unless our number is corrected.</summary>
    public decimal ToCorrect => Difference - Attribution.Where(part => part.SettlesItself).Sum(part => part.Quantity);

    /// <summary>High where we would sell what they say is not there, or where a fifth is in doubt.</summary>
    public DriftSeverity Severity
    {
        get
        {
            var larger = Math.Max(Math.Abs(Ours), Math.Abs(Theirs));
            return Field != DriftField.Reserved && Ours > 0 && Theirs <= 0 ? DriftSeverity.High
                : Math.Abs(Difference) >= larger * HighShare ? DriftSeverity.High
                : Math.Abs(Difference) <= larger * LowShare ? DriftSeverity.Low
                : DriftSeverity.Medium;
        }
    }
}
