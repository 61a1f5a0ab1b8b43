using NodaTime;
using Npgsql;
using NpgsqlTypes;

namespace RetailSync.Inventory.Projections;

/// <summary>A parameter that may be null, which PostgreSQL has to know the type of.</summary>
public static class SqlValue
{
    public static NpgsqlParameter OrNull(string? value) => OrNull(value, NpgsqlDbType.Text);

    /// <summary>For a statement with named parameters.</summary>
    public static NpgsqlParameter OrNull(string name, string? value) => new(name, NpgsqlDbType.Text) { Value = (object?)value ?? DBNull.Value };

    public static NpgsqlParameter OrNull(string[]? values) => OrNull(values, NpgsqlDbType.Array | NpgsqlDbType.Text);

    public static NpgsqlParameter OrNull(int? value) => OrNull(value, NpgsqlDbType.Integer);

    public static NpgsqlParameter OrNull(long? value) => OrNull(value, NpgsqlDbType.Bigint);

    public static NpgsqlParameter OrNull(bool? value) => OrNull(value, NpgsqlDbType.Boolean);

    public static NpgsqlParameter OrNull(Guid? value) => OrNull(value, NpgsqlDbType.Uuid);

    public static NpgsqlParameter OrNull(Instant? value) => OrNull(value, NpgsqlDbType.TimestampTz);

    private static NpgsqlParameter OrNull(object? value, NpgsqlDbType type) => new() { Value = value ?? DBNull.Value, NpgsqlDbType = type };
}
