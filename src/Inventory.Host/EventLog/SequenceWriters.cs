namespace RetailSync.Inventory.Host.EventLog;

/// <summary>
/// The transactions that have taken a sequence of the event log and have not ended: the only ones that can still commit an event below the newest.
/// <para>
/// PostgreSQL knows them. <c>nextval</c> locks the sequence in the name of the top transaction before it takes a value (<c>lock_and_open_sequence</c> in
/// <c>sequence.c</c>); a savepoint that is rolled back does not give the lock up, a prepared transaction keeps it, and what a transaction committed is visible
/// before its locks are released. Whoever only reads the sequence holds another mode. So it does not matter whether a transaction has a number yet (one that
/// took its sequence first has none, and is in no <c>pg_snapshot</c>), nor which others are open for how long. The sequence has no cache, so a session takes
/// each value when it needs it.
/// </para>
/// </summary>
internal static class SequenceWriters
{
    /// <summary>A condition on <c>pg_locks</c>, as <c>held</c>.</summary>
    public const string HoldsTheSequence =
        $"""
         held.locktype = 'relation'
         and held.relation = '{Projections.InventorySchema.Name}.mt_events_sequence'::regclass and held.mode <> 'AccessShareLock' and held.granted
         and held.database = (select oid from pg_database where datname = current_database())
         """;

    /// <summary>One row each: a name that no other transaction has before the server restarts.</summary>
    public const string Select = $"select held.virtualtransaction from pg_locks as held where {HoldsTheSequence}";

    /// <summary>A prepared transaction has another name after a restart of the server than when it took its sequences.</summary>
    public static bool IsPrepared(string writer) => writer.StartsWith("-1/", StringComparison.Ordinal);
}
