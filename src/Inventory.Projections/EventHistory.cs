using Weasel.Core;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Projections;

/// <summary>
/// A position's whole history: what is still an event of Marten's, and what has gone into the archive of closed years. A row of the archive is a run of
/// neighbouring events of one stream, its columns as arrays, so that PostgreSQL compresses them together. The newest event of every stream is never archived,
/// so the newest sequence and the newest version are always in Marten's table; followers of new events read that table alone.
/// </summary>
public static class EventHistory
{
    public const string Archive = $"{InventorySchema.Name}.event_archive";

    /// <summary>One row: how far the archive has come.</summary>
    public const string Progress = $"{InventorySchema.Name}.event_archive_progress";

    /// <summary>The events of a row <c>a</c> of <see cref="Archive"/> as rows <c>e</c>, numbered by <c>n</c> from 1.</summary>
    public const string Unpacked = $"{Arrays} as e({Fields})";

    private const string Arrays = "unnest(a.sequences, a.ids, a.types, a.timestamps, a.correlations, a.users, a.data) with ordinality";
    private const string Fields = "seq_id, id, type, timestamp, correlation_id, user_name, data, n";
    private const string Columns = "stream_id, version, seq_id, id, type, timestamp, correlation_id, user_name, data";
    private const string Archived =
        $"select a.stream as stream_id, a.version + e.n - 1 as version, e.seq_id, e.id, e.type, e.timestamp, e.correlation_id, e.user_name, e.data from "
            + $"{Archive} as a cross join lateral {Unpacked}";
    private const string Recent = $"select {Columns} from {InventorySchema.Name}.mt_events";

    /// <summary>Something to select from: every event there is, the oldest first as they lie.</summary>
    public const string All = $"({Archived} union all {Recent}) as history";

    /// <summary>
    /// Something to select from: the events of one stream, in no order. Not a view: PostgreSQL would refuse Marten changes to a table that a view reads. Two
    /// probes of an index, so that a stream of which nothing is archived takes no longer than it did; beside other tables it has to be in a lateral subquery
    /// with <c>offset 0</c>, or the archive is unpacked as a whole.
    /// </summary>
    /// <param name="stream">The SQL for its key.</param>
    /// <param name="from">The SQL for a version, where earlier ones are not wanted: what of the archive is before it is not unpacked.</param>
    /// <param name="to">The SQL for a version, where later ones are not wanted.</param>
    public static string Of(string stream, string? from = null, string? to = null)
    {
        var (archived, recent) = ("", "");
        if (from is not null)
        {
            archived = $" and a.version >= coalesce((select max(version) from {Archive} where stream = {stream} and version <= {from}), 0) and a.version + "
                + $"e.n - 1 >= {from}";
            recent = $" and version >= {from}";
        }

        if (to is not null)
        {
            archived += $" and a.version <= {to} and a.version + e.n - 1 <= {to}";
            recent += $" and version <= {to}";
        }

        return $"({Archived} where a.stream = {stream}{archived} union all {Recent} where stream_id = {stream}{recent}) as history";
    }

    /// <summary>As <see cref="Unpacked"/>, as rows of another name.</summary>
    internal static string UnpackedAs(string row) => $"{Arrays} as {row}({Fields})";

    internal static IEnumerable<ISchemaObject> Definitions()
    {
        // Types are those of the columns in mt_events, or the two halves of a history would have to be converted before they can be searched. Version is that
        // of the first event.
        var archive = new Table(Archive);
        archive.AddColumn("stream", "varchar").AsPrimaryKey();
        archive.AddColumn("version", "bigint").AsPrimaryKey();
        archive.AddColumn("sequences", "bigint[]").NotNull();
        archive.AddColumn("ids", "uuid[]").NotNull();
        archive.AddColumn("types", "varchar[]").NotNull();
        archive.AddColumn("timestamps", "timestamptz[]").NotNull();
        archive.AddColumn("correlations", "varchar[]").NotNull();
        // Rows of years that were closed before names were recorded have none: unnest makes nulls of what is shorter than its neighbours.
        archive.AddColumn("users", "varchar[]").NotNull().DefaultValueByExpression("'{}'");
        archive.AddColumn("data", "jsonb[]").NotNull();
        yield return archive;

        // Everything that was recorded before an instant is archived of the streams up to this one; of all, where there is none.
        var progress = new Table(Progress);
        progress.AddColumn("id", "integer").AsPrimaryKey();
        progress.AddColumn("recorded_before", "timestamptz").NotNull();
        progress.AddColumn("stream", "varchar");
        yield return progress;
        yield return ArchiveFunction.Definition();
    }
}
