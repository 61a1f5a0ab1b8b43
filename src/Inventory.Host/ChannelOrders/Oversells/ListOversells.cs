using System.Data;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Orders;
using RetailSync.Inventory.Domain.Oversells;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.ChannelOrders.Oversells;

/// <summary>An oversell of one SKU of an order.</summary>
/// <param name="At">When the customer bought, by the channel's clock.</param>
/// <param name="Open">False once it was cancelled or has shipped.</param>
/// <param name="Requested">Units ordered.</param>
/// <param name="Held">Units held of these when it was found.</param>
/// <param name="Missing">Units that nothing is held for now; null for what is older than this record.</param>
/// <param name="Verdict">late-till-event, publish-delay, rule, count, mapping, late-order or unexplained; null for a channel.</param>
/// <param name="Why">The same in a sentence.</param>
public sealed record OversellListed(
    string Channel, string Order, string Sku, Instant At, bool Open, decimal Requested, decimal Held, decimal? Missing, string? Verdict, string? Why);

/// <summary>Which oversells are asked for; null narrows nothing.</summary>
/// <param name="After">The last that was looked at for the page before.</param>
internal sealed record OversellsRequest(
    ChannelId? Channel, bool? IsOpen, string? Verdict, int Limit, (Instant At, string Channel, string Order, string Sku)? After)
{
    /// <summary>Each is explained from events and the feed, so a page looks at no more.</summary>
    public const int Most = 100;

    private static readonly long Latest = Instant.FromUtc(9999, 12, 31, 0, 0).ToUnixTimeTicks();

    public static string Word(OversellCause cause) => JsonNamingPolicy.KebabCaseLower.ConvertName(cause.ToString());

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    public static OversellsRequest Of(IQueryCollection parameters)
    {
        var query = new QueryText(parameters, "open", "verdict", "channel", "limit", "after");
        return new OversellsRequest(
            query.Text("channel") is null ? null : query.Channel("channel"),
            query.Choice("open", "true", "false") is { } open ? open == "true" : null,
            query.Choice("verdict", [.. Enum.GetValues<OversellCause>().Select(Word)]),
            (int)(query.Whole("limit", 1, Most) ?? Most), query.Text("after") is { } after ? CursorOf(after) : null);
    }

    public static string CursorOf(Instant at, string channel, string order, string sku) =>
        FormattableString.Invariant($"{at.ToUnixTimeTicks()}\n{channel}\n{order}\n{sku}");

    private static (Instant At, string Channel, string Order, string Sku) CursorOf(string after) =>
        after.Split('\n') is [var ticks, var channel, var order, var sku]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at <= Latest
            ? (Instant.FromUnixTimeTicks(at), channel, order, sku)
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));
}

public static class ListOversells
{
    private sealed record Row(string Channel, string Order, string Sku, Instant At, Instant ArrivedAt, bool Open, decimal? Missing, Oversold Evidence);

    [WolverineGet("/v1/oversells")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Oversells of all channels", "By order and SKU, the newest first, each with its verdict. A channel sees its own, without verdicts. A page "
        + "looks at up to 100 oversells: with `verdict` it may have fewer items, or none, and a `next`.",
        Query =
        [
            "open: `true` or `false`", "verdict: late-till-event, publish-delay, rule, count, mapping, late-order or unexplained",
            "channel: only of this channel", "limit: 1 to 100, default 100", "after: `next` of the page before",
        ],
        Problems = ["400 invalid-request"])]
    public static async Task<Ok<Page<OversellListed>>> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] ExplainOversell explain)
    {
        var request = OversellsRequest.Of(http.Request.Query);
        var caller = Caller.Of(http);
        if ((request.Channel is { } channel && !caller.MaySee(channel)) || (request.Verdict is not null && !caller.SeesAll))
        {
            throw ApiProblemException.Forbidden();
        }

        var page = Page<Row>.Of(
            await Read(database, request, caller.SeesAll ? null : [.. caller.Channels], http.RequestAborted), request.Limit,
            row => OversellsRequest.CursorOf(row.At, row.Channel, row.Order, row.Sku));
        List<OversellListed> items = [];
        foreach (var row in page.Items)
        {
            var verdict = caller.SeesAll ? await Verdict(explain, row, http.RequestAborted) : null;
            var word = verdict is null ? null : OversellsRequest.Word(verdict.Cause);
            if (request.Verdict is null || request.Verdict == word)
            {
                items.Add(new OversellListed(
                    row.Channel, row.Order, row.Sku, row.At, row.Open, row.Evidence.Requested, row.Evidence.Held, row.Missing, word, verdict?.Why));
            }
        }

        return TypedResults.Ok(new Page<OversellListed>(items, page.Next));
    }

    private static async Task<OversellVerdict> Verdict(ExplainOversell explain, Row row, CancellationToken cancellation) =>
        (await explain.Read(ChannelId.Parse(row.Channel), Instant.Min(row.At, row.ArrivedAt), row.ArrivedAt, row.Evidence, cancellation)).Verdict;

    private static async Task<List<Row>> Read(NpgsqlDataSource database, OversellsRequest request, string[]? own, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select o.channel, o.order_id, o.sku, o.at, coalesce(m.recorded_at, o.at) as arrived_at, o.open, o.missing, o.evidence
             from (
               select * from {ChannelOrderTables.Oversells}
               where ($1::text[] is null or channel = any($1)) and ($2::text is null or channel = $2) and ($3::boolean is null or open = $3)
                 and ($4::timestamptz is null or (at, channel, order_id, sku) < ($4, $5, $6, $7))
               order by at desc, channel desc, order_id desc, sku desc limit $8) as o
             cross join lateral (
               select coalesce(min(recorded_at) filter (where type in ('{OrderMessageType.Order}', '{OrderMessageType.Change}')),
                 min(recorded_at)) as recorded_at
               from {ChannelOrderTables.Messages} where channel = o.channel and order_id = o.order_id) as m
             order by o.at desc, o.channel desc, o.order_id desc, o.sku desc
             """);
        command.Parameters.Add(SqlValue.OrNull(own));
        command.Parameters.Add(SqlValue.OrNull(request.Channel?.Value));
        command.Parameters.Add(SqlValue.OrNull(request.IsOpen));
        command.Parameters.Add(SqlValue.OrNull(request.After?.At));
        command.Parameters.Add(SqlValue.OrNull(request.After?.Channel));
        command.Parameters.Add(SqlValue.OrNull(request.After?.Order));
        command.Parameters.Add(SqlValue.OrNull(request.After?.Sku));
        command.Parameters.AddWithValue(request.Limit + 1);
        List<Row> rows = [];
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(new Row(
                reader.GetString("channel"), reader.GetString("order_id"), reader.GetString("sku"), reader.GetFieldValue<Instant>("at"),
                reader.GetFieldValue<Instant>("arrived_at"), reader.GetBoolean("open"), reader.ValueOrNull<decimal>("missing"),
                JsonSerializer.Deserialize<Oversold>(reader.GetString("evidence"), ChannelOrderInbox.Options)!));
        }

        return rows;
    }
}
