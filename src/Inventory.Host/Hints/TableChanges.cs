using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Hints;

/// <summary>
/// What has changed in tables that no event speaks of: alerts, quarantine, runs of reconciliation, the heads of channels, and what people did with any of
/// them. One statement, each part of which is answered from an index or a small table.
/// </summary>
public sealed class TableChanges(NpgsqlDataSource database, IClock clock)
{
    /// <summary>Longer than any request that is logged when it begins and completed when it ends.</summary>
    private static readonly Duration Recent = Duration.FromMinutes(1);

    /// <summary>A row for each thing, with a text that changes when it does. Parameters: since when actions are read.</summary>
    private const string Select =
        $"""
         select '{ChangeHint.Alert}' as topic, null::text as id, 'open' as part, count(*)::text || ' ' || coalesce(max(raised_at)::text, '') as stamp
         from {OperationsTables.Alerts} where resolved_at is null
         union all
         select '{ChangeHint.Quarantine}', null, 'newest', coalesce(max(at)::text, '') from {OperationsTables.Quarantine}
         union all
         select '{ChangeHint.Reconciliation}', null, 'runs',
           count(*)::text || ' ' || coalesce(max(received_at)::text, '') || ' ' || coalesce(max(finished_at)::text, '')
         from {ReconciliationTables.Runs}
         union all
         select '{ChangeHint.Channels}', channel, 'head', sequence::text from {PublicationTables.Head}
         union all
         select case split_part(kind, '-', 1) when 'channels' then '{ChangeHint.Channels}' when 'quarantine' then '{ChangeHint.Quarantine}'
             else '{ChangeHint.Reconciliation}' end, split_part(subject, '/', 1), 'action', max(id::text)
         from {OperationsTables.Activities}
         where at > $1 and status < 400 and subject is not null and split_part(kind, '-', 1) = any(array['channels', 'quarantine', 'reconciliations'])
         group by 1, 2
         """;

    private Dictionary<(string Topic, string? Id, string Part), string>? _known;

    /// <summary>The next read only looks.</summary>
    public void Restart() => _known = null;

    /// <returns>What differs from the read before; nothing the first time.</returns>
    public async Task<IReadOnlyList<ChangeHint>> Read(long sequence, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Select);
        command.Parameters.AddWithValue(clock.GetCurrentInstant() - Recent);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (known, now) = (_known, new Dictionary<(string Topic, string? Id, string Part), string>());
        List<ChangeHint> changed = [];
        while (await reader.ReadAsync(cancellation))
        {
            var (topic, id, part, stamp) = (reader.GetString("topic"), reader.TextOrNull("id"), reader.GetString("part"), reader.GetString("stamp"));
            now[(topic, id, part)] = stamp;
            if (known is not null && known.GetValueOrDefault((topic, id, part)) != stamp)
            {
                changed.Add(new ChangeHint(topic, id, sequence, Channel: topic == ChangeHint.Channels ? id : null));
            }
        }

        _known = now;
        return changed;
    }
}
