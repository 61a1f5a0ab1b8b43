using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Skus;

/// <summary>
/// What is registered of SKUs: unit, packs, other names. Writes are rare, and serialised by a lock of the database; reads always see the newest.
/// <see cref="SkuNames"/> caches them.
/// </summary>
public sealed class SkuRegistry(NpgsqlDataSource database, IClock clock)
{
    private const string Schema = Projections.InventorySchema.Name;
    internal const string Lock = "select pg_advisory_xact_lock(hashtextextended('retailsync/sku-registry', 0))";

    private static readonly JsonSerializerOptions Stored = new(JsonSerializerDefaults.Web);

    /// <summary>Changes with every write; 0 before the first.</summary>
    public async Task<long> NewestChange(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select coalesce(max(change), 0) from {SkuTables.Profiles}");
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>What these names mean, a GTIN in any of its lengths; a name that is not registered is not in it.</summary>
    public async Task<IReadOnlyDictionary<string, KnownArticle>> Find(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var found = new Dictionary<string, KnownArticle>(StringComparer.Ordinal);
        if (names.Count == 0)
        {
            return found;
        }

        var forms = names.SelectMany(name => AliasGuard.Forms(name).Select(form => (Name: name, Form: form))).ToList();
        await using var command = database.CreateCommand(
            $"""
             select w.name, coalesce(n.sku, w.form) as sku, n.pack_unit, p.sku is not null as has_profile, p.unit, p.decimals, p.packs::text as packs
             from unnest($1, $2) as w(name, form)
             left join {SkuTables.Names} n on n.name = w.form
             left join {SkuTables.Profiles} p on p.sku = coalesce(n.sku, w.form)
             where n.sku is not null or p.sku is not null or exists (select 1 from {SkuTables.Known} k where k.sku = w.form)
             order by w.form = w.name
             """);
        command.Parameters.AddWithValue(forms.ConvertAll(form => form.Name).ToArray());
        command.Parameters.AddWithValue(forms.ConvertAll(form => form.Form).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            // The name as it is written comes last, and wins.
            var sku = Sku.Parse(reader.GetString("sku"));
            found[reader.GetString("name")] = new KnownArticle(sku, reader.TextOrNull("pack_unit"), reader.GetBoolean("has_profile")
                ? new SkuProfile(sku, reader.TextOrNull("unit"), reader.ValueOrNull<int>("decimals"), Packs(reader.GetString("packs")), []) : null);
        }

        return found;
    }

    /// <summary>Null for a SKU of which nothing is registered.</summary>
    public async Task<(SkuProfile Profile, int Version, string By)?> Read(Sku sku, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select unit, decimals, packs::text as packs, aliases::text as aliases, name, class, version, by from {SkuTables.Profiles} where sku = $1");
        command.Parameters.AddWithValue(sku.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? (new SkuProfile(sku, reader.TextOrNull("unit"), reader.ValueOrNull<int>("decimals"), Packs(reader.GetString("packs")),
                JsonSerializer.Deserialize<string[]>(reader.GetString("aliases")) ?? [])
            { Name = reader.TextOrNull("name"), Class = reader.TextOrNull("class") }, reader.GetInt32("version"), reader.GetString("by"))
            : null;
    }

    /// <summary>The other names of a SKU; null where it has none.</summary>
    public async Task<IReadOnlyList<SkuName>?> NamesOf(Sku sku, CancellationToken cancellation) =>
        await Read(sku, cancellation) is var (profile, _, _) && profile.Names().Any()
            ? [.. from name in profile.Names()
                  select new SkuName(name.Name, name.PackUnit, profile.Packs.FirstOrDefault(pack => pack.Unit == name.PackUnit)?.Factor)]
            : null;

    /// <summary>Registers all of them, or none.</summary>
    /// <param name="profiles">Each SKU at most once.</param>
    /// <param name="mayReplace">Whether a version (null: there is none) may be replaced.</param>
    /// <param name="cancellation">Stops it before it is written.</param>
    /// <returns>The version of each, in their order; and which change of the registry it is.</returns>
    /// <exception cref="ApiProblemException">412, 409 <c>alias-taken</c>, 409 <c>unit-in-use</c>.</exception>
    public async Task<(IReadOnlyList<int> Versions, long Change)> Put(
        IReadOnlyList<SkuProfile> profiles, Func<string?, bool> mayReplace, Actor by, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Run(connection, Lock, cancellation);
        var skus = profiles.Select(profile => profile.Sku.Value).ToArray();
        var versions = await Versions(connection, skus, cancellation);
        if (skus.Any(sku => !mayReplace(versions.TryGetValue(sku, out var version) ? FormattableString.Invariant($"{version}") : null)))
        {
            throw ApiProblemException.PreconditionFailed();
        }

        var names = profiles.SelectMany(profile => profile.Names().Distinct()
            .Where(name => name.Name != profile.Sku.Value).Select(name => (name.Name, Sku: profile.Sku.Value, name.PackUnit))).ToList();
        await Run(connection, $"delete from {SkuTables.Names} where sku = any($1)", cancellation, (object)skus);
        await RefuseTaken(connection, profiles, names, cancellation);
        await KeepKits(connection, profiles, cancellation);
        await KeepUnits(connection, [.. profiles.Where(profile => profile.Unit is not null)], cancellation);
        await Run(connection, $"insert into {SkuTables.Names} (name, sku, pack_unit) select * from unnest($1, $2, $3)", cancellation,
            names.Select(name => name.Name).ToArray(), names.Select(name => name.Sku).ToArray(), names.Select(name => name.PackUnit).ToArray());
        await Run(connection, $"insert into {SkuTables.Known} (sku, by) select sku, $2 from unnest($1) as registered(sku) on conflict do nothing",
            cancellation, skus, by.ToString());
        var change = await NextChange(connection, cancellation);
        int[] written = [.. skus.Select(sku => versions.GetValueOrDefault(sku) + 1)];
        await Run(connection,
            $"""
             insert into {SkuTables.Profiles} (sku, unit, decimals, packs, aliases, version, by, change, name, class)
             select sku, unit, decimals, packs::jsonb, aliases::jsonb, version, $7, $8, name, class
             from unnest($1, $2, $3, $4, $5, $6, $9, $10) as put(sku, unit, decimals, packs, aliases, version, name, class)
             on conflict (sku) do update set unit = excluded.unit, decimals = excluded.decimals, packs = excluded.packs, aliases = excluded.aliases,
               version = excluded.version, by = excluded.by, change = excluded.change, name = excluded.name, class = excluded.class
             """,
            cancellation, skus, profiles.Select(profile => profile.Unit).ToArray(), profiles.Select(profile => profile.Decimals).ToArray(),
            profiles.Select(profile => JsonSerializer.Serialize(profile.Packs, Stored)).ToArray(),
            profiles.Select(profile => JsonSerializer.Serialize(profile.Aliases)).ToArray(), written, by.ToString(), change,
            profiles.Select(profile => profile.Name).ToArray(), profiles.Select(profile => profile.Class).ToArray());
        await Run(connection, SkuClasses.Register, cancellation, skus, profiles.Select(profile => profile.Class).ToArray());
        await RefuseStocked(connection, skus, names, cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return (written, change);
    }

    private static async Task<long> NextChange(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select coalesce(max(change), 0) + 1 from {SkuTables.Profiles}", connection);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    private static async Task<Dictionary<string, int>> Versions(NpgsqlConnection connection, string[] skus, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select sku, version from {SkuTables.Profiles} where sku = any($1)", connection);
        command.Parameters.AddWithValue(skus);
        var versions = new Dictionary<string, int>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            versions.Add(reader.GetString("sku"), reader.GetInt32("version"));
        }

        return versions;
    }

    /// <summary>
    /// A name under which a kit, or a component of one, is set stays a SKU of its own: the kit would need what nothing is recorded under any more.
    /// </summary>
    private static async Task RefuseKits(NpgsqlConnection connection, string[] others, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select name from unnest($1) as other(name) join ({RuleStream.SkusOfKits}) as kit on kit.sku = other.name limit 10", connection);
        command.Parameters.AddWithValue(others);
        List<string> names = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            names.Add(reader.GetString("name"));
        }

        if (names.Count > 0)
        {
            throw ApiProblemException.Conflict("alias-taken", $"{string.Join("; ", names.Select(name => $"'{name}' is a kit, or in one"))}.");
        }
    }

