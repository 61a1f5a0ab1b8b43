using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Audit.Checkpoints;

/// <summary>The stored checkpoints: rows are added to it and never changed.</summary>
internal static class CheckpointTable
{
    private const string Columns = "number, at, round, streams, events, root, previous, key, signature";

    /// <summary>A null column, which only tampering without constraints can cause, makes the checkpoint wrong and does not stop the check.</summary>
    private const string Select =
        $"""
         select coalesce(number, 0) as number, coalesce(at, 'epoch') as at, coalesce(round, 0) as round, coalesce(streams, 0) as streams,
           coalesce(events, 0) as events, coalesce(root, '') as root, coalesce(previous, '') as previous, coalesce(key, '') as key,
           coalesce(signature, '') as signature
         from {ChainTables.Checkpoints}
         """;

    /// <summary>All of them, the oldest first.</summary>
    public const string SelectAll = $"{Select} order by number";

    private const string SelectNewest = $"{Select} order by number desc limit 1";

    private const string SelectAfter = $"{Select} where number > $1 order by number limit $2";

    private const string SelectOne = $"{Select} where number = $1 limit 1";

    private const string Insert =
        $"insert into {ChainTables.Checkpoints} ({Columns}) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (number) do nothing";

    /// <returns>The newest; null when there is none.</returns>
    public static async Task<Checkpoint?> Newest(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectNewest, connection);
        return (await Read(command, cancellation)).FirstOrDefault();
    }

    /// <returns>The one of a number; null when there is none.</returns>
    public static async Task<Checkpoint?> Find(NpgsqlConnection connection, long number, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectOne, connection);
        command.Parameters.AddWithValue(number);
        return (await Read(command, cancellation)).FirstOrDefault();
    }

    /// <returns>Those with a higher number, the lowest first.</returns>
    public static async Task<List<Checkpoint>> After(NpgsqlConnection connection, long number, int limit, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(SelectAfter, connection);
        command.Parameters.AddWithValue(number);
        command.Parameters.AddWithValue(limit);
        return await Read(command, cancellation);
    }

    /// <returns>False when another host has made one of this number.</returns>
    public static async Task<bool> Add(NpgsqlConnection connection, Checkpoint made, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        foreach (var value in new object[] { made.Number, made.At, made.Round, made.Streams, made.Events, made.Root, made.Previous, made.Key, made.Signature })
        {
            command.Parameters.AddWithValue(value);
        }

        return await command.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <param name="reader">Of <see cref="SelectAll"/>.</param>
    public static async Task<List<Checkpoint>> Read(NpgsqlDataReader reader, CancellationToken cancellation)
    {
        List<Checkpoint> found = [];
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(new Checkpoint(
                reader.GetInt64("number"), reader.GetFieldValue<Instant>("at"), reader.GetInt64("round"), reader.GetInt64("streams"), reader.GetInt64("events"),
                reader.GetFieldValue<byte[]>("root"), reader.GetFieldValue<byte[]>("previous"), reader.GetString("key"),
                reader.GetFieldValue<byte[]>("signature")));
        }

        return found;
    }

    private static async Task<List<Checkpoint>> Read(NpgsqlCommand command, CancellationToken cancellation)
    {
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await Read(reader, cancellation);
    }
}
