using System.Data;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Channels.Promises;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications.PromiseChanges;

/// <summary>What has changed of the promises of a reservation, and its delivery to the channel.</summary>
/// <param name="Sequence">Rises with every change.</param>
/// <param name="Reservation">The channel's id of it; of an order's units the id of the order's hold.</param>
/// <param name="Order">The channel's id of the order; null where it is no order's.</param>
/// <param name="AtRisk">Every promise that cannot be kept as things are; empty where all can be kept again, or the units are in stock.</param>
/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>dead</c>.</param>
/// <param name="Attempts">Calls to the channel; 0 also where its adapter has no message for promises.</param>
/// <param name="Error">Why the last call failed; null when none has.</param>
public sealed record PromiseChangeShown(
    long Sequence, string Reservation, string? Order, IReadOnlyList<BrokenPromise> AtRisk, Instant At, string State, int Attempts, Instant? SentAt,
    Instant? AcknowledgedAt, string? Error);

public static class ListPromiseChanges
{
    private const string Delivered = "delivered";
    private const string Dead = "dead";

    private static readonly string Sql =
        $"""
         select * from (
           select sequence, reservation, of_order, at_risk, at, attempts, sent_at, acknowledged_at, error,
             case when acknowledged_at is not null then '{Delivered}' when dead_at is not null then '{Dead}' else 'waiting' end as state
           from {PublicationTables.PromiseChange} where channel = $1 and sequence > $2) as change
         where $3::text is null or state = $3 order by sequence limit $4
         """;

    [WolverineGet("/v1/channels/{id}/promises/changes")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Changed promises of a channel", "Each change of what a reservation or an order was promised of expected supply, in order: which units do not "
        + "come when they were promised, and when they come instead. Adapters webhook, log and rabbitmq deliver them; others are followed here. Delivered "
        + "changes are kept for 30 days.",
        Query = ["after: the last sequence that was seen; 0, or left out, begins at the beginning", "state: waiting, delivered or dead",
            "limit: 1 to 1,000, default 100"],
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<Page<PromiseChangeShown>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] KnownChannels channels)
    {
        var id = await channels.RequireOwn(http);
        var query = new QueryText(http.Request, "after", "state", "limit");
        var (after, limit) = (query.Whole("after", 0, long.MaxValue) ?? 0, query.Limit());
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(id.Value);
        command.Parameters.AddWithValue(after);
        command.Parameters.Add(SqlValue.OrNull(query.Choice("state", "waiting", Delivered, Dead)));
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        List<PromiseChangeShown> rows = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            rows.Add(new PromiseChangeShown(
                reader.GetInt64("sequence"), reader.GetString("reservation"), reader.TextOrNull("of_order"),
                JsonSerializer.Deserialize<List<BrokenPromise>>(reader.GetString("at_risk"))!, reader.GetFieldValue<Instant>("at"), reader.GetString("state"),
                reader.GetInt32("attempts"), reader.ValueOrNull<Instant>("sent_at"), reader.ValueOrNull<Instant>("acknowledged_at"),
                reader.TextOrNull("error")));
        }

        return TypedResults.Ok(Page<PromiseChangeShown>.Of(rows, limit, row => row.Sequence.ToString(CultureInfo.InvariantCulture)));
    }
}
