using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>What is known of channels beside their registration: their ids of our locations and SKUs, drifts, notices of vendors.</summary>
internal static class ChannelTables
{
    /// <summary>Our locations by the channel's ids.</summary>
    public const string Locations = $"{InventorySchema.Name}.channel_location";

    /// <summary>Our SKUs by the channel's ids.</summary>
    public const string Mappings = $"{InventorySchema.Name}.channel_mapping";

    /// <summary>Quantities that a channel had and should not have had.</summary>
    public const string Drifts = $"{InventorySchema.Name}.channel_drift";

    /// <summary>What vendors say of their APIs.</summary>
    public const string VendorNotices = $"{InventorySchema.Name}.vendor_notice";

    public static IEnumerable<Table> Definitions()
    {
        var locations = new Table(Locations);
        locations.AddColumn("channel", "text").AsPrimaryKey();
        locations.AddColumn("location", "text").AsPrimaryKey();
        locations.AddColumn("theirs", "text").NotNull();
        locations.AddColumn("by", "text");
        yield return locations;

        var mappings = new Table(Mappings);
        mappings.AddColumn("channel", "text").AsPrimaryKey();
        mappings.AddColumn("sku", "text").AsPrimaryKey();
        mappings.AddColumn("theirs", "text").NotNull();
        mappings.AddColumn("by", "text");
        mappings.Indexes.Add(new IndexDefinition("channel_mapping_by_theirs") { Columns = ["channel", "theirs"] });
        yield return mappings;

        var drifts = new Table(Drifts);
        drifts.AddColumn("channel", "text").AsPrimaryKey();
        drifts.AddColumn("sku", "text").AsPrimaryKey();
        drifts.AddColumn("at", "timestamptz").AsPrimaryKey();
        drifts.AddColumn("believed", "numeric");
        drifts.AddColumn("shows", "numeric").NotNull();
        yield return drifts;

        var notices = new Table(VendorNotices);
        notices.AddColumn("channel", "text").AsPrimaryKey();
        notices.AddColumn("kind", "text").AsPrimaryKey();
        notices.AddColumn("detail", "text").AsPrimaryKey();
        notices.AddColumn("channel_version", "integer").NotNull();
        notices.AddColumn("ends_at", "timestamptz");
        notices.AddColumn("seen_at", "timestamptz").NotNull();
        yield return notices;
    }
}
