using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>The assortment.</summary>
internal static class SkuTables
{
    /// <summary>SKUs that were registered.</summary>
    public const string Known = $"{InventorySchema.Name}.known_sku";

    /// <summary>The unit in which each SKU is kept.</summary>
    public const string Units = $"{InventorySchema.Name}.sku_unit";

    /// <summary>Unit, packs and aliases, as they are registered.</summary>
    public const string Profiles = $"{InventorySchema.Name}.sku_profile";

    /// <summary>Every name of every SKU but its own, with the pack that it means: the key keeps a name from belonging to two.</summary>
    public const string Names = $"{InventorySchema.Name}.sku_name";

    /// <summary>The class of each SKU that has one registered or was sold lately.</summary>
    public const string Classes = $"{InventorySchema.Name}.sku_class";

    public static IEnumerable<Table> Definitions()
    {
        var known = new Table(Known);
        known.AddColumn("sku", "text").AsPrimaryKey();
        known.AddColumn("by", "text");
        yield return known;

        var units = new Table(Units);
        units.AddColumn("sku", "text").AsPrimaryKey();
        units.AddColumn("unit", "text").NotNull();
        yield return units;

        var profiles = new Table(Profiles);
        profiles.AddColumn("sku", "text").AsPrimaryKey();
        profiles.AddColumn("unit", "text");
        profiles.AddColumn("decimals", "integer");
        profiles.AddColumn("packs", "jsonb").NotNull();
        profiles.AddColumn("aliases", "jsonb").NotNull();
        profiles.AddColumn("version", "integer").NotNull();
        profiles.AddColumn("by", "text").NotNull();

        // Counts the writes of all of them, so that hosts find out that there was one.
        profiles.AddColumn("change", "bigint").NotNull().DefaultValue(1);
        profiles.AddColumn("name", "text");
        profiles.AddColumn("class", "text");
        profiles.Indexes.Add(new IndexDefinition("sku_profile_by_change") { Columns = ["change"] });
        yield return profiles;

        // Every name of every SKU but its own, with the pack that it means: the key keeps a name from belonging to two.
        var names = new Table(Names);
        names.AddColumn("name", "text").AsPrimaryKey();
        names.AddColumn("sku", "text").NotNull();
        names.AddColumn("pack_unit", "text");
        names.Indexes.Add(new IndexDefinition("sku_name_by_sku") { Columns = ["sku"] });
        yield return names;

        var classes = new Table(Classes);
        classes.AddColumn("sku", "text").AsPrimaryKey();
        classes.AddColumn("class", "text").NotNull();
        classes.AddColumn("sold", "numeric").NotNull().DefaultValue(0);
        yield return classes;
    }
}