    /// <summary>A name belongs to one SKU, and the name of a SKU to that SKU.</summary>
    private static async Task RefuseTaken(
        NpgsqlConnection connection, IReadOnlyList<SkuProfile> profiles, List<(string Name, string Sku, string? PackUnit)> names,
        CancellationToken cancellation)
    {
        string[] skus = [.. profiles.Select(profile => profile.Sku.Value)];
        await using var command = new NpgsqlCommand(
            $"""
             select name, sku from {SkuTables.Names} where name = any($1) or name = any($2)
             union all select sku, sku from {SkuTables.Known} where sku = any($1)
             limit 10
             """,
            connection);
        command.Parameters.AddWithValue(OtherNames(skus, names));
        command.Parameters.AddWithValue(skus);
        List<(string Name, string Sku)> taken =
        [
            .. names.GroupBy(name => AliasGuard.Forms(name.Name).Max(StringComparer.Ordinal))
                .Where(named => named.DistinctBy(name => (name.Sku, name.PackUnit)).Count() > 1)
                .Select(named => (named.First().Name, named.First().Sku)),
            .. names.Where(name => skus.Contains(name.Name)).Select(name => (name.Name, name.Name)),

            // A SKU's own number cannot mean several of it.
            .. profiles.SelectMany(profile => profile.Packs.Where(pack => pack is { Gtin: not null, Factor: not 1 }).Select(pack => pack.Gtin!)
                .Where(AliasGuard.Forms(profile.Sku.Value).Contains).Select(gtin => (gtin, profile.Sku.Value))),
        ];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            taken.Add((reader.GetString("name"), reader.GetString("sku")));
        }

