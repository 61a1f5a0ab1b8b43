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

    /// <summary>Parameters: <c>text[]</c> of the names of <see cref="NamesOf"/>, and <c>text[]</c> of the SKU of each.</summary>
    public const string Sql = $"select {Function}($1, $2)";

    private const string Function = $"{Projections.InventorySchema.Name}.refuse_alias";

    /// <summary>
    /// Other names of the SKU itself raise nothing. Another form of its number that is registered does, unless the SKU is registered itself; only SKUs with a
    /// profile count, since names are resolved once there is one.
    /// </summary>
    public static Function Definition() => new(
        PostgresqlProvider.Instance.Parse(Function),
        $"""
         create or replace function {Function}(names text[], skus text[]) returns boolean language plpgsql as $$
         begin
           if exists (select 1 from unnest(names, skus) w(name, sku) join {SkuTables.Names} n on n.name = w.name where n.sku <> w.sku)
             or exists (
               select 1 from unnest(names, skus) w(name, sku) join {SkuTables.Profiles} p on p.sku = w.name
               where p.sku <> w.sku and not exists (select 1 from {SkuTables.Known} k where k.sku = w.sku)) then
             raise exception 'a name among these is another name of a SKU' using errcode = '{SqlState}';
           end if;
           return true;
         end $$;
         """);

    /// <summary>The names of these SKUs, as they may be written, each with its SKU.</summary>
    public static IReadOnlyList<(string Name, string Sku)> NamesOf(IEnumerable<Sku> skus) =>
        [.. skus.Distinct().SelectMany(sku => Forms(sku.Value).Select(form => (form, sku.Value)))];

    /// <summary>A name, and the other forms in which it may be written where it is a GTIN; the name itself first.</summary>
    public static IEnumerable<string> Forms(string name) =>
        Gtin.TryNormalise(name, out var digits) ? Gtin.Forms(digits).Where(form => form != name).Prepend(name) : [name];
}
