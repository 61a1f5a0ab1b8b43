using System.Data;
using Npgsql;

namespace RetailSync.Inventory.Host.Audit.Chain;

/// <summary>The rows of a chain as one row, since sending a row takes longer than what is in it.</summary>
internal static class ChainRows
{
    /// <summary>Of rows with <c>version</c> and <c>hashes</c> that come in the order of versions, grouped by stream.</summary>
    public const string Columns = "array_agg(version) as versions, array_agg(length(hashes)) as lengths, string_agg(hashes, '') as hashes";

    /// <param name="reader">At a row with <see cref="Columns"/>.</param>
    /// <returns>The version of the last event of each row, and its hashes.</returns>
    public static List<(long Last, ReadOnlyMemory<byte> Hashes)> Read(NpgsqlDataReader reader)
    {
        var (versions, lengths) = (reader.GetFieldValue<long[]>("versions"), reader.GetFieldValue<int[]>("lengths"));
        var hashes = reader.GetFieldValue<byte[]>("hashes");
        var rows = new List<(long, ReadOnlyMemory<byte>)>(versions.Length);
        for (var (row, offset) = (0, 0); row < versions.Length; offset += lengths[row++])
        {
            rows.Add((versions[row], hashes.AsMemory(offset, lengths[row])));
        }

        return rows;
    }
}
