using System.Data;
using Npgsql;
using RetailSync.Channels.Epcis;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.SourceDocuments.Sources;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.SourceDocuments.Resolve;

/// <summary>Finds what names mean, many in a statement: by the mappings of their source, in the registries, and among what is recorded.</summary>
public sealed class FindNames(NpgsqlDataSource database, SkuRegistry skus)
{
    private const string Schema = Projections.InventorySchema.Name;

    /// <summary>Those of these names that are mapped, by source, kind and name.</summary>
    public async Task<Dictionary<(string Source, string Kind, string ExternalId), string>> Mapped(
        IReadOnlyCollection<(string Source, string Kind, string ExternalId)> names, CancellationToken cancellation)
    {
        var found = new Dictionary<(string, string, string), string>();
        if (names.Count == 0)
        {
            return found;
        }

        await using var command = database.CreateCommand(
            $"""
             select m.source, m.kind, m.theirs, m.ours from unnest($1, $2, $3) as w(source, kind, theirs)
             join {DocumentTables.Mappings} m on m.source = w.source and m.kind = w.kind and m.theirs = w.theirs
             """);
        command.Parameters.AddWithValue(names.Select(name => name.Source).ToArray());
        command.Parameters.AddWithValue(names.Select(name => name.Kind).ToArray());
        command.Parameters.AddWithValue(names.Select(name => name.ExternalId).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found[(reader.GetString("source"), reader.GetString("kind"), reader.GetString("theirs"))] = reader.GetString("ours");
        }

        return found;
    }

    /// <summary>Which of these sources has any mapping of a SKU: then its numbers are not ours.</summary>
    public async Task<IReadOnlySet<string>> WithSkus(IReadOnlyCollection<string> sources, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select w.source from unnest($1) as w(source)
             where exists (select 1 from {DocumentTables.Mappings} m where m.source = w.source and m.kind = '{SourceMappings.OfSkus}')
             """);
        command.Parameters.AddWithValue(sources.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var found = new HashSet<string>();
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    /// <inheritdoc cref="SkuRegistry.Find"/>
    public Task<IReadOnlyDictionary<string, KnownArticle>> Articles(IReadOnlyCollection<string> names, CancellationToken cancellation) =>
        skus.Find(names, cancellation);

    /// <summary>Those of these names, which are registered of no SKU, that are SKUs of which something is recorded.</summary>
    public async Task<IReadOnlySet<string>> Recorded(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        if (names.Count == 0)
        {
            return found;
        }

        await using var command = database.CreateCommand($"select w.name from unnest($1) as w(name) where not ({KnownSkus.IsUnknown("w.name")})");
        command.Parameters.AddWithValue(names.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(reader.GetString("name"));
        }

        return found;
    }

    /// <summary>Those of these names that are locations that are registered or have stock, also under another name of their GLN.</summary>
    public async Task<Dictionary<string, (string Location, string? Zone)>> Locations(IReadOnlyCollection<string> names, CancellationToken cancellation)
    {
        var found = new Dictionary<string, (string, string?)>(StringComparer.Ordinal);
        if (names.Count == 0)
        {
            return found;
        }

        var wanted = names.SelectMany(name => CalledHere(name).Select(ours => (Name: name, Ours: ours))).ToList();
        await using var command = database.CreateCommand(
            $"""
             select w.name, w.ours, l.data->>'timeZone' as zone
             from unnest($1, $2) with ordinality as w(name, ours, place)
             left join {Schema}.mt_doc_location l on l.id = w.ours
             where l.id is not null or exists (select 1 from {Schema}.{PositionTable.Name} p where p.location = w.ours)
             order by l.id is null, w.place
             """);
        command.Parameters.AddWithValue(wanted.Select(one => one.Name).ToArray());
        command.Parameters.AddWithValue(wanted.Select(one => one.Ours).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.TryAdd(reader.GetString("name"), (reader.GetString("ours"), reader.TextOrNull("zone")));
        }

        return found;
    }

    private static IEnumerable<string> CalledHere(string name) =>
        Gln.TryParse(name, out var gln) || (LocationId.TryParse(name, out var own) && Gln.TryRead(own, out gln))
            ? gln.OtherNames.Select(other => other.Value).Prepend(gln.Location.Value)
            : LocationId.TryParse(name, out var location) ? [location.Value] : [];
}
