using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain;
using Weasel.Postgresql;
using Weasel.Postgresql.Functions;

namespace RetailSync.Inventory.Host.Storage.Tables;

/// <summary>
/// Keeps units from being counted under a name that has become another name of a SKU: a host that has not yet read the newest registry could do that. The
/// transaction that makes the first position of a SKU runs it; one that registers an alias refuses a name that has a position, and waits for the former.
/// </summary>
internal static class AliasGuard
{
    /// <summary>The SQLSTATE that it raises. Resolved anew, the name means the SKU.</summary>
    public const string SqlState = "RS002";

    /// <summary>Parameter: <c>text[]</c> of <see cref="NamesOf"/>.</summary>
    public const string Sql = $"select {Function}($1)";

    private const string Function = $"{Projections.InventorySchema.Name}.refuse_alias";

    public static Function Definition() => new(
        PostgresqlProvider.Instance.Parse(Function),
        $"""
         create or replace function {Function}(names text[]) returns boolean language plpgsql as $$
         begin
           if exists (select 1 from {SkuTables.Names} n where n.name = any(names)) then
             raise exception 'a name among these is another name of a SKU' using errcode = '{SqlState}';
           end if;
           return true;
         end $$;
         """);

    /// <summary>The names of these SKUs, as they may be written.</summary>
    public static string[] NamesOf(IEnumerable<Sku> skus) => [.. skus.SelectMany(sku => Forms(sku.Value))];

    /// <summary>A name, and the other forms in which it may be written where it is a GTIN; the name itself first.</summary>
    public static IEnumerable<string> Forms(string name) =>
        Gtin.TryNormalise(name, out var digits) ? Gtin.Forms(digits).Where(form => form != name).Prepend(name) : [name];
}
