using System.Collections.Concurrent;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Skus;

/// <summary>
/// The assortment, for those who want facts about anything else to be quarantined: with <c>Ingestion:RequireKnownSkus</c> a movement of a SKU
/// that was never registered goes to quarantine as <c>unknown-sku</c>. None is ever deleted, so a positive answer is cached for ever; a negative one is queried
/// again.
/// </summary>
public sealed class KnownSkus(NpgsqlDataSource database, IConfiguration configuration)
{
    private readonly ConcurrentDictionary<Sku, bool> _known = [];

    public bool AreRequired { get; } = configuration.Read<IngestionOptions>().RequireKnownSkus;

    /// <summary>The SQL condition that nothing is known of a SKU: it has no position and was not registered.</summary>
    /// <param name="sku">The SQL expression of the SKU.</param>
    public static string IsUnknown(string sku) =>
        $"""
         not exists (select from {Projections.InventorySchema.Name}.{PositionTable.Name} as p where p.sku = {sku})
         and not exists (select from {SkuTables.Known} as k where k.sku = {sku})
         """;

    /// <summary>
    /// Those of <paramref name="skus"/> that are not registered; none when that is not required. A kit is known by its definition.
    /// </summary>
    public async Task<IReadOnlySet<Sku>> Unknown(IEnumerable<Sku> skus, CancellationToken cancellation)
    {
        var asked = AreRequired ? skus.Where(sku => !_known.ContainsKey(sku)).ToHashSet() : [];
        if (asked.Count > 0)
        {
            await using var command = database.CreateCommand(
                $"select sku from {SkuTables.Known} where sku = any($1) union {RuleStream.SkusOfKitsOf("$2")}");
            command.Parameters.AddWithValue(asked.Select(sku => sku.Value).ToArray());
            command.Parameters.AddWithValue(asked.Select(sku => RuleStream.KeyOf(RuleId.OfKit(sku))).ToArray());
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            while (await reader.ReadAsync(cancellation))
            {
                var sku = Sku.Parse(reader.GetString(0));
                _known.TryAdd(sku, true);
                asked.Remove(sku);
            }
        }

        return asked;
    }
}
