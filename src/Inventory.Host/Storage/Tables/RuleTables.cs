using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>What is stored of rules beside their events.</summary>
internal static class RuleTables
{
    /// <summary>Changes that wait for a second person, by rule.</summary>
    public const string Proposals = $"{InventorySchema.Name}.rule_proposal";

    public static IEnumerable<Table> Definitions()
    {
        var proposals = new Table(Proposals);
        proposals.AddColumn("rule", "text").AsPrimaryKey();
        proposals.AddColumn("change", "jsonb").NotNull();
        proposals.AddColumn("based_on", "bigint").NotNull();
        proposals.AddColumn("by", "text").NotNull();
        proposals.AddColumn("at", "timestamptz").NotNull();
        yield return proposals;
    }
}
