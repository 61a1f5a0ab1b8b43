using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>Where a rule's events are: a stream of its own, whose key has no <c>@</c> and so is never a position's.</summary>
public static class RuleStream
{
    private const string Prefix = "rule/";
    private const string KitPrefix = Prefix + RuleId.KitPrefix;

    /// <summary>A query for the SKUs of kits and of their components, whenever they were that.</summary>
    public static readonly string SkusOfKits =
        $"""
         select data->'body'->>'sku' as sku from {Projections.InventorySchema.Name}.mt_events where {Within(KitPrefix)}
         union select component->>'sku' from {Projections.InventorySchema.Name}.mt_events
           cross join lateral jsonb_array_elements(data->'body'->'components') as component where {Within(KitPrefix)}
         """;

    /// <summary>A query for the SKUs of the kits of these streams.</summary>
    /// <param name="keys">The SQL expression of an array.</param>
    public static string SkusOfKitsOf(string keys) =>
        $"select data->'body'->>'sku' from {Projections.InventorySchema.Name}.mt_events where stream_id = any({keys}) and data ? 'body'";

    /// <summary>A query for kit, component and quantity where kits need these SKUs, in each version.</summary>
    /// <param name="skus">The SQL expression of an array.</param>
    public static string QuantitiesInKits(string skus) =>
        $"""
         select stream_id, component->>'sku' as component, (component->>'quantity')::numeric as quantity from {Projections.InventorySchema.Name}.mt_events
         cross join lateral jsonb_array_elements(data->'body'->'components') as component where {Within(KitPrefix)} and component->>'sku' = any({skus})
         """;

    public static string KeyOf(RuleId id) => Prefix + id.Value;

    public static bool Is(string stream) => stream.StartsWith(Prefix, StringComparison.Ordinal) && !stream.Contains('@', StringComparison.Ordinal);

    public static RuleId IdOf(string stream) => RuleId.Parse(stream[Prefix.Length..]);

    /// <summary>How many events kits have.</summary>
    public static async Task<long> CountOfKits(NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select count(*) from {Projections.InventorySchema.Name}.mt_events where {Within(KitPrefix)}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>The kits with all their versions.</summary>
    public static Task<IReadOnlyList<RuleVersions>> ReadKits(NpgsqlDataSource database, CancellationToken cancellation) =>
        Read(database.CreateCommand(), KitPrefix, null, cancellation);

    /// <summary>The rules of these streams, kits too, with all their versions.</summary>
    /// <param name="database">Where the events are.</param>
    /// <param name="streams">Null for every rule.</param>
    public static Task<IReadOnlyList<RuleVersions>> Read(
        NpgsqlDataSource database, IReadOnlyCollection<string>? streams, CancellationToken cancellation) =>
        Read(database.CreateCommand(), Prefix, streams, cancellation);

    /// <summary>The same within a transaction.</summary>
    public static Task<IReadOnlyList<RuleVersions>> Read(
        NpgsqlConnection connection, IReadOnlyCollection<string> streams, CancellationToken cancellation) =>
        Read(connection.CreateCommand(), Prefix, streams, cancellation);

    private static async Task<IReadOnlyList<RuleVersions>> Read(
        NpgsqlCommand reading, string prefix, IReadOnlyCollection<string>? streams, CancellationToken cancellation)
    {
        await using var command = reading;
        command.CommandText =
            $"""
             select stream_id, type, data, timestamp from {Projections.InventorySchema.Name}.mt_events
             where {Within(prefix)} and ($1 is null or stream_id = any($1)) order by stream_id, version
             """;
        command.Parameters.Add(SqlValue.OrNull(streams?.ToArray()));
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var rules = new Dictionary<string, RuleVersions>();
        while (await reader.ReadAsync(cancellation))
        {
            var stream = reader.GetString("stream_id");
            if (Is(stream))
            {
                var rule = rules.GetValueOrDefault(stream) ?? RuleVersions.None(IdOf(stream));
                rules[stream] = rule.Evolve(Event(reader.GetString("type"), reader.GetString("data")), reader.GetFieldValue<Instant>("timestamp"));
            }
        }

        return [.. rules.Values];
    }

    /// <summary>The character after <c>/</c> is <c>0</c>.</summary>
    private static string Within(string prefix) => $"stream_id >= '{prefix}' and stream_id < '{prefix[..^1]}0'";

    private static RuleEvent Event(string type, string data) => type == Projections.InventorySchema.EventNames[typeof(RuleSet)]
        ? JsonSerializer.Deserialize<RuleSet>(data, EventJson.Options)!
        : JsonSerializer.Deserialize<RuleEnded>(data, EventJson.Options)!;
}
