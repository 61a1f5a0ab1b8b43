using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>The tables of documents, and of what is configured for the sources that send them.</summary>
internal static class DocumentTables
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>What was sent: a file, a body, a message of a queue.</summary>
    public const string Files = $"{Schema}.document_file";

    /// <summary>The documents of each, with what became of their lines, and the ids of the movements that they report.</summary>
    public const string Documents = $"{Schema}.source_document";

    /// <summary>Documents of which several states may come, with the newest that has.</summary>
    public const string Revisions = $"{Schema}.document_revision";

    /// <summary>Documents that wait as a whole, by their entry in quarantine.</summary>
    public const string Held = $"{Schema}.held_document";

    /// <summary>Sources, as they are configured.</summary>
    public const string Sources = $"{Schema}.document_source";

    /// <summary>What a source calls our locations and SKUs.</summary>
    public const string Mappings = $"{Schema}.source_mapping";

    public static IEnumerable<Table> Definitions()
    {
        var files = new Table(Files);
        files.AddColumn("id", "uuid").AsPrimaryKey();
        files.AddColumn("format", "text").NotNull();
        files.AddColumn("source", "text");
        files.AddColumn("received_at", "timestamptz").NotNull();
        files.AddColumn("by", "text").NotNull();
        files.AddColumn("correlation_id", "text").NotNull();
        files.AddColumn("sequence", "bigint");
        yield return files;

        var documents = new Table(Documents);
        documents.AddColumn("file", "uuid").AsPrimaryKey();
        documents.AddColumn("n", "integer").AsPrimaryKey();
        documents.AddColumn("source", "text").NotNull();
        documents.AddColumn("kind", "text").NotNull();
        documents.AddColumn("number", "text");
        documents.AddColumn("position", "text").NotNull();
        documents.AddColumn("counts", "jsonb").NotNull();
        documents.AddColumn("movements", "text[]").NotNull();
        documents.Indexes.Add(new IndexDefinition("source_document_by_number") { Columns = ["source", "kind", "number"] });
        yield return documents;

        var revisions = new Table(Revisions);
        revisions.AddColumn("source", "text").AsPrimaryKey();
        revisions.AddColumn("kind", "text").AsPrimaryKey();
        revisions.AddColumn("number", "text").AsPrimaryKey();
        revisions.AddColumn("revision", "bigint");
        yield return revisions;

        var held = new Table(Held);
        held.AddColumn("entry", "uuid").AsPrimaryKey();
        held.AddColumn("content", "bytea").NotNull();
        yield return held;

        var sources = new Table(Sources);
        sources.AddColumn("source", "text").AsPrimaryKey();
        sources.AddColumn("settings", "jsonb").NotNull();
        sources.AddColumn("version", "integer").NotNull();
        sources.AddColumn("by", "text").NotNull();
        yield return sources;

        var mappings = new Table(Mappings);
        mappings.AddColumn("source", "text").AsPrimaryKey();
        mappings.AddColumn("kind", "text").AsPrimaryKey();
        mappings.AddColumn("theirs", "text").AsPrimaryKey();
        mappings.AddColumn("ours", "text").NotNull();
        mappings.AddColumn("by", "text").NotNull();
        yield return mappings;
    }
}
