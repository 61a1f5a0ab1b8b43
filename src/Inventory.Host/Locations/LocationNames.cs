using System.Data;
using Npgsql;
using RetailSync.Channels.Epcis;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Locations;

/// <summary>
/// A location that is named by its GLN (<c>gln:…</c>) may be in use under an older name of the same place: its URN or the bare number, registered by an
/// operator or recorded by an earlier build. Then it keeps that name, so that one place stays one location. Other names stay as they are.
/// </summary>
public sealed class LocationNames(NpgsqlDataSource database)
{
    private const string Schema = Projections.InventorySchema.Name;
    private static readonly Dictionary<LocationId, LocationId> AllAsNamed = [];

    private static readonly string Sql =
        $"""
        select wanted.name, wanted.other, exists (select from {Schema}.mt_doc_location as l where l.id = wanted.other) as registered
        from unnest($1, $2) as wanted (name, other)
        where exists (select from {Schema}.mt_doc_location as l where l.id = wanted.other)
          or exists (select from {Schema}.{PositionTable.Name} as p where p.location = wanted.other)
        """;

    /// <summary>
    /// The position that is asked for by a name of its place: the one of that name where there is one, else the one of another name of the place. Only for
    /// callers who may see both.
    /// </summary>
    public async ValueTask<PositionKey> Meant(PositionKey named, Caller caller, CancellationToken cancellation)
    {
        if (!caller.SeesAll || !(Gln.TryRead(named.Location, out var gln) || Gln.TryParse(named.Location.Value, out gln)))
        {
            return named;
        }

        List<string> names = [named.Location.Value, gln.Location.Value, .. gln.OtherNames.Select(other => other.Value)];
        await using var command = database.CreateCommand($"select location from {Schema}.{PositionTable.Name} where sku = $1 and location = any($2)");
        command.Parameters.AddWithValue(named.Sku.Value);
        command.Parameters.AddWithValue(names.ToArray());
        var found = new HashSet<string>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add(reader.GetString(0));
        }

        return names.Find(found.Contains) is { } name ? named with { Location = LocationId.Parse(name) } : named;
    }

    /// <summary>
    /// Under which name each of these is in use, where that may be another one. Where it is under several, a registered one comes before one that only has
    /// stock, then the GLN before the others. A store's own location comes first of all: it is the only name under which it may record.
    /// </summary>
    /// <param name="named">Names of any kind.</param>
    /// <param name="caller">The caller that names them; null for the product itself.</param>
    public async Task<IReadOnlyDictionary<LocationId, LocationId>> InUse(IEnumerable<LocationId> named, Caller? caller, CancellationToken cancellation)
    {
        var wanted = named.Distinct()
            .Where(location => Gln.TryRead(location, out _))
            .SelectMany(location => Gln.TryRead(location, out var gln) ? gln.OtherNames.Prepend(location)
                .Select(other => (Name: location.Value, Other: other.Value)) : [])
            .ToList();
        if (wanted.Count == 0)
        {
            return AllAsNamed;
        }

        var found = new List<(string Name, string Other, bool Registered)>();
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(wanted.Select(one => one.Name).ToArray());
        command.Parameters.AddWithValue(wanted.Select(one => one.Other).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            found.Add((reader.GetString("name"), reader.GetString("other"), reader.GetBoolean("registered")));
        }

        IReadOnlySet<string> own = caller is { SeesAll: false } ? caller.Locations : new HashSet<string>();
        if (own.Count > 0)
        {
            found.AddRange(wanted.Where(one => own.Contains(one.Other)).Select(one => (one.Name, one.Other, Registered: true)));
        }

        return found.GroupBy(one => one.Name).ToDictionary(
            of => LocationId.Parse(of.Key),
            of => LocationId.Parse(of
                .OrderByDescending(one => own.Contains(one.Other))
                .ThenByDescending(one => one.Registered)
                .ThenByDescending(one => one.Other == one.Name)
                .ThenBy(one => one.Other, StringComparer.Ordinal)
                .First().Other));
    }
}
