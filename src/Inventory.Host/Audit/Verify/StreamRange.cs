using Npgsql;
using NpgsqlTypes;

namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>Streams beside each other, in the order of their bytes.</summary>
/// <param name="IsInOrder">Whether the database's collation is that order, as ours is: its indexes then have it too.</param>
/// <param name="From">The first; null for the first there is.</param>
/// <param name="Until">The first behind them; null where none is.</param>
/// <param name="Only">Of these, only those; null for all.</param>
internal sealed record StreamRange(bool IsInOrder, string? From = null, string? Until = null, string[]? Only = null)
{
    /// <param name="stream">The SQL for the key of a stream.</param>
    /// <returns>What to order by.</returns>
    public string Order(string stream) => IsInOrder ? stream : $"{stream} collate \"C\"";

    /// <param name="stream">The SQL for the key of a stream.</param>
    /// <returns>A condition, for a statement whose only parameters are <see cref="Parameters"/>.</returns>
    public string Contains(string stream) => (From, Until, Only) switch
    {
        (null, null, null) => "true",
        (null, null, _) => $"{stream} = any($1)",
        (null, _, null) => $"{stream} < $1",
        (_, null, null) => $"{stream} >= $1",
        (_, _, null) => $"{stream} >= $1 and {stream} < $2",
        _ => throw new InvalidOperationException("Some streams are no range."),
    };

    public NpgsqlParameter[] Parameters() => Only is not null
        ? [new NpgsqlParameter { Value = Only, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text }]
        : [.. new[] { From, Until }.OfType<string>().Select(boundary => new NpgsqlParameter<string> { TypedValue = boundary })];
}
