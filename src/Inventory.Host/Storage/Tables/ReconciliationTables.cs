using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>
/// Runs, what they found, and how exact each place was. The counts of a run lie in tables of its own, which are filled by COPY, joined once and
/// dropped: millions of rows leave nothing behind to be vacuumed.
/// </summary>
public static class ReconciliationTables
{
    private const string Schema = Projections.InventorySchema.Name;

    public const string Runs = $"{Schema}.reconciliation";
    public const string Drifts = $"{Schema}.reconciliation_drift";
    public const string Locations = $"{Schema}.reconciliation_place";

    /// <summary>Pages that have been fetched and are not yet a run: a pull continues where it stopped, on any host.</summary>
    public const string Pages = $"{Schema}.reconciliation_page";

    /// <summary>Documents that came without counts, for the counts that come later.</summary>
    public const string Evidence = $"{Schema}.reconciliation_evidence";

    /// <summary>The counts of one run, until it is compared.</summary>
    public static string CountsOf(Guid run) => $"{Schema}.reconciliation_count_{run:N}";

    /// <summary>The documents that came with them.</summary>
    public static string DocumentsOf(Guid run) => $"{Schema}.reconciliation_document_{run:N}";

    public static string CreateFor(Guid run) =>
        $"""
         create table {CountsOf(run)} (line int not null, sku text not null, location text not null, on_hand numeric,
           unsellable jsonb, reserved numeric, unit_value numeric);
         create table {DocumentsOf(run)} (line int not null, id text not null, type text not null, sku text not null,
           location text not null, quantity numeric not null,
           occurred_at timestamptz not null, status text, from_status text, to_status text)
         """;

    public static string DropFor(Guid run) => $"drop table if exists {CountsOf(run)}, {DocumentsOf(run)}";

    public static IEnumerable<Table> Definitions()
    {
        var runs = new Table(Runs);
        runs.AddColumn("id", "uuid").AsPrimaryKey();
        runs.AddColumn("system", "text").NotNull();
        runs.AddColumn("taken_at", "timestamptz").NotNull();
        runs.AddColumn("received_at", "timestamptz").NotNull();
        runs.AddColumn("state", "text").NotNull();
        runs.AddColumn("origin", "text");
        runs.AddColumn("correlation_id", "text").NotNull();
        runs.AddColumn("by", "text");
        runs.AddColumn("counts", "bigint").NotNull();
        runs.AddColumn("documents", "bigint").NotNull();
        runs.AddColumn("compared", "bigint").NotNull().DefaultValue(0);
        runs.AddColumn("matching", "bigint").NotNull().DefaultValue(0);
        runs.AddColumn("drifts", "bigint").NotNull().DefaultValue(0);
        runs.AddColumn("unknown", "jsonb");
        runs.AddColumn("compared_at", "timestamptz");
        runs.AddColumn("finished_at", "timestamptz");
        runs.AddColumn("attempts", "integer").NotNull().DefaultValue(0); // of hosts before 2026-11-29, as is the next
        runs.AddColumn("retry_at", "timestamptz");
        runs.AddColumn("error", "text");
        runs.Indexes.Add(new IndexDefinition("reconciliation_in_order") { Columns = ["received_at", "id"] });
        runs.Indexes.Add(new IndexDefinition("reconciliation_in_time") { Columns = ["taken_at", "id"] });
        runs.Indexes.Add(new IndexDefinition("reconciliation_running") { Columns = ["received_at"], Predicate = "(state = 'running')" });

        // What was pulled or dropped once is compared once, whichever hosts find it.
        runs.Indexes.Add(new IndexDefinition("reconciliation_origin") { Columns = ["origin"], IsUnique = true });
        yield return runs;

        var drifts = new Table(Drifts);
        drifts.AddColumn("run", "uuid").AsPrimaryKey();
        drifts.AddColumn("n", "integer").AsPrimaryKey();
        drifts.AddColumn("sku", "text").NotNull();
        drifts.AddColumn("location", "text").NotNull();
        drifts.AddColumn("field", "text").NotNull();
        drifts.AddColumn("ours", "numeric").NotNull();
        drifts.AddColumn("theirs", "numeric").NotNull();
        drifts.AddColumn("severity", "text").NotNull();
        drifts.AddColumn("attribution", "jsonb").NotNull();
        drifts.AddColumn("action", "text").NotNull();
        drifts.AddColumn("planned", "boolean").NotNull();
        drifts.AddColumn("unknown", "text");
        drifts.AddColumn("settled", "text");
        drifts.AddColumn("reason", "text");
        drifts.AddColumn("settled_at", "timestamptz");
        drifts.AddColumn("settled_by", "text");
        drifts.AddColumn("first_approval", "jsonb");
        drifts.AddColumn("class", "text"); // of the SKU when it was compared
        drifts.AddColumn("reopened", "jsonb");
        drifts.AddColumn("reverted", "jsonb");
        drifts.Indexes.Add(new IndexDefinition("reconciliation_drift_by_position") { Columns = ["sku", "location", "field"] });
        drifts.Indexes.Add(new IndexDefinition("reconciliation_drift_open") { Columns = ["run", "n"], Predicate = "(action = 'needs-approval')" });
        yield return drifts;

        var locations = new Table(Locations);
        locations.AddColumn("run", "uuid").AsPrimaryKey();
        locations.AddColumn("location", "text").AsPrimaryKey();
        locations.AddColumn("compared", "bigint").NotNull();
        locations.AddColumn("matching", "bigint").NotNull();
        locations.AddColumn("classes", "jsonb"); // how many of those compared are of each class; null in runs of before there were classes
        yield return locations;

        var pages = new Table(Pages);
        pages.AddColumn("origin", "text").AsPrimaryKey();
        pages.AddColumn("page", "integer").AsPrimaryKey();
        pages.AddColumn("taken_at", "timestamptz").NotNull();
        pages.AddColumn("next", "text");
        pages.AddColumn("body", "bytea").NotNull();
        yield return pages;

        var evidence = new Table(Evidence);
        evidence.AddColumn("system", "text").AsPrimaryKey();
        evidence.AddColumn("movement", "text").AsPrimaryKey();
        evidence.AddColumn("id", "text").NotNull();
        evidence.AddColumn("type", "text").NotNull();
        evidence.AddColumn("sku", "text").NotNull();
        evidence.AddColumn("location", "text").NotNull();
        evidence.AddColumn("quantity", "numeric").NotNull();
        evidence.AddColumn("occurred_at", "timestamptz").NotNull();
        evidence.AddColumn("status", "text");
        evidence.AddColumn("from_status", "text");
        evidence.AddColumn("to_status", "text");
        evidence.Indexes.Add(new IndexDefinition("reconciliation_evidence_in_time") { Columns = ["system", "occurred_at"] });
        yield return evidence;
    }
}
