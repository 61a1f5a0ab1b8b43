using Npgsql;

namespace RetailSync.Inventory.Host.Audit.Chain;

/// <summary>The rows of a chain as one row, since sending a row takes longer than what is in it.</summary>
internal static class ChainRows
{
    /// <summary>Of rows with <c>version</c> and <c>hashes</c> that come in the order of versions, grouped by stream.</summary>
    public const string Columns = "array_agg(version), array_agg(length(hashes)), string_agg(hashes, '')";

    /// <param name="reader">At a row with <see cref="Columns"/>.</param>
    /// <param name="ordinal">Of the first of them.</param>
    /// <returns>The version of the last event of each row, and its hashes.</returns>
    public static List<(long Last, ReadOnlyMemory<byte> Hashes)> Read(NpgsqlDataReader reader, int ordinal)
    {
        var (versions, lengths) = (reader.GetFieldValue<long[]>(ordinal), reader.GetFieldValue<int[]>(ordinal + 1));
        var hashes = reader.GetFieldValue<byte[]>(ordinal + 2);
        var rows = new List<(long, ReadOnlyMemory<byte>)>(versions.Length);
        for (var (row, offset) = (0, 0); row < versions.Length; offset += lengths[row++])
        {
            rows.Add((versions[row], hashes.AsMemory(offset, lengths[row])));
        }

        return rows;
    }
}
