using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>Rebuilds, repairs, and the checkpoints of positions; the hash chains are in <see cref="ChainTables"/>.</summary>
internal static class AuditTables
{
    /// <summary>Rebuilds that were asked for.</summary>
    public const string Rebuilds = $"{InventorySchema.Name}.audit_rebuild";

    /// <summary>What was repaired. Rows are added and never changed.</summary>
    public const string Repairs = $"{InventorySchema.Name}.audit_repair";

    /// <summary>Position checkpoints: what a fold continues from.</summary>
    public const string Balances = $"{InventorySchema.Name}.position_balance";

    public static IEnumerable<Table> Definitions()
    {
        var rebuilds = new Table(Rebuilds);
        rebuilds.AddColumn("id", "uuid").AsPrimaryKey();
        rebuilds.AddColumn("state", "text").NotNull();
        rebuilds.AddColumn("asked_at", "timestamptz").NotNull();
        rebuilds.AddColumn("started_at", "timestamptz");
        rebuilds.AddColumn("finished_at", "timestamptz");
        rebuilds.AddColumn("by", "text").NotNull();
        rebuilds.AddColumn("sku", "text");
        rebuilds.AddColumn("location", "text");
        rebuilds.AddColumn("checked", "bigint");
        rebuilds.AddColumn("rebuilt", "bigint");
        rebuilds.AddColumn("first", "text[]");
        rebuilds.AddColumn("error", "text");
        rebuilds.Indexes.Add(new IndexDefinition("audit_rebuild_running") { Columns = ["asked_at"], Predicate = "(state = 'running')" });
        yield return rebuilds;

        var repairs = new Table(Repairs);
        repairs.AddColumn("number", "bigint").AsPrimaryKey();
        repairs.AddColumn("at", "timestamptz").NotNull();
        repairs.AddColumn("by", "text").NotNull();
        repairs.AddColumn("correlation_id", "text").NotNull();
        repairs.AddColumn("kind", "text").NotNull();
        repairs.AddColumn("round", "bigint");
        repairs.AddColumn("stream", "text");
        repairs.AddColumn("versions", "bigint[]");
        repairs.AddColumn("sequences", "bigint[]");
        repairs.AddColumn("corrected", "bigint");
        yield return repairs;

        var balances = new Table(Balances);
        balances.AddColumn("stream", "text").NotNull();
        balances.AddColumn("version", "bigint").NotNull();
        balances.AddColumn("after", "bigint").NotNull();
        balances.AddColumn("next", "bigint").NotNull();
        balances.AddColumn("recorded_until", "timestamptz").NotNull();
        balances.AddColumn("occurred_until", "timestamptz").NotNull();
        balances.AddColumn("recorded_from", "timestamptz").NotNull();
        balances.AddColumn("counts_from", "timestamptz").NotNull();

        // A later fact belongs before the last of its facts: of no more use for what is known now.
        balances.AddColumn("overtaken", "boolean").NotNull().DefaultValueByExpression("false");
        balances.AddColumn("state", "jsonb").NotNull();

        // The key, with all that says which position checkpoint may be used: the rows of a stream lie as scattered as its events, and but for one or two of
        // them need not be visited.
        balances.Indexes.Add(new IndexDefinition("position_balance_in_order")
        {
            Columns = ["stream", "version"],
            IsUnique = true,
            IncludeColumns = ["after", "next", "recorded_until", "occurred_until", "recorded_from", "counts_from", "overtaken"],
        });
        yield return balances;
    }
}
