using System.Data;
using System.Globalization;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Positions.Events;
using RetailSync.Inventory.Host.Positions.Search;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Search;

/// <summary>Something that has a name, with what an address of it is made from.</summary>
/// <param name="Kind">
/// <c>sku</c>, <c>position</c>, <c>location</c>, <c>channel</c>, <c>rule</c>, <c>kit</c>, <c>reservation</c>, <c>order</c>, <c>movement</c> or <c>event</c>.
/// </param>
/// <param name="Id">Its name within its kind.</param>
/// <param name="Title">What else is worth showing: a state, the type of an event, the kind of a rule, of a SKU how many positions it has; else empty.</param>
public sealed record SearchHit(string Kind, string Id, string Title)
{
    public string? Sku { get; init; }

    public string? Location { get; init; }

    public string? Channel { get; init; }

    public string? Source { get; init; }

    public long? Sequence { get; init; }
}

/// <summary>
/// Looks in everything that has a name. SKUs, positions and places are found in memory by their beginning; reservations, orders, movements and events by their
/// whole name and by an index; events of a correlation id, which has none, among those of the last 24 hours and only where nothing else is found.
/// </summary>
public sealed class SearchEverything(
    ReadAvailability availability, ScanPositions scan, PlanCache planning, KnownChannels channels, FindMovement movements, FindEvents events,
    NpgsqlDataSource database, IClock clock)
{
    /// <summary>A shorter text is no correlation id that anybody looks for.</summary>
    private const int ShortestCorrelation = 8;

    private const int MostChannels = 1_000;

    private const string Reservations =
        $"select id, channel, state from {Projections.InventorySchema.Name}.{ReservationTable.Name} "
            + "where id = $1 and ($2::text[] is null or channel = any($2)) order by channel limit $3";

    private const string Orders = $"select order_id as id, channel, state from {ChannelOrderTables.Orders} where channel = any($2) and order_id = $1 limit $3";

    /// <param name="text">What was typed, without blanks around it.</param>
    /// <param name="count">As many as are wanted of each kind.</param>
    /// <returns>Kinds in the order in which people look for them.</returns>
    public async Task<IReadOnlyList<SearchHit>> Find(string text, int count, Caller caller, CancellationToken cancellation)
    {
        List<SearchHit> hits = [];
        hits.AddRange(await Stock(text, count, caller, cancellation));
        hits.AddRange(planning.Now().Locations.Keys.Where(location => Begins(location.Value, text) && caller.MaySee(location))
            .OrderBy(location => location.Value, StringComparer.Ordinal).Take(count)
            .Select(location => new SearchHit("location", location.Value, "") { Location = location.Value }));
        IReadOnlyList<ChannelId> seen = [.. (await channels.All(MostChannels, cancellation)).Where(caller.MaySee)];
        hits.AddRange(seen.Where(channel => Begins(channel.Value, text)).Take(count)
            .Select(channel => new SearchHit("channel", channel.Value, "") { Channel = channel.Value }));
        if (caller.SeesAll)
        {
            hits.AddRange(planning.Book.All.Where(rule => Begins(rule.Id.Value, text)).Take(count).Select(rule =>
                new SearchHit(rule.Id.IsKit ? "kit" : "rule", rule.Id.Value, rule.Latest?.Body.Kind ?? "")));
        }

        string[] own = [.. seen.Select(channel => channel.Value)];
        hits.AddRange(await OfChannels("reservation", Reservations, text, caller.SeesAll ? null : own, count, cancellation));
        hits.AddRange(await OfChannels("order", Orders, text, own, count, cancellation));
        if (caller.SeesAll || caller.Roles.Contains(Role.Store))
        {
            hits.AddRange(await Recorded(text, hits.Count == 0, count, caller, cancellation));
        }

        return hits;
    }

    private static bool Begins(string name, string text) => name.StartsWith(text, StringComparison.OrdinalIgnoreCase);

    private async Task<IReadOnlyList<SearchHit>> Stock(string text, int count, Caller caller, CancellationToken cancellation)
    {
        if (availability.FromMemory() is not { } basis || (!caller.SeesAll && !caller.Roles.Contains(Role.Store)))
        {
            return [];
        }

        List<SearchHit> hits = [];
        var skus = await scan.Skus(basis.Book, new PositionFilter(text, null, null, null, null), cancellation);
        var everywhere = new PositionFilter("", null, null, null, null);
        for (var index = 0; index < skus.Length && hits.Count < count; index++)
        {
            var sku = skus.Span[index].Value;
            var positions = ScanPositions.Seen(basis, skus.Slice(index, 1), everywhere, caller, cancellation).Count();
            if (positions > 0)
            {
                hits.Add(new SearchHit("sku", sku, positions.ToString(CultureInfo.InvariantCulture)) { Sku = sku });
            }
        }

        // A location has no @, so the last one parts the two; either may have been typed in part.
        if (text.LastIndexOf('@') is var at and > 0 && Sku.TryParse(text[..at], out var of))
        {
            hits.AddRange(ScanPositions.Seen(basis, new[] { of }, everywhere, caller, cancellation)
                .Where(seen => Begins(seen.Key.Location.Value, text[(at + 1)..])).Take(count)
                .Select(seen => new SearchHit("position", seen.Key.ToString(), "") { Sku = of.Value, Location = seen.Key.Location.Value }));
        }

        return hits;
    }

    private async Task<IReadOnlyList<SearchHit>> OfChannels(
        string kind, string sql, string id, string[]? among, int count, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(sql);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)among ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text });
        command.Parameters.AddWithValue(count);
        List<SearchHit> hits = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            hits.Add(new SearchHit(kind, reader.GetString("id"), reader.IsDBNull("state") ? "" : reader.GetString("state"))
            { Channel = reader.GetString("channel") });
        }

        return hits;
    }

    private async Task<IReadOnlyList<SearchHit>> Recorded(string text, bool isNothingElse, int count, Caller caller, CancellationToken cancellation)
    {
        if (text.Split(' ', 2) is [{ Length: > 0 } source, { Length: > 0 } id] && await movements.Of(source, id, null, caller, cancellation) is { } movement)
        {
            return [new SearchHit("movement", id, movement.Events is [{ } first, ..] ? first.Event.Type : "")
            {
                Source = source,
                Sequence = movement.Sequence,
                Sku = movement.Events is [{ } at, ..] ? at.Sku : null,
                Location = movement.Events is [{ } there, ..] ? there.Location : null,
            }];
        }

        var found = long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var sequence) ? await events.BySequence(sequence, cancellation)
            : Guid.TryParse(text, out var name) ? await events.ById(name, cancellation) : null;
        IReadOnlyList<FoundEvent> all = found is not null ? [found]
            : isNothingElse && text.Length >= ShortestCorrelation ? await events.ByCorrelation(text, count, clock.GetCurrentInstant(), cancellation) : [];
        return [.. all.Where(one => caller.MaySee(LocationId.Parse(one.Location))).Select(one =>
            new SearchHit("event", one.Event.Sequence.ToString(CultureInfo.InvariantCulture), one.Event.Type)
            { Sku = one.Sku, Location = one.Location, Source = one.Event.Source, Sequence = one.Event.Sequence })];
    }
}
