using Npgsql;
using NpgsqlTypes;

namespace RetailSync.Inventory.Projections;

/// <summary>One column of many rows as one parameter: statements here work on sets.</summary>
public static class SqlArray
{
    public static NpgsqlParameter Of<TRow, TValue>(NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var values = new TValue[rows.Count];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = value(rows[index]);
        }

        return new NpgsqlParameter<TValue[]> { TypedValue = values, NpgsqlDbType = NpgsqlDbType.Array | type };
    }

    /// <summary>The same for a statement with named parameters.</summary>
    public static NpgsqlParameter Of<TRow, TValue>(string name, NpgsqlDbType type, IReadOnlyList<TRow> rows, Func<TRow, TValue> value)
    {
        var parameter = Of(type, rows, value);
        parameter.ParameterName = name;
        return parameter;
    }
}
