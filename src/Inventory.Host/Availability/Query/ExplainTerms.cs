using System.Data;
using System.Text.Json.Serialization;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Availability;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <summary>One summand of an availability answer.</summary>
/// <param name="Term">What it is: on-hand, unsellable, reserved, safety-stock, buffer, floor-at-zero, not-eligible, allocation, backorder, components,
/// publish-buffer, cap or threshold.</param>
/// <param name="Location">Where; null for the network.</param>
/// <param name="Quantity">Signed.</param>
/// <param name="Rule">Because of which rule; null for a fact, and for the sum of what rules of other channels do where the caller may not see those.</param>
/// <param name="Reservation">Because of which reservation; null for the sum of all others, where the caller may not see those or they are many.</param>
/// <param name="RuleVersion">Of the rule; of components, the kit's version.</param>
/// <param name="Events">The newest events that made it so, newest first.</param>
/// <param name="Limiting">Of components: the one that is enough for the fewest kits.</param>
/// <param name="Components">Each component; left out of other terms.</param>
public sealed record ExplainedTerm(
    string Term, string? Location, decimal Quantity, string? Rule, long? RuleVersion, string? Reservation, IReadOnlyList<Guid> Events,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Limiting = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<ExplainedComponent>? Components = null);

/// <summary>One component of a kit.</summary>
/// <param name="Needed">Units in one kit.</param>
/// <param name="Available">Units that the channel may use.</param>
/// <param name="Kits">Kits that they would be enough for, whatever there is of the other components.</param>
/// <param name="Limits">Whether no component is enough for fewer.</param>
/// <param name="Terms">They add up to what is available.</param>
public sealed record ExplainedComponent(
    string Sku, decimal Needed, decimal Available, decimal Kits, bool Limits, IReadOnlyList<ExplainedTerm> Terms);

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
        var all = terms.Select(term => (stock.Sku, term.Location))
            .Concat(terms.SelectMany(term => term.Components ?? []).SelectMany(component => component.Terms.Select(term => (component.Sku, term.Location))));
        PositionKey[] positions = [.. all.Where(one => one.Location is not null).Select(one => new PositionKey(one.Sku, one.Location!.Value)).Distinct()];
        var events = await Events(positions, basis.Past, cancellation);
        var open = (from sku in positions.Select(key => key.Sku).Distinct()
                    from reservation in basis.Book.Open(sku)
                    where maySee(reservation.Channel)
                    from units in reservation.Open
                    where units.Key.Sku == sku
                    select (units.Key, Reservation: reservation.Key, units.Quantity))
            .ToLookup(units => units.Key, units => (units.Reservation, units.Quantity));
        return Explained(stock.Sku, terms);

        IReadOnlyList<ExplainedTerm> Explained(Sku sku, IReadOnlyList<PromiseTerm> terms) => [.. InSums(terms, maySee).SelectMany(term => term switch
        {
            { Components: { } components } => [OfComponents(term, components)],
            { Name: PromiseBreakdown.Reserved, Location: { } location } when new PositionKey(sku, location) is var key =>
                ByReservation(term, open[key], events[key]),
            { Name: PromiseBreakdown.OnHand, Location: { } location } => [Named(term) with { Events = Newest(new PositionKey(sku, location)) }],
            _ => (IEnumerable<ExplainedTerm>)[Named(term)],
        })];

        IReadOnlyList<Guid> Newest(PositionKey key) =>
            [.. events[key].Where(happened => happened.Reservation is null).Take(1).Select(happened => happened.Id)];

        ExplainedTerm OfComponents(PromiseTerm term, IReadOnlyList<ComponentPromise> components) => Named(term) with
        {
            Limiting = components.First(component => component.Limits).Sku.Value,
            Components = [.. components.Select(component => new ExplainedComponent(
                component.Sku.Value, component.Needed, component.Available, component.Kits, component.Limits,
                Explained(component.Sku, component.Terms)))],
        };
    }

    /// <summary>Terms of rules that the caller may not see become one for each name and location, where the first of them was.</summary>
    private static IEnumerable<PromiseTerm> InSums(IReadOnlyList<PromiseTerm> terms, Func<ChannelId, bool> maySee) => terms
        .Select((term, index) => term.Rule is { } rule && RuleScope.Of(rule.Body).Channel is { } owner
            && !maySee(owner) ? (Term: term with { Rule = null }, Index: -1) : (Term: term, Index: index))
        .GroupBy(entry => (entry.Index, entry.Index < 0 ? (entry.Term.Name, entry.Term.Location) : default))
        .Select(entries => entries.First().Term with { Quantity = entries.Sum(entry => entry.Term.Quantity) })
        .Where(term => term.Quantity != 0 || term.Components is not null);

    /// <summary>A kit is no rule that a caller could read: its version alone is shown.</summary>
    private static ExplainedTerm Named(PromiseTerm term) => new(
        term.Name, term.Location?.Value, term.Quantity, term.Components is null ? term.Rule?.Id.Value : null, term.Rule?.Version, null, []);

    private static IEnumerable<ExplainedTerm> ByReservation(
        PromiseTerm term, IEnumerable<(ReservationKey Key, decimal Quantity)> open, IEnumerable<(Guid Id, ReservedBy? Reservation)> events)
    {
        var left = term.Quantity;
        foreach (var (key, quantity) in open.Take(NamedAtMost))
        {
            left += quantity;
            yield return new ExplainedTerm(
                term.Name, term.Location?.Value, -quantity, null, null, key.Id,
                [.. events.Where(happened => happened.Reservation?.Is(key) == true).Take(1).Select(happened => happened.Id)]);
        }

        if (left != 0)
        {
            yield return new ExplainedTerm(term.Name, term.Location?.Value, left, null, null, null, []);
        }
    }

    /// <summary>The newest events at these positions, newest first; of those that count for a question about the past.</summary>
    private async Task<ILookup<PositionKey, (Guid Id, ReservedBy? Reservation)>> Events(
        IReadOnlyList<PositionKey> positions, AsOfQuestion? past, CancellationToken cancellation)
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
        command.Parameters.AddWithValue(positions.Select(key => key.ToString()).ToArray());
        command.Parameters.AddWithValue(Math.Max(1, EventsSearched * 10 / Math.Max(10, positions.Count)));
        command.Parameters.Add(SqlValue.OrNull(past?.At));
        command.Parameters.AddWithValue(past?.Knowledge == Knowledge.Now);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var events = new List<(PositionKey Key, Guid Id, ReservedBy? Reservation)>();
        while (await reader.ReadAsync(cancellation))
        {
            var reservation = reader.IsDBNull("reservation") ? null : new ReservedBy(reader.GetString("reservation"), reader.TextOrNull("channel"));
            events.Add((PositionKey.Parse(reader.GetString("stream_id")), reader.GetGuid("id"), reservation));
        }

        return events.ToLookup(happened => happened.Key, happened => (happened.Id, happened.Reservation));
    }

    /// <summary>The reservation that an event is about; without a channel where an older build stored it.</summary>
    private sealed record ReservedBy(string Id, string? Channel)
    {
        public bool Is(ReservationKey key) => Id == key.Id && (Channel is null || Channel == key.Channel.Value);
    }
}
