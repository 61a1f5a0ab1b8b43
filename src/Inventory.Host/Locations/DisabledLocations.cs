using System.Collections.Frozen;
using Npgsql;
using RetailSync.Inventory.Domain;

namespace RetailSync.Inventory.Host.Locations;

/// <summary>
/// The locations that no channel may sell from, at most a second old, and at once where this host itself was told. One that nobody
/// registered is enabled.
/// </summary>
public sealed class DisabledLocations(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(1);

    private volatile Known? _known;
    private long _told;

    private sealed record Known(FrozenSet<LocationId> Locations, long ReadAt, long Told);

    /// <summary>A location was registered anew: what was read before, or is being read now, no longer counts.</summary>
    public void Forget() => Interlocked.Increment(ref _told);

    public async ValueTask<IReadOnlySet<LocationId>> Read(CancellationToken cancellation)
    {
        var told = Interlocked.Read(ref _told);
        if (_known is { } known && known.Told == told && time.GetElapsedTime(known.ReadAt) < Freshness)
        {
            return known.Locations;
        }

        var readAt = time.GetTimestamp();
        await using var command = database.CreateCommand($"select id from {Projections.Projections.Schema}.mt_doc_location where (data->>'disabled')::boolean");
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<LocationId> locations = [];
        while (await reader.ReadAsync(cancellation))
        {
            locations.Add(LocationId.Parse(reader.GetString(0)));
        }

        return (_known = new Known(locations.ToFrozenSet(), readAt, told)).Locations;
    }
}
