using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Reconciliation.Intake;

/// <summary>Pages that have been fetched and are not yet a run: a pull continues where it stopped, on any host.</summary>
public static class PullTables
{
    public const string Pages = $"{Projections.InventorySchema.Name}.reconciliation_page";

    public static IEnumerable<Table> Definitions()
    {
        var pages = new Table(Pages);
        pages.AddColumn("origin", "text").AsPrimaryKey();
        pages.AddColumn("page", "integer").AsPrimaryKey();
        pages.AddColumn("taken_at", "timestamptz").NotNull();
        pages.AddColumn("next", "text");
        pages.AddColumn("body", "bytea").NotNull();
        yield return pages;
    }
}
