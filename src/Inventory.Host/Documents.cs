using Marten;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Audit.Repair;
using RetailSync.Inventory.Host.ChannelOrders;
using RetailSync.Inventory.Host.DeadLetters;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Operations;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Reconciliation;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.SourceDocuments;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host;

/// <summary>What the host keeps beside the events.</summary>
public static class Documents
{
    public static StoreOptions AddDocuments(this StoreOptions options)
    {
        options.Schema.For<Location>();
        options.Schema.For<SalesChannel>();
        options.Storage.ExtendedSchemaObjects.Add(QuarantineStore.Table);
        options.Storage.ExtendedSchemaObjects.Add(KnownSkus.Table);
        options.Storage.ExtendedSchemaObjects.Add(RuleProposals.Table);
        options.Storage.ExtendedSchemaObjects.Add(ActivityLog.Table);
        options.Storage.ExtendedSchemaObjects.Add(SkuUnits.Table);
        options.Storage.ExtendedSchemaObjects.AddRange(SkuRegistry.Tables);
        options.Storage.ExtendedSchemaObjects.AddRange(DocumentTables.Definitions());
        options.Storage.ExtendedSchemaObjects.Add(VendorNoticeTable.Table);
        options.Storage.ExtendedSchemaObjects.Add(AlertTable.Definition());
        options.Storage.ExtendedSchemaObjects.Add(Measurements.Table);
        options.Storage.ExtendedSchemaObjects.Add(DeadLetterStore.Table);
        options.Storage.ExtendedSchemaObjects.AddRange(ChainTables.Definitions());
        options.Storage.ExtendedSchemaObjects.Add(BalanceTable.Definition());
        options.Storage.ExtendedSchemaObjects.Add(RebuildRuns.Definition());
        return ChannelLocations.AddTo(ChannelMappings.AddTo(ChannelOrderInbox.AddTo(options))).AddReconciliation().AddPublications();
    }
}
