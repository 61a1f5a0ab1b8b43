using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Projections.RecordedMovements;

/// <summary>
/// The memory of (source, id): where the event of every movement is. It commits with the events and is never pruned,
/// so a movement is recorded once for ever. The primary key decides races between hosts.
/// </summary>
public static class RecordedMovementTable
{
    public const string Name = "recorded_movement";

    public static Table Definition()
    {
        var table = new Table($"{InventorySchema.Name}.{Name}");
        table.AddColumn("source", "text").AsPrimaryKey();
        table.AddColumn("id", "text").AsPrimaryKey();
        table.AddColumn("sequence", "bigint").NotNull();
        return table;
    }
}
