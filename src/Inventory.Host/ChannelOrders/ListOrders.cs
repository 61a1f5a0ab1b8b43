using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders;

/// <param name="Order">The channel's id of the order.</param>
/// <param name="State">As of the order itself; null for one to which nothing has happened since lists were introduced.</param>
/// <param name="Fulfilment"><c>ship</c> or <c>pickup</c>.</param>
/// <param name="Location">The store where it is picked up; null for one that ships.</param>
/// <param name="CollectBy">Until when it is to be picked up; null when nobody has said.</param>
public sealed record OrderListed(string Order, string? State, string Fulfilment, string? Location, Instant? CollectBy);

public static class ListOrders
{
    private const string Sql = $"""
        select order_id, state, pickup, collect_by from {ChannelOrderTables.Orders}
        where channel = $1 and ($2::text is null or order_id > $2) and ($3::text is null or state = $3) and ($4::text is null or pickup = $4)
          and ($5::text is null or ($5 = 'pickup') = (pickup is not null))
        order by order_id limit $6
        """;

    [WolverineGet("/v1/channels/{id}/orders")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Orders of a channel", "By id. With `fulfilment=pickup`, `location` and `state=confirmed` it is what a store has to set aside, "
        + "with `state=ready` what waits there. A channel sees its own; a store those that are picked up there, and has to name its location.",
        Query = ["fulfilment: `ship` or `pickup`", "location: of orders that are picked up there", "state: of the order",
            "limit: 1 to 1,000, default 100", "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<Page<OrderListed>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] KnownChannels channels)
    {
        var id = RouteText.Channel(http);
        var query = new QueryText(http.Request, "fulfilment", "location", "state", "limit", "after");
        var (fulfilment, location, state) = (query.Choice("fulfilment", "ship", "pickup"), query.Location("location"), query.Choice("state", GetOrder.States));
        var (limit, after) = (query.Limit(), query.Text("after"));
        var caller = Caller.Of(http);
        if (!caller.MaySee(id) && !(location is { } store && caller.MaySee(store)))
        {
            throw ApiProblemException.Forbidden();
        }

        await channels.RequireKnown(id, http.RequestAborted);
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(id.Value);
        command.Parameters.Add(SqlValue.OrNull(after));
        command.Parameters.Add(SqlValue.OrNull(state));
        command.Parameters.Add(SqlValue.OrNull(location?.Value));
        command.Parameters.Add(SqlValue.OrNull(fulfilment));
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<OrderListed> orders = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            var pickup = reader.TextOrNull("pickup");
            orders.Add(new OrderListed(
                reader.GetString("order_id"), reader.TextOrNull("state"), pickup is null ? "ship" : "pickup", pickup,
                reader.ValueOrNull<Instant>("collect_by")));
        }

        return TypedResults.Ok(Page<OrderListed>.Of(orders, limit, order => order.Order));
    }
}
