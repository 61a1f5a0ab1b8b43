using RetailSync.Inventory.Projections;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>The inbox of channels' orders, and their oversells.</summary>
internal static class ChannelOrderTables
{
    /// <summary>Every message once, by its id.</summary>
    public const string Messages = $"{InventorySchema.Name}.channel_order_message";

    /// <summary>
    /// How many messages each order has, and what it came to when it was last settled: one that was settled last by an older version has none of that.
    /// </summary>
    public const string Orders = $"{InventorySchema.Name}.channel_order";

    /// <summary>Oversells by order and SKU.</summary>
    public const string Oversells = $"{InventorySchema.Name}.channel_oversell";

    public static IEnumerable<Table> Definitions()
    {
        var messages = new Table(Messages);
        messages.AddColumn("channel", "text").AsPrimaryKey();
        messages.AddColumn("order_id", "text").AsPrimaryKey();
        messages.AddColumn("id", "text").AsPrimaryKey();
        messages.AddColumn("type", "text").NotNull();
        messages.AddColumn("occurred_at", "timestamptz");
        messages.AddColumn("reservation", "text");
        messages.AddColumn("lines", "jsonb");
        messages.AddColumn("content", "text").NotNull();
        messages.AddColumn("recorded_at", "timestamptz").NotNull();
        messages.AddColumn("state", "text");
        messages.AddColumn("answer", "jsonb");
        messages.AddColumn("is_standing", "boolean");
        messages.AddColumn("more", "jsonb");
        messages.AddColumn("arrival", "bigint");
        messages.AddColumn("by", "text");
        yield return messages;

        var orders = new Table(Orders);
        orders.AddColumn("channel", "text").AsPrimaryKey();
        orders.AddColumn("order_id", "text").AsPrimaryKey();
        orders.AddColumn("changes", "bigint").NotNull();
        orders.AddColumn("state", "text");

        // Where it is picked up; null for one that ships.
        orders.AddColumn("pickup", "text");
        orders.AddColumn("collect_by", "timestamptz");
        orders.Indexes.Add(new IndexDefinition("channel_order_collect_by")
        {
            Columns = ["collect_by"],
            Predicate = "(collect_by is not null and state = any (array['confirmed'::text, 'oversold'::text, 'ready'::text]))",
        });
        orders.Indexes.Add(new IndexDefinition("channel_order_pickup") { Columns = ["channel", "pickup", "order_id"], Predicate = "(pickup is not null)" });
        yield return orders;

        var oversells = new Table(Oversells);
        oversells.AddColumn("channel", "text").AsPrimaryKey();
        oversells.AddColumn("order_id", "text").AsPrimaryKey();
        oversells.AddColumn("sku", "text").AsPrimaryKey();
        oversells.AddColumn("at", "timestamptz").NotNull();
        oversells.AddColumn("evidence", "jsonb").NotNull();
        oversells.AddColumn("open", "boolean").NotNull();
        oversells.AddColumn("missing", "numeric");
        oversells.AddColumn("priority", "integer");
        oversells.Indexes.Add(new IndexDefinition("channel_oversell_in_time") { Columns = ["at", "channel", "order_id", "sku"] });
        oversells.Indexes.Add(new IndexDefinition("channel_oversell_open") { Columns = ["channel"], Predicate = "open" });
        oversells.Indexes.Add(new IndexDefinition("channel_oversell_missing") { Columns = ["sku"], Predicate = "(open and (missing > (0)::numeric))" });
        yield return oversells;
    }
}
