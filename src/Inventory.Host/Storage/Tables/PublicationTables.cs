using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>The publication ledger: for each channel the desired, the sent and the last acknowledged quantities.</summary>
public static class PublicationTables
{
    /// <summary>One row for every channel and SKU: the newest quantity, and the progress of its publication.</summary>
    public const string Publication = $"{Projections.InventorySchema.Name}.publication";

    /// <summary>Every quantity that was to be published, in order and without gaps as far back as it is kept: the feed.</summary>
    public const string Change = $"{Projections.InventorySchema.Name}.publication_change";

    /// <summary>The head of each channel's sequence.</summary>
    public const string Head = $"{Projections.InventorySchema.Name}.publication_head";

    /// <summary>The delivery state of each channel: paused, failures, circuit and rate limit.</summary>
    public const string Line = $"{Projections.InventorySchema.Name}.publication_line";

    /// <summary>Operations that channels process asynchronously.</summary>
    public const string Ticket = $"{Projections.InventorySchema.Name}.publication_ticket";

    /// <summary>The detector's checkpoint in the event log. One row.</summary>
    public const string Cursor = $"{Projections.InventorySchema.Name}.publication_cursor";

    /// <summary>What has changed of promises against supply, and its delivery, in the order of its recording.</summary>
    public const string PromiseChange = $"{Projections.InventorySchema.Name}.promise_change";

    public static IEnumerable<Table> Definitions() =>
        [PublicationTable(), ChangeTable(), HeadTable(), LineTable(), TicketTable(), CursorTable(), PromiseChangeTable()];

    private static Table PublicationTable()
    {
        var table = new Table(Publication);
        table.AddColumn("channel", "text").AsPrimaryKey();
        table.AddColumn("sku", "text").AsPrimaryKey();
        table.AddColumn("sequence", "bigint").NotNull();
        table.AddColumn("quantity", "numeric").NotNull();
        table.AddColumn("level", "text");
        table.AddColumn("desired_at", "timestamptz").NotNull();
        table.AddColumn("causes", "jsonb").NotNull();

        // The same by the channel's location ids; null for channels that get one quantity for all. Stock at locations without a mapping is in unmapped, by our
        // ids.
        table.AddColumn("places", "jsonb");
        table.AddColumn("unmapped", "jsonb");

        // Units of the channel's own open orders, by its location ids (ChannelLocation); null for channels that do not deduct them
        // themselves.
        table.AddColumn("in_orders", "jsonb");

        // The channel's locations that were published and no longer are (ChannelLocation): they may still have a quantity there. Null when there
        // is none.
        table.AddColumn("leaving", "jsonb");

        // The quantity sent last: until the channel has replied it is unknown whether it was applied.
        table.AddColumn("sent_sequence", "bigint");
        table.AddColumn("sent_quantity", "numeric");
        table.AddColumn("sent_level", "text");
        table.AddColumn("sent_places", "jsonb");
        table.AddColumn("sent_at", "timestamptz");

        // The quantity that the channel acknowledged last.
        table.AddColumn("acknowledged_sequence", "bigint");
        table.AddColumn("acknowledged_quantity", "numeric");
        table.AddColumn("acknowledged_level", "text");
        table.AddColumn("acknowledged_places", "jsonb");
        table.AddColumn("acknowledged_at", "timestamptz");

        // The quantities of the last read-back by location where they differed (ChannelLocation); null when they did not, or were published since.
        table.AddColumn("differs", "jsonb");

        // Since when the row is due; null when the channel has acknowledged the desired quantity.
        table.AddColumn("dirty_since", "timestamptz");
        table.AddColumn("rank", "integer").NotNull();
        table.AddColumn("due_at", "timestamptz").NotNull();
        table.AddColumn("attempts", "integer").NotNull();
        table.AddColumn("error", "text");
        table.AddColumn("dead_at", "timestamptz");
        table.Indexes.Add(new IndexDefinition("publication_dirty")
        { Columns = ["channel", "rank", "dirty_since", "sku"], Predicate = "(dirty_since IS NOT NULL)" });
        table.Indexes.Add(new IndexDefinition("publication_unmapped") { Columns = ["channel", "sku"], Predicate = "(unmapped IS NOT NULL)" });
        return table;
    }

    private static Table ChangeTable()
    {
        var table = new Table(Change);
        table.AddColumn("channel", "text").AsPrimaryKey();
        table.AddColumn("sequence", "bigint").AsPrimaryKey();
        table.AddColumn("sku", "text").NotNull();
        table.AddColumn("quantity", "numeric").NotNull();
        table.AddColumn("level", "text");
        table.AddColumn("at", "timestamptz").NotNull();
        table.AddColumn("causes", "jsonb").NotNull();

        // When this very change was sent and acknowledged; null where a newer one was in its place, and for what is older than this record.
        table.AddColumn("sent_at", "timestamptz");
        table.AddColumn("acknowledged_at", "timestamptz");
        table.Indexes.Add(new IndexDefinition("publication_change_by_sku") { Columns = ["channel", "sku", "sequence"] });
        return table;
    }

