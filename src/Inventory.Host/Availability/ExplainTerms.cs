using System.Data;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>One summand of an availability answer.</summary>
/// <param name="Term">What it is: on-hand, unsellable, reserved, safety-stock, buffer, floor-at-zero, not-eligible, allocation, backorder, publish-buffer, cap
/// or threshold.</param>
/// <param name="Location">Where; null for the network.</param>
/// <param name="Quantity">Signed.</param>
/// <param name="Rule">Because of which rule; null for a fact, and for the sum of what rules of other channels do where the caller may not see those.</param>
/// <param name="Reservation">Because of which reservation; null for the sum of all others, where the caller may not see those or they are many.</param>
/// <param name="Events">The newest events that made it so, newest first.</param>
public sealed record ExplainedTerm(
    string Term, string? Location, decimal Quantity, string? Rule, long? RuleVersion, string? Reservation, IReadOnlyList<Guid> Events);

/// <summary>The domain's terms, with reservations and events named.</summary>
public sealed class ExplainTerms(NpgsqlDataSource database)
{
    /// <summary>Reservations that are named one by one at one location; those beyond are one term.</summary>
    private const int NamedAtMost = 100;

    /// <summary>How far back a position's events are searched for those that explain it.</summary>
    private const int EventsSearched = 100;

    /// <param name="basis">What it rests on.</param>
    /// <param name="at">Of this location only.</param>
    /// <param name="maySee">Whether the caller may see what is a channel's own: reservations and rules of other channels are shown as sums.</param>
    /// <returns>They add up to the promise exactly, whoever asks.</returns>
    public async Task<IReadOnlyList<ExplainedTerm>> Of(
        ChannelId channel, SkuStock stock, AvailabilityInputs basis, LocationId? at, Func<ChannelId, bool> maySee, CancellationToken cancellation)
    {
        var terms = PromiseBreakdown.Of(channel, stock, basis.Plan.Rules, at);
        var events = await Events(stock.Sku, [.. terms.Select(term => term.Location).OfType<LocationId>().Distinct()], basis.Past, cancellation);
        var open = basis.Book.Open(stock.Sku).Where(reservation => maySee(reservation.Channel))
            .SelectMany(reservation => reservation.Open.Where(units => units.Key.Sku == stock.Sku)
                .Select(units => (units.Key.Location, reservation.Key, units.Quantity)))
            .ToLookup(units => units.Location);
        return [.. InSums(terms, maySee)
            .SelectMany(term => term is { Name: PromiseBreakdown.Reserved, Location: { } location }
                ? ByReservation(term, open[location], events[location]) : [Named(term, events)])];
    }

    /// <summary>Terms of rules that the caller may not see become one for each name and location, where the first of them was.</summary>
    private static IEnumerable<PromiseTerm> InSums(IReadOnlyList<PromiseTerm> terms, Func<ChannelId, bool> maySee) => terms
        .Select((term, index) => term.Rule is { } rule && RuleScope.Of(rule.Body).Channel is { } owner
            && !maySee(owner) ? (Term: term with { Rule = null }, Index: -1) : (Term: term, Index: index))
        .GroupBy(entry => (entry.Index, entry.Index < 0 ? (entry.Term.Name, entry.Term.Location) : default))
        .Select(entries => entries.First().Term with { Quantity = entries.Sum(entry => entry.Term.Quantity) })
        .Where(term => term.Quantity != 0);

    private static ExplainedTerm Named(PromiseTerm term, ILookup<LocationId, (Guid Id, ReservedBy? Reservation)> events) => new(
        term.Name, term.Location?.Value, term.Quantity, term.Rule?.Id.Value, term.Rule?.Version, null,
        term.Name == PromiseBreakdown.OnHand
        ? [.. events[term.Location!.Value].Where(happened => happened.Reservation is null).Take(1).Select(happened => happened.Id)] : []);

    private static IEnumerable<ExplainedTerm> ByReservation(
        PromiseTerm term, IEnumerable<(LocationId Location, ReservationKey Key, decimal Quantity)> open, IEnumerable<(Guid Id, ReservedBy? Reservation)> events)
    {
        var left = term.Quantity;
        foreach (var (location, key, quantity) in open.Take(NamedAtMost))
        {
            left += quantity;
            yield return new ExplainedTerm(
                term.Name, location.Value, -quantity, null, null, key.Id,
                [.. events.Where(happened => happened.Reservation?.Is(key) == true).Take(1).Select(happened => happened.Id)]);
        }

        if (left != 0)
        {
            yield return new ExplainedTerm(term.Name, term.Location?.Value, left, null, null, null, []);
        }
    }

    /// <summary>The newest events of the SKU at these locations, newest first; of those that count for a question about the past.</summary>
    private async Task<ILookup<LocationId, (Guid Id, ReservedBy? Reservation)>> Events(
        Sku sku, IReadOnlyList<LocationId> locations, AsOfQuestion? past, CancellationToken cancellation)
    {
        // Of the past it takes a search to find them; of now they are the last versions, and what is before them need not be read.
        var newest = $"(select version from {Projections.InventorySchema.Name}.mt_streams where id = wanted.stream) - $2 + 1";
        await using var command = database.CreateCommand(
            $"""
             select e.stream_id, e.id, case when e.type like 'reservation%' or e.type = 'stock_reserved' then e.data->>'reservation' end as reservation,
               e.data->>'channel' as channel
             from unnest($1) as wanted(stream)
             cross join lateral (
               select * from {EventHistory.Of("wanted.stream", from: past is null ? newest : null)}
               where $3::timestamptz is null or timestamp <= $3 or ($4 and (data->>'occurredAt')::timestamptz <= $3)
               order by version desc limit $2) as e
             """);
        command.Parameters.AddWithValue(locations.Select(location => new PositionKey(sku, location).ToString()).ToArray());
        command.Parameters.AddWithValue(Math.Max(1, EventsSearched * 10 / Math.Max(10, locations.Count)));
        command.Parameters.Add(SqlValue.OrNull(past?.At));
        command.Parameters.AddWithValue(past?.Knowledge == Knowledge.Now);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<(LocationId Location, Guid Id, ReservedBy? Reservation)>();
        while (await reader.ReadAsync(cancellation))
        {
            var reservation = reader.IsDBNull("reservation") ? null : new ReservedBy(reader.GetString("reservation"), reader.TextOrNull("channel"));
            events.Add((PositionKey.Parse(reader.GetString("stream_id")).Location, reader.GetGuid("id"), reservation));
        }

        return events.ToLookup(happened => happened.Location, happened => (happened.Id, happened.Reservation));
    }

    /// <summary>The reservation that an event is about; without a channel where an older build stored it.</summary>
    private sealed record ReservedBy(string Id, string? Channel)
    {
        public bool Is(ReservationKey key) => Id == key.Id && (Channel is null || Channel == key.Channel.Value);
    }
}
