namespace RetailSync.Channels.X12;

/// <summary>What may be configured for a sender of X12, by name; each is <c>true</c>, or left out, unless it says otherwise.</summary>
public static class X12Options
{
    /// <summary>Takes test data (ISA15 is T) for facts.</summary>
    public const string AcceptTestData = "acceptTestData";

    /// <summary>Takes a 944 of exceptions only (W17-01 is X) like one in full.</summary>
    public const string ExceptionsOnly = "exceptionsOnly";

    /// <summary>
    /// The partner reports a change of status in a 947 as two lines, what leaves the one status and what enters the other. Others report one line, and with
    /// both the stock would move twice.
    /// </summary>
    public const string TwoSidedStatus = "twoSidedStatus";

    /// <summary>
    /// What reasons of a 947 (W19-01) mean that the table does not know, or that the partner uses otherwise: <c>ZA=06, ZD=status:damaged, Z9=none</c>, each as
    /// a known reason, a status into which goods go, or no stock.
    /// </summary>
    public const string Reasons = "reasons";
}