    private static Table HeadTable()
    {
        var table = new Table(Head);
        table.AddColumn("channel", "text").AsPrimaryKey();
        table.AddColumn("sequence", "bigint").NotNull();
        table.AddColumn("adapter", "text").NotNull();

        // Of changes before this, possibly only the newest of each SKU is kept.
        table.AddColumn("complete_from", "bigint").NotNull().DefaultValue(1);

        // A digest of the channel's location mappings: when it differs, all its quantities are recalculated.
        table.AddColumn("locations", "text");
        return table;
    }

    private static Table LineTable()
    {
        var table = new Table(Line);
        table.AddColumn("channel", "text").AsPrimaryKey();
        table.AddColumn("paused", "boolean").NotNull();
        table.AddColumn("paused_by", "text");
        table.AddColumn("failures", "integer").NotNull();
        table.AddColumn("open_until", "timestamptz");
        table.AddColumn("error", "text");

        // The token bucket, by the database's clock, which all hosts share.
        table.AddColumn("tokens", "numeric");
        table.AddColumn("refilled_at", "timestamptz");
        table.AddColumn("not_before", "timestamptz");

        // Quantities that were acknowledged in the minute that begins then, and in the minute before it.
        table.AddColumn("minute", "timestamptz");
        table.AddColumn("acknowledged", "bigint");
        table.AddColumn("acknowledged_before", "bigint");
        return table;
    }

    private static Table TicketTable()
    {
        var table = new Table(Ticket);
        table.AddColumn("channel", "text").AsPrimaryKey();
        table.AddColumn("ticket", "text").AsPrimaryKey();
        table.AddColumn("taken_at", "timestamptz").NotNull();
        table.AddColumn("due_at", "timestamptz").NotNull();
        table.AddColumn("asked", "integer").NotNull();
        table.AddColumn("items", "jsonb").NotNull();
        return table;
    }

    private static Table PromiseChangeTable()
    {
        var table = new Table(PromiseChange);
        table.AddColumn("sequence", "bigint").AsPrimaryKey();
        table.AddColumn("channel", "text").NotNull();
        table.AddColumn("reservation", "text").NotNull();
        table.AddColumn("of_order", "text");

        // Every promise of the reservation that is at risk; empty where none is any more.
        table.AddColumn("at_risk", "jsonb").NotNull();

        // Whether it is the newest of its reservation and says that something is at risk.
        table.AddColumn("is_open", "boolean").NotNull();
        table.AddColumn("at", "timestamptz").NotNull();
        table.AddColumn("due_at", "timestamptz").NotNull();
        table.AddColumn("attempts", "integer").NotNull();
        table.AddColumn("sent_at", "timestamptz");
        table.AddColumn("acknowledged_at", "timestamptz");
        table.AddColumn("error", "text");
        table.AddColumn("dead_at", "timestamptz");
        table.Indexes.Add(new IndexDefinition("promise_change_by_channel") { Columns = ["channel", "sequence"] });
        table.Indexes.Add(new IndexDefinition("promise_change_open") { Columns = ["channel", "reservation"], Predicate = "is_open" });
        table.Indexes.Add(new IndexDefinition("promise_change_waiting")
        { Columns = ["channel", "reservation", "sequence"], Predicate = "((acknowledged_at IS NULL) AND (dead_at IS NULL))" });
        return table;
    }

    private static Table CursorTable()
    {
        var table = new Table(Cursor);
        table.AddColumn("id", "integer").AsPrimaryKey();

        // A fencing token: it rises when another host takes over, and writes of the former one are then refused.
        table.AddColumn("epoch", "bigint").NotNull();
        table.AddColumn("settled", "bigint").NotNull();

        // The newest event that is processed beyond settled; null until a host has recorded it.
        table.AddColumn("newest", "bigint");
        table.AddColumn("missing", "int8multirange");

        // The plan fingerprint of the last full comparison: when it differs, everything is compared again.
        // Empty until the first comparison is complete.
        table.AddColumn("grounds", "text").NotNull();

        // The last SKU of a comparison of everything that is under way; null when none is.
        table.AddColumn("compared", "text");

        // Whether another comparison begins when this one is complete. Restarting it for each change of rules would keep it from ever completing while rules
        // change.
        table.AddColumn("again", "boolean");

        // Rescans that a repair requested, the last one that is completed, and how many quantities it corrected.
        table.AddColumn("rescan_asked", "bigint");
        table.AddColumn("rescan_done", "bigint");
        table.AddColumn("rescan_corrected", "bigint");
        return table;
    }
}
