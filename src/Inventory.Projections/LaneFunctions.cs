using Weasel.Postgresql;
using Weasel.Postgresql.Functions;

namespace RetailSync.Inventory.Projections;

/// <summary>
/// The product's one function in the database: it turns an unexpected row count into an error, so that a batch is checked without another round trip.
/// </summary>
public static class LaneFunctions
{
    public const string RequireName = "require_count";

    public static Function Require() => new(
        PostgresqlProvider.Instance.Parse($"{InventorySchema.Name}.{RequireName}"),
        $"""
         create or replace function {InventorySchema.Name}.{RequireName}(actual bigint, expected bigint) returns boolean language plpgsql as $$
         begin
           if actual <> expected then
             raise exception 'expected %, found %: something was written meanwhile', expected, actual using errcode = 'RS001';
           end if;
           return true;
         end $$;
         """);
}
