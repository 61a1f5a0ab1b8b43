using System.Data;
using Npgsql;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>The proof, kept beside the events: nothing that writes events writes here.</summary>
public static class ChainTables
{
    public const string Links = $"{Schema}.event_chain";
    public const string Progress = $"{Schema}.event_chain_progress";
    public const string Checkpoints = $"{Schema}.audit_checkpoint";
    public const string Acknowledged = $"{Schema}.audit_checkpoint_acknowledged";

    /// <summary>Says whether this transaction may write the chain; another one may not at the same time. The number means nothing but this.</summary>
    internal const string TryLock = "select pg_try_advisory_xact_lock(7238461950271)";

    /// <summary>The same for those who cannot do it another time: they wait.</summary>
    internal const string Lock = "select pg_advisory_xact_lock(7238461950271)";

    /// <summary>Links that a repair has replaced, as they were.</summary>
    public const string Replaced = $"{Schema}.event_chain_replaced";

    public const string Keys = $"{Schema}.audit_key";

    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>Every event up to here is linked, and no other will be committed below it; 0 before the first.</summary>
    public static async Task<long> ReadCompleteUpTo(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce((select settled from {Progress} where id = 1), 0)");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>How far the chains have come; for one who has their lock.</summary>
    internal static async Task<(long Settled, long Round)> ReadProgress(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select settled, round from {Progress} where id = 1", connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? (reader.GetInt64("settled"), reader.GetInt64("round")) : (0, 0);
    }

    public static IEnumerable<Table> Definitions()
    {
        // The hashes of neighbouring events of a stream, 32 bytes each; version is that of the last.
        var links = new Table(Links);
        links.AddColumn("stream", "text").AsPrimaryKey();
        links.AddColumn("version", "bigint").AsPrimaryKey();
        links.AddColumn("round", "bigint").NotNull();
        links.AddColumn("hashes", "bytea").NotNull();
        yield return links;

        // The round is the one that they were made in; they were links until the round of the repair.
        var replaced = new Table(Replaced);
        replaced.AddColumn("stream", "text").AsPrimaryKey();
        replaced.AddColumn("version", "bigint").AsPrimaryKey();
        replaced.AddColumn("replaced_in", "bigint").AsPrimaryKey();
        replaced.AddColumn("round", "bigint").NotNull();
        replaced.AddColumn("hashes", "bytea").NotNull();
        yield return replaced;

        // One row: how far the chains have come.
        var progress = new Table(Progress);
        progress.AddColumn("id", "integer").AsPrimaryKey();
        progress.AddColumn("settled", "bigint").NotNull();
        progress.AddColumn("round", "bigint").NotNull();
        yield return progress;

        var checkpoints = new Table(Checkpoints);
        checkpoints.AddColumn("number", "bigint").AsPrimaryKey();
        checkpoints.AddColumn("at", "timestamptz").NotNull();
        checkpoints.AddColumn("round", "bigint").NotNull();
        checkpoints.AddColumn("streams", "bigint").NotNull();
        checkpoints.AddColumn("events", "bigint").NotNull();
        checkpoints.AddColumn("root", "bytea").NotNull();
        checkpoints.AddColumn("previous", "bytea").NotNull();
        checkpoints.AddColumn("key", "text").NotNull();
        checkpoints.AddColumn("signature", "bytea").NotNull();
        yield return checkpoints;

        // Up to which checkpoint a webhook has acknowledged them, by the hash of its address.
        var acknowledged = new Table(Acknowledged);
        acknowledged.AddColumn("target", "text").AsPrimaryKey();
        acknowledged.AddColumn("number", "bigint").NotNull();
        yield return acknowledged;

        // Of development hosts only: elsewhere the private key is in the configuration, and never in the database that it is to protect from.
        var keys = new Table(Keys);
        keys.AddColumn("id", "integer").AsPrimaryKey();
        keys.AddColumn("private_key", "text").NotNull();
        yield return keys;
    }
}
