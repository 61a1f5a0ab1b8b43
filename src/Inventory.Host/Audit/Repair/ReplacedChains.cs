using System.Data;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Audit.Verify.Checks;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Audit.Repair;

/// <summary>
/// The links as they were before repairs, which checkpoints of that time were made over. They prove the same events as today's, but for those that they leave
/// out: a
/// repair cannot be used to link other events than were linked before.
/// </summary>
internal static class ReplacedChains
{
    private const string Generations = $"(select distinct stream, replaced_in from {ChainTables.Replaced}) as repaired";

    /// <summary>Of each stream and repair, the rows that the repair found.</summary>
    private const string SelectRows =
        $"""
         select stream, replaced_in, {ChainRows.Columns}
         from (
           select repaired.stream, replaced_in, before.version, before.hashes from {Generations}
           cross join lateral (
             select version, hashes from {ChainTables.Links} l where l.stream = repaired.stream and l.round < repaired.replaced_in
             union all
             select version, hashes from {ChainTables.Replaced} r
             where r.stream = repaired.stream and r.round < repaired.replaced_in and r.replaced_in >= repaired.replaced_in) as before
           order by repaired.stream collate "C", replaced_in, before.version offset 0) as rows
         group by stream, replaced_in order by stream collate "C", replaced_in
         """;

    private static readonly string SelectEvents =
        $"""
         select e.*, repaired.replaced_in from {Generations}
         cross join lateral (select {ChainedEvent.Columns} from {EventHistory.Of("repaired.stream")} offset 0) as e
         order by repaired.stream collate "C", replaced_in, e.version
         """;

    /// <summary>Compares what was replaced with the events of today.</summary>
    public static async Task Compare(AuditSnapshot snapshot, VerifyEverything.Differences found, CancellationToken cancellation)
    {
        await using var rows = await snapshot.Read(SelectRows, cancellation);
        await using var events = await snapshot.Read(SelectEvents, cancellation);
        var match = new LinkMatch();
        (string Stream, long Repair)? at = null;
        while (await events.ReadAsync(cancellation))
        {
            var stored = ChainedEvent.Read(events, events.GetString("stream_id"));
            var wanted = (stored.Stream, events.GetInt64("replaced_in"));
            while (at != wanted && await rows.ReadAsync(cancellation))
            {
                at = (rows.GetString("stream"), rows.GetInt64("replaced_in"));
                match.Begin(ChainRows.Read(rows));
            }

            if (match.Next(stored) == LinkState.Changed)
            {
                found.Add(Difference.At("event-changed", stored.Stream, stored.Version, $"Event {stored.Sequence} is not what was linked before a repair."));
            }
        }
    }
}
