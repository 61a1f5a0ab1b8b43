namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>Something that is not as the events say, or no longer as it was recorded.</summary>
/// <param name="What">
/// <c>event-changed</c>, <c>event-missing</c>, <c>event-not-linked</c>, <c>event-unreadable</c>, <c>event-inconsistent</c> (its consequences do not follow from
/// those before it), <c>position</c>, <c>balance</c>, <c>stream</c>, <c>reservations</c>, <c>recorded-movement</c>, <c>ring-fence</c> (what is used up of it),
/// <c>checkpoint</c> (of the stored ones, or the chains that they state),
/// <c>checkpoint-copy</c> (a stored one is not what is kept elsewhere).
/// </param>
/// <param name="Stream">The stream that it is in; null where it is about none.</param>
/// <param name="Version">The event's place in its stream.</param>
/// <param name="Detail">In words, with both values.</param>
public sealed record Difference(string What, string? Stream, string? Sku, string? Location, long? Version, string Detail)
{
    public static Difference At(string what, string stream, long? version, string detail)
    {
        var at = stream.LastIndexOf('@');
        return new Difference(what, stream, at < 0 ? null : stream[..at], at < 0 ? null : stream[(at + 1)..], version, detail);
    }
}

/// <summary>What a verification found.</summary>
/// <param name="Ok">Everything is as it should be.</param>
/// <param name="EventsChecked">Events that were read, hashed and folded.</param>
/// <param name="PositionsChecked">Positions that were compared with the fold of their events.</param>
/// <param name="FirstDifference">The first thing that differs; null when nothing does.</param>
/// <param name="Differences">How many things differ; counting stops at a thousand.</param>
/// <param name="EventsLinked">Of the events, those whose link in the chain was there to be compared.</param>
/// <param name="Checkpoint">The number of the newest signed checkpoint; null when there is none.</param>
/// <param name="CheckpointsChecked">How many checkpoints there are. All of them were checked.</param>
/// <param name="CopiesChecked">Copies of checkpoints, kept elsewhere, that those were compared with: of the caller, and of the host's own file.</param>
/// <param name="EventsLinkedLate">Events that repairs have linked; <c>/v1/audit/repairs</c> lists them.</param>
public sealed record Verification(
    bool Ok, long EventsChecked, long PositionsChecked, Difference? FirstDifference, int Differences, long EventsLinked, long? Checkpoint,
    int CheckpointsChecked, int CopiesChecked, long EventsLinkedLate);
