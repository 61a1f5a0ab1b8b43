using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>What a repair did.</summary>
/// <param name="StreamsRepaired">Chains that left events out, and do not any more.</param>
/// <param name="EventsLinked">The events that they left out.</param>
/// <param name="First">The first of those streams, at most a hundred.</param>
/// <param name="StreamsLeft">Chains that leave events out and were changed besides, at most a hundred: <c>verify</c> names what differs.</param>
/// <param name="PublicationsCorrected">How many channel quantities were wrong and are corrected; null where no channel is registered.</param>
public sealed record Repaired(
    long StreamsRepaired, long EventsLinked, IReadOnlyList<string> First, IReadOnlyList<string> StreamsLeft, long? PublicationsCorrected);

/// <summary>Repairs the effects of followers that skipped events: gaps in chains, and channel quantities that were not recalculated.</summary>
public sealed class RepairFollowers(
    RepairChains chains, PublicationLedgerWriter publications, RegisteredChannels channels, RepairLog repairs, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <inheritdoc cref="RepairChains.RequireSigned"/>
    public Task RequireSigned(CancellationToken cancellation) => chains.RequireSigned(cancellation);

    /// <param name="provenance">Who asked for it.</param>
    /// <param name="progress">Called with how many streams are done, of how many that leave events out.</param>
    /// <param name="cancellation">Stops it; what is repaired stays so.</param>
    public async Task<Repaired> Run(Provenance provenance, Action<long, long>? progress, CancellationToken cancellation)
    {
        var repaired = await chains.Run(provenance, progress, cancellation);
        var corrected = await Rescan(provenance, cancellation);
        return new Repaired(repaired.StreamsRepaired, repaired.EventsLinked, repaired.First, repaired.StreamsLeft, corrected);
    }

    private async Task<long?> Rescan(Provenance provenance, CancellationToken cancellation)
    {
        if ((await channels.Read(cancellation)).Count == 0 || await publications.AskRescan(cancellation) is not { } asked)
        {
            return null;
        }

        long? corrected;
        while ((corrected = await publications.RescanDone(asked, cancellation)) is null)
        {
            await Task.Delay(Pause, time, cancellation);
        }

        await repairs.AddPublications(provenance, corrected.Value, cancellation);
        return corrected;
    }
}
