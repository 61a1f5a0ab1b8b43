using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Xml;
using Microsoft.AspNetCore.Authorization;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Projections.Reservations;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>One location's part.</summary>
public sealed record LocationPart(string Location, decimal Quantity);

/// <summary>How many units a channel may promise.</summary>
/// <param name="Sku">Of what.</param>
/// <param name="Channel">To whom.</param>
/// <param name="Quantity">The sum over enabled locations, each at least 0.</param>
/// <param name="AsOf">When this was read.</param>
/// <param name="Version">How many events these positions have, disabled locations included, so that it never goes back.</param>
/// <param name="AsOfSequence">The newest event of all that the answer has seen.</param>
/// <param name="SourceAge">How long ago the newest fact about it was recorded, ISO 8601; null when there is none.</param>
/// <param name="Locations">Each location's part, with <c>detail=locations</c>.</param>
public sealed record AvailabilityAnswer(
    string Sku, string Channel, decimal Quantity, Instant AsOf, long Version, long AsOfSequence, string? SourceAge, IReadOnlyList<LocationPart>? Locations = null);

public static class GetAvailability
{
    /// <summary>One statement, so that the parts, the holds that are over and the sequence are of one snapshot.</summary>
    private static readonly string Sql =
        $"""
        select newest.sequence, channel.known, part.location, part.quantity, part.version, part.recorded_at, part.enabled
        from (select coalesce(max(seq_id), 0) as sequence from {Projections.Projections.Schema}.mt_events) as newest
        cross join (select exists (select from {Projections.Projections.Schema}.mt_doc_channel where id = $1) as known) as channel
        left join (
            select position.location, greatest(0, position.on_hand - position.unsellable - position.reserved + coalesce(over.units, 0)) as quantity, position.version, position.recorded_at,
                not coalesce((registered.data->>'disabled')::boolean, false) as enabled
            from {Projections.Projections.Schema}.position
            left join {Projections.Projections.Schema}.mt_doc_location as registered on registered.id = position.location
            left join ({ReservationTable.SelectOver("$4")}) as over on over.sku = position.sku and over.location = position.location
            where position.sku = $2 and ($3::text is null or position.location = $3)
        ) as part on true
        order by part.location
        """;

    [WolverineGet("/v1/availability/{sku}")]
    [Authorize(Roles = $"{Role.Channel},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What a channel may promise now", "The sum over enabled locations, each at least 0. An unknown SKU is 0.", Answer = typeof(AvailabilityAnswer),
        Query = ["channel: required", "location: at this location only", "detail: `locations` adds each location's part"],
        Problems = ["304", "400 invalid-request", "404 unknown-channel", "503 not-yet-seen"])]
    public static async Task<IResult> Get(HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock)
    {
        var query = new QueryText(http.Request, "channel", "location", "detail");
        var channel = query.Channel("channel");
        Caller.Of(http).RequireToSee(channel);
        var (sku, location, detail) = (RouteText.Sku(http), query.Location("location"), query.Choice("detail", "locations") is not null);

        var answer = await Read(database, clock.GetCurrentInstant(), sku, channel, location, http.RequestAborted);
        return EntityTag.IsKnown(http, Tag(answer))
            ? Results.StatusCode(StatusCodes.Status304NotModified)
            : Results.Json(detail ? answer : answer with { Locations = null });
    }

    private static async Task<AvailabilityAnswer> Read(
        NpgsqlDataSource database, Instant asOf, Sku sku, ChannelId channel, LocationId? location, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(sku.Value);
        command.Parameters.Add(new NpgsqlParameter { Value = (object?)location?.Value ?? DBNull.Value, NpgsqlDbType = NpgsqlDbType.Text });
        command.Parameters.AddWithValue(asOf);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<LocationPart> parts = [];
        Instant? recordedAt = null;
        long version = 0, newest = 0;
        while (await reader.ReadAsync(cancellation))
        {
            newest = reader.GetInt64(0);
            if (!reader.GetBoolean(1))
            {
                throw GetChannel.Unknown();
            }

            if (!reader.IsDBNull(2))
            {
                if (reader.GetBoolean(6))
                {
                    parts.Add(new LocationPart(reader.GetString(2), reader.GetDecimal(3)));
                }

                version += reader.GetInt64(4);
                var partRecordedAt = reader.GetFieldValue<Instant>(5);
                recordedAt = recordedAt is { } latest ? Instant.Max(latest, partRecordedAt) : partRecordedAt;
            }
        }

        return new AvailabilityAnswer(sku.Value, channel.Value, parts.Sum(part => part.Quantity), asOf, version, newest, Age(asOf, recordedAt), parts);
    }

    private static string? Age(Instant asOf, Instant? recordedAt) =>
        recordedAt is { } at ? XmlConvert.ToString(TimeSpan.FromMilliseconds(Math.Max(0, (long)(asOf - at).TotalMilliseconds))) : null;

    /// <summary>Changes with every part: enabling a location moves no event and yet changes the answer.</summary>
    private static string Tag(AvailabilityAnswer answer)
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{answer.Version}");
        foreach (var part in answer.Locations!)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{part.Location} {part.Quantity}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())).AsSpan(0, 12));
    }
}
