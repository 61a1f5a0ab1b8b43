using Npgsql;

namespace RetailSync.Inventory.Projections;

/// <summary>Reads columns that may be null, by name.</summary>
public static class RowReader
{
    public static string? TextOrNull(this NpgsqlDataReader row, string column) =>
        row.GetOrdinal(column) is var ordinal && row.IsDBNull(ordinal) ? null : row.GetString(ordinal);

    public static T? ValueOrNull<T>(this NpgsqlDataReader row, string column)
        where T : struct => row.GetOrdinal(column) is var ordinal && row.IsDBNull(ordinal) ? null : row.GetFieldValue<T>(ordinal);
}
