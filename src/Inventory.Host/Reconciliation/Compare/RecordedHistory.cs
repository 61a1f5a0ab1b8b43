using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>Reads what was recorded, for many positions at once.</summary>
internal sealed class RecordedHistory(NpgsqlConnection connection)
{
    private const string Schema = Projections.InventorySchema.Name;
    private const int TimeoutSeconds = 600;

    /// <summary>Every event of these positions, in the order of recording; positions without any are left out.</summary>
    public async Task<Dictionary<PositionKey, List<RecordedEvent>>> Events(IReadOnlyCollection<PositionKey> positions, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select e.stream_id, e.type, e.data, e.timestamp,
               {ReservationTable.HoldEnds("e")} as hold_ends, {ReservationTable.HoldChannel("e")} as hold_channel
             from unnest($1) as wanted(id)
             cross join lateral (select * from {EventHistory.Of("wanted.id")} order by version offset 0) e
             """,
            connection)
        { CommandTimeout = TimeoutSeconds };
        command.Parameters.AddWithValue(positions.Select(position => position.ToString()).ToArray());
        var events = new Dictionary<PositionKey, List<RecordedEvent>>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var position = PositionKey.Parse(reader.GetString("stream_id"));
            if (!events.TryGetValue(position, out var stream))
            {
                events[position] = stream = [];
            }

            var happened = StoredEvents.Of(StoredEvents.Read(reader.GetString("type"), reader.GetFieldValue<byte[]>("data")),
                reader.TextOrNull("hold_channel"));
            stream.Add(new RecordedEvent(reader.GetFieldValue<Instant>("timestamp"), happened, reader.ValueOrNull<Instant>("hold_ends")));
        }

        return events;
    }

    /// <summary>Their documents of these SKUs, at every location.</summary>
    public async Task<ILookup<Sku, TheirDocument>> Documents(Guid run, IReadOnlyCollection<Sku> skus, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"select id, type, sku, location, quantity, occurred_at, status, from_status, to_status from {ReconciliationTables.DocumentsOf(run)} where sku "
                + $"= any($1) order by line", connection);
        command.Parameters.AddWithValue(Values(skus));
        var documents = new List<TheirDocument>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            documents.Add(new TheirDocument(
                reader.GetString("id"), reader.GetString("type"), new PositionKey(Sku.Parse(reader.GetString("sku")),
                LocationId.Parse(reader.GetString("location"))),
                reader.GetDecimal("quantity"),
                reader.GetFieldValue<Instant>("occurred_at"), reader.TextOrNull("status"), reader.TextOrNull("from_status"), reader.TextOrNull("to_status")));
        }

        return documents.ToLookup(document => document.Position.Sku);
    }

    /// <summary>Where, among all locations of these SKUs, a movement of ours names one of these documents, or is it.</summary>
    public async Task<ILookup<Sku, (string Document, LocationId Location)>> BookedLocations(
        IReadOnlyCollection<Sku> skus, IReadOnlyCollection<string> documents, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select p.sku, p.location, e.data->>'document' as document, e.data->>'id' as id from {Schema}.position p
             cross join lateral (select data from {EventHistory.Of("p.sku || '@' || p.location")} offset 0) e
             where p.sku = any($1) and (e.data->>'document' = any($2) or e.data->>'id' = any($2))
             """,
            connection)
        { CommandTimeout = TimeoutSeconds };
        command.Parameters.AddWithValue(Values(skus));
        command.Parameters.AddWithValue(documents.ToArray());
        var found = new List<(Sku Sku, string Document, LocationId Location)>();
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (sku, location) = (Sku.Parse(reader.GetString("sku")), LocationId.Parse(reader.GetString("location")));
            found.AddRange(new[] { reader.TextOrNull("document"), reader.TextOrNull("id") }.OfType<string>().Select(name => (sku, name, location)));
        }

        return found.ToLookup(booked => booked.Sku, booked => (booked.Document, booked.Location));
    }

    /// <summary>Those without any recorded event or registration.</summary>
    public async Task<(IReadOnlySet<string> Skus, IReadOnlySet<string> Locations)> Unknown(
        IReadOnlyCollection<PositionKey> positions, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(
            $"""
             select 'sku' as kind, name from unnest($1) as wanted(name) where {KnownSkus.IsUnknown("wanted.name")}
             union all
             select 'location', name from unnest($2) as wanted(name)
             where not exists (select 1 from {Schema}.position p where p.location = name)
               and not exists (select 1 from {Schema}.mt_doc_location l where l.id = name)
             """,
            connection);
        command.Parameters.AddWithValue(Values(positions.Select(position => position.Sku).Distinct()));
        command.Parameters.AddWithValue(positions.Select(position => position.Location.Value).Distinct().ToArray());
        var (skus, locations) = (new HashSet<string>(), new HashSet<string>());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            (reader.GetString("kind") == "sku" ? skus : locations).Add(reader.GetString("name"));
        }

        return (skus, locations);
    }

    private static string[] Values(IEnumerable<Sku> skus) => [.. skus.Select(sku => sku.Value)];
}
