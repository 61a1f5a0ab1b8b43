using System.Collections.Immutable;
using System.Data;
using System.Data.Common;
using System.Text.Json;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Projections.Reservations;
using Weasel.Postgresql.Tables;

namespace RetailSync.Inventory.Projections.Availability;

/// <summary>One row for every SKU whose holds have to consider all its locations: it has, or had, a ring-fence or safety stock of the network.</summary>
public static class FencedUseTable
{
    public const string Name = "fenced_use";

    private const string Table = $"{InventorySchema.Name}.{Name}";

    public static Table Definition()
    {
        var table = new Table(Table);
        table.AddColumn("sku", "text").AsPrimaryKey();
        table.AddColumn("version", "bigint").NotNull();
        table.AddColumn("units", "jsonb").NotNull();
        return table;
    }

    /// <summary>Parameter: <c>text[]</c> SKUs. SKUs without a row are left out.</summary>
    public const string SelectBySkus =
        $"select sku, version, units from unnest($1) as wanted(wanted_sku) cross join lateral (select * from {Table} u where u.sku = wanted.wanted_sku "
            + $"offset 0) as found";

    public const string SelectAll = $"select sku, version, units from {Table}";

    /// <summary>
    /// The first ring-fences whose use is not what all reservations keep of them and have shipped: SKU, rule, units here, units of the reservations. Reads
    /// every reservation there ever was.
    /// </summary>
    public const string SelectMismatches =
        $"""
         with counted as (
           select line->>'sku' as sku, line->>'countedIn' as rule,
             sum(case when r.state in ('held', 'confirmed') then (part->>'quantity')::numeric else coalesce((part->>'fulfilled')::numeric, 0) end) as units
           from {InventorySchema.Name}.{ReservationTable.Name} r
           cross join lateral jsonb_array_elements(r.body->'lines') as line
           cross join lateral jsonb_array_elements((line->'allocations') || coalesce(line->'supply', '[]')) as part
           where line->>'countedIn' is not null
           group by 1, 2),
         used as (select sku, rule, of_rule.units::numeric as units from {Table} as u cross join lateral jsonb_each_text(u.units) as of_rule(rule, units))
         select sku, rule, coalesce(used.units, 0) as used, coalesce(counted.units, 0) as counted from used full join counted using (sku, rule)
         where coalesce(used.units, 0) <> coalesce(counted.units, 0) order by 1, 2 limit 20
         """;

    /// <summary>Parameters: those of <see cref="AddRows"/>.</summary>
    public const string Insert = $"insert into {Table} (sku, version, units) select * from unnest($1, $2, $3)";

    /// <summary>
    /// Fails when one of them is no longer at the version before. Parameters: those of <see cref="AddRows"/>, <c>bigint[]</c> versions before, and how many
    /// rows they are.
    /// </summary>
    public const string Update =
        $"""
         with changed as (
           update {Table} u set version = wanted.version, units = wanted.units
           from unnest($1, $2, $3, $4) as wanted(sku, version, units, expected)
           where u.sku = wanted.sku and u.version = wanted.expected
           returning 1)
         select {InventorySchema.Name}.{LaneFunctions.RequireName}(count(*), $5) from changed
         """;

    public static void AddRows(NpgsqlParameterCollection parameters, IReadOnlyList<(Sku Sku, FencedUse Use)> rows)
    {
        parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Sku.Value));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, rows, row => row.Use.Version));
        parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, rows, row => JsonSerializer.SerializeToUtf8Bytes(row.Use.Units, EventJson.Options)));
    }

    public static (Sku Sku, FencedUse Use) Read(DbDataReader reader) => (
        Sku.Parse(reader.GetString("sku")),
        new FencedUse(reader.GetInt64("version"),
            FencedUse.None.Units.AddRange(JsonSerializer.Deserialize<ImmutableSortedDictionary<string, decimal>>(reader.GetString("units"),
            EventJson.Options)!)));
}
