using System.Data;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>A quantity from an instant on, until the next of the same steps.</summary>
/// <param name="At">Since when it holds.</param>
/// <param name="Sequence">Its number in the channel's sequence.</param>
public sealed record QuantityStep(Instant At, decimal Quantity, long Sequence);

/// <param name="From">The beginning of what was asked for; the first of each kind of steps may be from before it, and holds at it.</param>
/// <param name="KeptFrom">Before this instant changes that a newer one has superseded may be missing; null where none was ever deleted.</param>
/// <param name="Promised">What might be promised.</param>
/// <param name="Sent">What was sent to the channel.</param>
/// <param name="Acknowledged">What the channel acknowledged.</param>
/// <param name="IsCut">Whether there are more than 2,000 changes: the newest are here.</param>
public sealed record PublicationHistoryAnswer(
    string Channel, string Sku, Instant From, Instant To, Instant? KeptFrom, IReadOnlyList<QuantityStep> Promised, IReadOnlyList<QuantityStep> Sent,
    IReadOnlyList<QuantityStep> Acknowledged, bool IsCut);

/// <summary>A change of the feed, with what became of it.</summary>
internal sealed record FeedChange(long Sequence, decimal Quantity, Instant At, Instant? SentAt, Instant? AcknowledgedAt);

public static class GetPublicationHistory
{
    private const int MostChanges = 2_000;

    private static readonly Duration DefaultTime = Duration.FromDays(7);

    /// <summary>
    /// The changes of the time, the one that was in force when it began, and one before that which was sent or acknowledged. Of the newest change, the ledger
    /// also knows what became of it.
    /// </summary>
    private const string Sql =
        $"""
         with began as (
           select max(sequence) as sequence, max(sequence) filter (where sent_at <= $3) as sent,
             max(sequence) filter (where acknowledged_at <= $3) as acknowledged
           from {PublicationTables.Change} where channel = $1 and sku = $2 and at <= $3)
         select c.sequence, c.quantity, c.at, coalesce(c.sent_at, case when p.sent_sequence = c.sequence then p.sent_at end) as sent_at,
           coalesce(c.acknowledged_at, case when p.acknowledged_sequence = c.sequence then p.acknowledged_at end) as acknowledged_at
         from {PublicationTables.Change} c cross join began left join {PublicationTables.Publication} p on p.channel = $1 and p.sku = $2
         where c.channel = $1 and c.sku = $2 and c.at <= $4 and c.sequence >= coalesce(least(began.sequence, began.sent, began.acknowledged), 0)
         order by c.sequence desc limit $5
         """;

    [WolverineGet("/v1/channels/{id}/publications/{sku}/history")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A SKU's quantities over time", "What might be promised, what was sent and what the channel acknowledged, each as steps, from the channel's "
        + "feed: as far back as it is kept (`keptFrom`). When quantities were sent and acknowledged is known of those that were published since that is recorded.",
        Query = ["from: default seven days before `to`", "to: default now"],
        Problems = ["400 invalid-request", "404 unknown-channel", "503 not-yet-seen"])]
    public static async Task<Ok<PublicationHistoryAnswer>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] KnownChannels channels, [NotBody] FollowedEventFeed followed, [NotBody] SkuNames names,
        [NotBody] IClock clock)
    {
        var channel = await channels.RequireOwn(http);
        var sku = await names.Meant(RouteText.Sku(http), http.RequestAborted);
        var query = new QueryText(http.Request, "from", "to");
        var to = query.Instant("to") ?? clock.GetCurrentInstant();
        var from = query.Instant("from") ?? to - DefaultTime;
        if (from >= to)
        {
            throw ApiProblemException.Invalid(new FieldRefusal("from", "must be before 'to'"));
        }

        await followed.Wait(http);
        var changes = await Read(database, channel, sku, from, to, http.RequestAborted);
        var isCut = changes.Count > MostChanges;
        changes = isCut ? changes[1..] : changes;
        return TypedResults.Ok(new PublicationHistoryAnswer(
            channel.Value, sku.Value, from, to, await KeptFrom(database, channel, http.RequestAborted),
            Steps(changes, change => change.At, from, to), Steps(changes, change => change.SentAt, from, to),
            Steps(changes, change => change.AcknowledgedAt, from, to), isCut));
    }

    /// <summary>The steps of one kind within a time, with the one that holds when it begins.</summary>
    internal static IReadOnlyList<QuantityStep> Steps(IReadOnlyList<FeedChange> changes, Func<FeedChange, Instant?> instant, Instant from, Instant to)
    {
        var steps = (from change in changes
                     where instant(change) <= to
                     let step = new QuantityStep(instant(change)!.Value, change.Quantity, change.Sequence)
                     orderby step.At, step.Sequence
                     select step).ToList();
        return steps[Math.Max(0, steps.FindLastIndex(step => step.At <= from))..];
    }

    private static async Task<List<FeedChange>> Read(
        NpgsqlDataSource database, ChannelId channel, Sku sku, Instant from, Instant to, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(sku.Value);
        command.Parameters.AddWithValue(from);
        command.Parameters.AddWithValue(to);
        command.Parameters.AddWithValue(MostChanges + 1);
        List<FeedChange> changes = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            changes.Add(new FeedChange(
                reader.GetInt64("sequence"), reader.GetDecimal("quantity"), reader.GetFieldValue<Instant>("at"), reader.ValueOrNull<Instant>("sent_at"),
                reader.ValueOrNull<Instant>("acknowledged_at")));
        }

        changes.Reverse();
        return changes;
    }

    private static async Task<Instant?> KeptFrom(NpgsqlDataSource database, ChannelId channel, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select (select at from {PublicationTables.Change} c where c.channel = $1 and c.sequence >= h.complete_from order by c.sequence limit 1) as at
             from {PublicationTables.Head} h where h.channel = $1 and h.complete_from > 1
             """);
        command.Parameters.AddWithValue(channel.Value);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation) ? reader.ValueOrNull<Instant>("at") : null;
    }
}
