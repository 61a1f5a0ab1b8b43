using Marten;
using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>
/// Every table of the host. With Marten's own, those that events are projected into (<see cref="InventorySchema"/>) and Wolverine's they are the schema, which
/// docs/contracts/schema.sql shows as PostgreSQL has it. Names of tables and columns are never changed: a migration drops what a definition lacks.
/// </summary>
internal static class HostTables
{
    public static StoreOptions AddHostTables(this StoreOptions options)
    {
        options.Storage.ExtendedSchemaObjects.AddRange(Definitions());
        options.Storage.ExtendedSchemaObjects.Add(AliasGuard.Definition());
        return options;
    }

    private static IEnumerable<Table> Definitions() =>
    [
        .. AuditTables.Definitions(),
        .. ChainTables.Definitions(),
        .. ChannelOrderTables.Definitions(),
        .. ChannelTables.Definitions(),
        .. DocumentTables.Definitions(),
        .. OperationsTables.Definitions(),
        .. PublicationTables.Definitions(),
        .. ReconciliationTables.Definitions(),
        .. RuleTables.Definitions(),
        .. SkuTables.Definitions(),
    ];
}
