using System.Data;
using System.Diagnostics.Metrics;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.EventLog;

/// <summary>
/// Finds the sessions that have taken a sequence of the event log and do not end (<see cref="SequenceWriters"/>). What others commit is followed all the same;
/// what is settled stays below theirs, and with it how far chains say that they are complete and what can be archived. The gauge
/// <c>retailsync.followers.held_back</c> (seconds; labels <c>pid</c> and <c>application</c>; 0 when nobody does) and the alert <c>followers-held-back</c> name
/// them.
/// </summary>
public sealed class OpenWriters : IDisposable
{
    public const string Gauge = "retailsync.followers.held_back";

    /// <summary>A commit takes milliseconds; a transaction that is open for this long is stuck, or somebody opened it by hand.</summary>
    public static readonly Duration LongTransaction = Duration.FromSeconds(5);

    /// <summary>A role without <c>pg_read_all_stats</c> does not see when another role's transaction began.</summary>
    private const string Select =
        $"""
         select held.virtualtransaction, held.pid, coalesce(session.application_name, prepared.gid, '') as application, session.usename, session.state,
           coalesce(session.xact_start, prepared.prepared) as since, clock_timestamp() as now
         from pg_locks as held
         left join pg_stat_activity as session on session.pid = held.pid
         left join pg_prepared_xacts as prepared on held.pid is null
           and exists (select from pg_locks as own where own.virtualtransaction = held.virtualtransaction and own.transactionid = prepared.transaction)
         where {SequenceWriters.HoldsTheSequence}
         """;

    private readonly Meter _meter = new("RetailSync.Feed");
    private readonly NpgsqlDataSource _database;
    private IReadOnlyDictionary<string, Instant> _firstSeen = new Dictionary<string, Instant>();
    private Measurement<double>[] _heldBack = [new(0)];

    public OpenWriters(NpgsqlDataSource database)
    {
        _database = database;
        _meter.CreateObservableGauge(Gauge, () => Volatile.Read(ref _heldBack), "s", "How long sessions have been open that took a sequence of the event log");
    }

    public void Dispose() => _meter.Dispose();

    /// <summary>Those that have been open for longer than <see cref="LongTransaction"/>, by the database's clock; sets the gauge.</summary>
    public async Task<List<Finding>> Find(CancellationToken cancellation)
    {
        var (findings, open, measured) = (new List<Finding>(), new Dictionary<string, Instant>(), new List<Measurement<double>>());
        await using var command = _database.CreateCommand(Select);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (transaction, application, now) = (reader.GetString("virtualtransaction"), reader.GetString("application"),
                reader.GetFieldValue<Instant>("now"));
            var since = !reader.IsDBNull("since") ? reader.GetFieldValue<Instant>("since") : _firstSeen.TryGetValue(transaction, out var known) ? known : now;
            open[transaction] = since;
            if (now - since < LongTransaction)
            {
                continue;
            }

            var pid = reader.IsDBNull("pid") ? null : FormattableString.Invariant($"{reader.GetInt32("pid")}");
            var name = pid is null ? "prepared transaction" : $"session {pid}";
            var user = reader.TextOrNull("usename") is { } role ? $", user {role}" : "";
            var state = reader.TextOrNull("state") is { } text ? $", {text}" : "";
            measured.Add(new((now - since).TotalSeconds, new("pid", pid ?? ""), new KeyValuePair<string, object?>("application", application)));
            findings.Add(new Finding(
                AlertKind.FollowersHeldBack, $"{name} {transaction}",
                $"The {name} ('{application}'{user}{state}) has taken a sequence of the event log and has been open since {since}. "
                + "Events are followed nevertheless; the watermark of complete events lags until it ends."));
        }

        Volatile.Write(ref _firstSeen, open);
        Volatile.Write(ref _heldBack, measured.Count > 0 ? [.. measured] : [new(0)]);
        return findings;
    }
}
