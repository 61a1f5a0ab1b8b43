using Marten;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>The publication ledger: what each channel should be told, was told and believes.</summary>
public static class PublicationTables
{
    /// <summary>One row for every channel and SKU: the newest number, and how far it has got.</summary>
    public const string Publication = $"{Projections.InventorySchema.Name}.publication";

    /// <summary>Every number that was to be told, in order without gaps as far back as it is kept: the feed.</summary>
    public const string Change = $"{Projections.InventorySchema.Name}.publication_change";

    /// <summary>The head of each channel's sequence.</summary>
    public const string Head = $"{Projections.InventorySchema.Name}.publication_head";

    /// <summary>How telling each channel goes: paused, failing, how many calls it may still be sent.</summary>
    public const string Line = $"{Projections.InventorySchema.Name}.publication_line";

    /// <summary>What channels took and work on.</summary>
    public const string Ticket = $"{Projections.InventorySchema.Name}.publication_ticket";

    /// <summary>How far the event log has been followed. One row.</summary>
    public const string Cursor = $"{Projections.InventorySchema.Name}.publication_cursor";

    public static StoreOptions AddPublications(this StoreOptions options)
    {
        foreach (var table in (Table[])[PublicationTable(), ChangeTable(), HeadTable(), LineTable(), TicketTable(), CursorTable()])
        {
            options.Storage.ExtendedSchemaObjects.Add(table);
        }

        return options;
    }

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

        // The same by location, in the channel's names; null for channels that are told one number. What is where the channel has no name for is beside it, in
        // ours.
        table.AddColumn("places", "jsonb");
        table.AddColumn("unmapped", "jsonb");

        // Units of the channel's own open orders, by its names of places, "" for the one place of all; null for channels that do not take them off by
        // themselves.
        table.AddColumn("in_orders", "jsonb");

        // Names of places of its that it was told of and is told of no longer, "" for the one place of all: it may still show something there. Null when there
        // is none.
        table.AddColumn("leaving", "jsonb");

        // What was sent last: before the answer is there nobody knows whether the channel has it.
        table.AddColumn("sent_sequence", "bigint");
        table.AddColumn("sent_quantity", "numeric");
        table.AddColumn("sent_level", "text");
        table.AddColumn("sent_places", "jsonb");
        table.AddColumn("sent_at", "timestamptz");

        // What the channel believes.
        table.AddColumn("acknowledged_sequence", "bigint");
        table.AddColumn("acknowledged_quantity", "numeric");
        table.AddColumn("acknowledged_level", "text");
        table.AddColumn("acknowledged_places", "jsonb");
        table.AddColumn("acknowledged_at", "timestamptz");

        // By place, what it showed instead when it was last asked, "" for the one place of all; null when it showed what it believes, or was told since.
        table.AddColumn("differs", "jsonb");

        // What is still to do: null when the channel believes what it should.
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
        table.Indexes.Add(new IndexDefinition("publication_change_by_sku") { Columns = ["channel", "sku", "sequence"] });
        return table;
    }

    private static Table HeadTable()
    {
        var table = new Table(Head);
        table.AddColumn("channel", "text").AsPrimaryKey();
        table.AddColumn("sequence", "bigint").NotNull();
        table.AddColumn("adapter", "text").NotNull();

        // Of what came before, only the newest number of each SKU may be left.
        table.AddColumn("complete_from", "bigint").NotNull().DefaultValue(1);

        // A digest of the locations that the channel has names of: when it differs, all its numbers are worked out anew.
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

        // The token bucket, by the database's clock: the one clock that all hosts have.
        table.AddColumn("tokens", "numeric");
        table.AddColumn("refilled_at", "timestamptz");
        table.AddColumn("not_before", "timestamptz");
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

    private static Table CursorTable()
    {
        var table = new Table(Cursor);
        table.AddColumn("id", "integer").AsPrimaryKey();

        // Rises when another host takes over: what the one before is still about to write is then refused.
        table.AddColumn("epoch", "bigint").NotNull();
        table.AddColumn("settled", "bigint").NotNull();

        // What has been followed beyond that; null until a host says so.
        table.AddColumn("newest", "bigint");
        table.AddColumn("missing", "int8multirange");

        // What all numbers rest on beside the events, as it was when they were last compared: when it differs, all are compared again.
        // Empty until that was done for the first time.
        table.AddColumn("grounds", "text").NotNull();

        // The last SKU of a comparison of everything that is under way; null when none is.
        table.AddColumn("compared", "text");

        // Another one was asked for meanwhile, and begins when that one is through: one that began anew each time would not come to its end while rules are
        // set.
        table.AddColumn("again", "boolean");

        // Comparisons that a repair asked for, the last one that is done, and how many numbers it found to be others.
        table.AddColumn("rescan_asked", "bigint");
        table.AddColumn("rescan_done", "bigint");
        table.AddColumn("rescan_corrected", "bigint");
        return table;
    }
}
