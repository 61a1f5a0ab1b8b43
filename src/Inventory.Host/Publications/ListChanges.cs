using System.Data;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications;

/// <param name="Sequence">One more than that of the change before.</param>
/// <param name="Sku">The SKU that changed.</param>
/// <param name="Quantity">The quantity that the channel may promise since then.</param>
/// <param name="Level">The name of its level, where rules define levels.</param>
/// <param name="Causes">The ids of the events that caused it, newest last, at most 20.</param>
public sealed record ChangeShown(long Sequence, string Sku, decimal Quantity, string? Level, Instant At, JsonElement Causes);

/// <param name="Items">In the order of their sequence, without a gap.</param>
/// <param name="Next">The value for <c>after</c> of the next page; null when there is none yet: go on after the last sequence.</param>
/// <param name="AsOf">When this was read.</param>
/// <param name="AsOfSequence">The newest event that is processed; transactions with lower sequences may still be open.</param>
/// <param name="Version">The newest sequence of the channel.</param>
/// <param name="CompleteFrom">From this sequence on there is no gap; of changes before it, at least the newest of each SKU is kept.</param>
public sealed record ChangesAnswer(IReadOnlyList<ChangeShown> Items, string? Next, Instant AsOf, long AsOfSequence, long Version, long CompleteFrom);

public static class ListChanges
{
    [WolverineGet("/v1/availability/changes")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A channel's publication feed", "Every quantity that was to be published to the channel, in order, without gaps: to follow it, or to recover "
        + "what was missed. Of changes before `completeFrom` at least the newest of each SKU is kept, so that a reader who begins or continues there "
        + "ends with the current quantity of each SKU.",
        Query = ["channel: required", "after: the last sequence that was seen; 0, or left out, begins at the beginning", "limit: 1 to 1,000, default 100"],
        Problems = ["400 invalid-request", "404 unknown-channel", "503 not-yet-seen"])]
    public static async Task<Ok<ChangesAnswer>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] KnownChannels channels, [NotBody] FollowedEventFeed followed, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "channel", "after", "limit");
        var channel = query.Channel("channel");
        Caller.Of(http).RequireToSee(channel);
        var (after, limit) = (query.Whole("after", 0, long.MaxValue) ?? 0, query.Limit());
        if (!await channels.IsKnown(channel, http.RequestAborted))
        {
            throw KnownChannels.Unknown();
        }

        await followed.Wait(http);
        return TypedResults.Ok(await Read(database, channel, after, limit, clock.GetCurrentInstant(), http.RequestAborted));
    }

    private static async Task<ChangesAnswer> Read(
        NpgsqlDataSource database, ChannelId channel, long after, int limit, Instant asOf, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select head.followed, head.newest, change.sequence, change.sku, change.quantity, change.level, change.at, change.causes, head.complete_from
            from (select
                (select coalesce(max(greatest(settled, newest)), 0) from {PublicationTables.Cursor}) as followed,
                (select coalesce(max(sequence), 0) from {PublicationTables.Head} where channel = $1) as newest,
                (select coalesce(max(complete_from), 1) from {PublicationTables.Head} where channel = $1) as complete_from) as head
            left join lateral (
                select * from {PublicationTables.Change} where channel = $1 and sequence > $2 order by sequence limit $3) as change on true
            order by change.sequence
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<ChangeShown> rows = [];
        long settled = 0, newest = 0, completeFrom = 1;
        while (await reader.ReadAsync(cancellation))
        {
            (settled, newest, completeFrom) = (reader.GetInt64("followed"), reader.GetInt64("newest"), reader.GetInt64("complete_from"));
            if (!reader.IsDBNull("sequence"))
            {
                rows.Add(new ChangeShown(
                    reader.GetInt64("sequence"), reader.GetString("sku"), reader.GetDecimal("quantity"),
                    reader.TextOrNull("level"), reader.GetFieldValue<Instant>("at"),
                    JsonSerializer.Deserialize<JsonElement>(reader.GetString("causes"))));
            }
        }

        var page = Page<ChangeShown>.Of(rows, limit, row => row.Sequence.ToString(CultureInfo.InvariantCulture));
        return new ChangesAnswer(page.Items, page.Next, asOf, settled, newest, completeFrom);
    }
}