        if (taken.Count > 0)
        {
            throw ApiProblemException.Conflict("alias-taken", $"{string.Join("; ", taken.Take(10).Select(one => $"'{one.Name}' is {one.Sku}"))}.");
        }
    }

    /// <summary>
    /// A name under which units were recorded stays a SKU of its own: they would be in two SKUs otherwise. The locks wait for writers that are about to make
    /// the first position under a name, and are held for this and the commit only.
    /// </summary>
    private static async Task RefuseStocked(
        NpgsqlConnection connection, string[] skus, List<(string Name, string Sku, string? PackUnit)> names, CancellationToken cancellation)
    {
        var others = OtherNames(skus, names);
        if (others.Length == 0)
        {
            return;
        }

        await RefuseKits(connection, others, cancellation);
        await Run(connection, SkuPartition.Lock, cancellation, SkuPartition.Of(others.Select(Sku.Parse)));
        await using var command = new NpgsqlCommand(
            $"select w.name from unnest($1) as w(name) where exists (select 1 from {Schema}.{PositionTable.Name} p where p.sku = w.name) limit 10", connection);
        command.Parameters.AddWithValue(others);
        List<string> stocked = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            stocked.Add(reader.GetString("name"));
        }

        if (stocked.Count > 0)
        {
            throw ApiProblemException.Conflict("alias-taken", $"{string.Join("; ", stocked.Select(name => $"'{name}' has units of its own"))}.");
        }
    }

    /// <summary>Names that would mean these SKUs from now on and are not their own: aliases, and other forms of what is a GTIN.</summary>
    private static string[] OtherNames(string[] skus, List<(string Name, string Sku, string? PackUnit)> names) =>
        [.. names.Select(name => name.Name).Concat(skus).SelectMany(AliasGuard.Forms).Where(name => Sku.TryParse(name, out _)).Except(skus)];

    /// <summary>A SKU that has stock keeps its unit: its numbers would mean something else.</summary>
    private static async Task KeepUnits(NpgsqlConnection connection, IReadOnlyList<SkuProfile> profiles, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select w.sku, u.unit from unnest($1, $2) as w(sku, unit) join {SkuTables.Units} u on u.sku = w.sku
             where u.unit <> w.unit and exists (select 1 from {Schema}.{PositionTable.Name} p where p.sku = w.sku) limit 10
             """,
            connection);
        string[] skus = [.. profiles.Select(profile => profile.Sku.Value)];
        string[] units = [.. profiles.Select(profile => UnitOfMeasure.Find(profile.Unit!)!.Code)];
        command.Parameters.AddWithValue(skus);
        command.Parameters.AddWithValue(units);
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (await reader.ReadAsync(cancellation))
            {
                throw ApiProblemException.Conflict("unit-in-use", $"{reader.GetString("sku")} has stock, which is kept in {reader.GetString("unit")}.");
            }
        }

        await Run(connection,
            $"insert into {SkuTables.Units} (sku, unit) select * from unnest($1, $2) on conflict (sku) do update set unit = excluded.unit", cancellation,
            skus, units);
    }

    /// <summary>A SKU that a kit needs a fraction of cannot be counted in whole units, as long as the kit is in force or dated ahead.</summary>
    private async Task KeepKits(NpgsqlConnection connection, IReadOnlyList<SkuProfile> profiles, CancellationToken cancellation)
    {
        var decimals = profiles.Where(profile => profile.Decimals is not null).ToDictionary(profile => profile.Sku, profile => profile);
        await using var command = new NpgsqlCommand(
            $"select distinct stream_id from ({RuleStream.QuantitiesInKits("$1")}) as needed where quantity <> trunc(quantity)", connection);
        command.Parameters.AddWithValue(decimals.Keys.Select(sku => sku.Value).ToArray());
        List<string> streams = [];
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                streams.Add(reader.GetString("stream_id"));
            }
        }

        var now = clock.GetCurrentInstant();
        var refused =
            from kit in streams.Count == 0 ? [] : await RuleStream.Read(connection, streams, cancellation)
            from at in kit.All.Select(version => Instant.Max(now, version.EffectiveFrom))
            where kit.InForceAt(at) is { Body: KitRule }
            let rule = (KitRule)kit.InForceAt(at)!.Body
            from component in rule.Components
            where UnitConversion.TooFine(component.Quantity, decimals.GetValueOrDefault(component.Sku)) is not null
            select FormattableString.Invariant($"{rule.Sku} needs {component.Quantity} of {component.Sku}");
        if (refused.FirstOrDefault() is { } why)
        {
            throw ApiProblemException.Conflict("unit-in-use", $"Kits need more decimals: {why}.");
        }
    }

    private static async Task Run(NpgsqlConnection connection, string sql, CancellationToken cancellation, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var parameter in parameters)
        {
            command.Parameters.Add(parameter is int?[] numbers
                ? new NpgsqlParameter { Value = numbers, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Integer }
                : new NpgsqlParameter { Value = parameter });
        }

        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static IReadOnlyList<SkuPack> Packs(string json) => JsonSerializer.Deserialize<SkuPack[]>(json, Stored) ?? [];
}
