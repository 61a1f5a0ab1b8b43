using System.Data;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Promises;

/// <summary>Units that, as things are, do not come when they were promised.</summary>
/// <param name="Reservation">The channel's id of it.</param>
/// <param name="Quantity">Units.</param>
/// <param name="PromisedOn">The day for which they were promised.</param>
/// <param name="Document">By what they were promised.</param>
/// <param name="Reason"><c>late</c>, <c>short</c> or <c>cancelled</c>.</param>
/// <param name="Since">When that was recorded.</param>
/// <param name="ExpectedOn">The later day on which they are expected instead; null when there is none.</param>
public sealed record PromiseAtRisk(
    string Reservation, string Channel, string Sku, decimal Quantity, LocalDate PromisedOn, string Document, string Reason, Instant Since,
    LocalDate? ExpectedOn);

public static class ListPromisesAtRisk
{
    /// <summary>Where a page goes on after: a line of a reservation, and a part of it.</summary>
    private readonly record struct Place(string Channel, string Id, long Line, long Part)
    {
        public static readonly Place Beginning = new("", "", 0, 0);

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Line}.{Part}.{Channel}/{Id}");

        /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
        public static Place Parse(string text) =>
            text.Split('.', 3) is [var line, var part, var key] && key.Split('/', 2) is [var channel, var id]
            && long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var lineNumber)
            && long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var partNumber)
                ? new Place(channel, id, lineNumber, partNumber)
                : throw ApiProblemException.Invalid(new FieldRefusal("after", "is not the `next` of a page"));
    }

    private static readonly string Sql =
        $"""
         select * from ({ReservationTable.SelectAtRisk("$1")} and ($2::text[] is null or r.channel = any($2))
           and ($3::text is null or units.value->'risk'->>'document' = $3) and (r.channel, r.id) >= ($4, $5)) as risky
         where (channel, id, line, part) > ($4, $5, $6, $7) order by channel, id, line, part limit $8
         """;

    [WolverineGet("/v1/promises/at-risk")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Promises at risk", "Units of reservations that were promised by supply which is late, comes short or was cancelled, and for which nothing else "
        + "comes in time. Supply that is in time again ends the risk. A channel sees its own.",
        Query = ["channel: of this channel only", "document: promised by this document only", "limit: 1 to 1,000, default 100",
            "after: `next` of the page before"],
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<Page<PromiseAtRisk>>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] KnownChannels channels, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "channel", "document", "limit", "after");
        var caller = Caller.Of(http);
        string[]? of = caller.SeesAll ? null : [.. caller.Channels];
        if (query.Text("channel") is not null)
        {
            var channel = query.Channel("channel");
            caller.RequireToSee(channel);
            await channels.RequireKnown(channel, http.RequestAborted);
            of = [channel.Value];
        }

        var (limit, after) = (query.Limit(), query.Text("after") is { } text ? Place.Parse(text) : Place.Beginning);
        await using var batch = database.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand(ReservationTable.OnlyIndexes));
        var command = new NpgsqlBatchCommand(Sql);
        batch.BatchCommands.Add(command);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.Add(SqlValue.OrNull(of));
        command.Parameters.Add(SqlValue.OrNull(query.Text("document")));
        command.Parameters.AddWithValue(after.Channel);
        command.Parameters.AddWithValue(after.Id);
        command.Parameters.AddWithValue(after.Line);
        command.Parameters.AddWithValue(after.Part);
        command.Parameters.AddWithValue(limit + 1);
        await using var reader = await batch.ExecuteReaderAsync(http.RequestAborted);
        await reader.NextResultAsync(http.RequestAborted);
        List<(Place At, PromiseAtRisk Shown)> rows = [];
        while (await reader.ReadAsync(http.RequestAborted))
        {
            var at = new Place(reader.GetString("channel"), reader.GetString("id"), reader.GetInt64("line"), reader.GetInt64("part"));
            rows.Add((at, Shown(at, reader.GetString("sku"), JsonSerializer.Deserialize<SupplyUnits>(reader.GetString("units"), EventJson.Options)!)));
        }

        var page = Page<(Place At, PromiseAtRisk Shown)>.Of(rows, limit, row => row.At.ToString());
        return TypedResults.Ok(new Page<PromiseAtRisk>([.. page.Items.Select(row => row.Shown)], page.Next));
    }

    private static PromiseAtRisk Shown(Place at, string sku, SupplyUnits units) => new(
        at.Id, at.Channel, sku, units.Quantity, units.PromisedOn, units.Risk!.Document,
        JsonNamingPolicy.KebabCaseLower.ConvertName(units.Risk.Reason.ToString()), units.Risk.Since, units.ExpectedOn);
}
