using System.Data;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions.Events;

/// <summary>Something that happened to a position.</summary>
/// <param name="Version">Its place among the events of the position, from 1.</param>
/// <param name="Type">The type of the movement; or the step of a reservation: reserved, changed, confirmed, fulfilled, released, expired.</param>
/// <param name="Quantity">Of a movement, what the source said (null: it did not occur); of a reservation, what it added to reserved.</param>
/// <param name="OccurredAt">When it happened, by the source's clock; null for a reservation, which is decided here.</param>
/// <param name="RecordedAt">When it was recorded here.</param>
/// <param name="Source">Who reported it; null for a reservation.</param>
/// <param name="Id">The source's name for it, or the reservation's.</param>
/// <param name="Absorbed">Whether a later count includes it already, so that on-hand did not change.</param>
/// <param name="OnHandAfter">On-hand units after the event.</param>
/// <param name="CorrelationId">Of the request that brought it.</param>
/// <param name="By">Who recorded it: the key's name, the token's <c>sub</c>, or a job of the product's own; null for what is older than this record.</param>
/// <param name="Role">In which role; <c>product</c> for a job of the product's own.</param>
/// <param name="Sequence">Its place among all events.</param>
public sealed record PositionEvent(
    long Version, string Type, decimal? Quantity, Instant? OccurredAt, Instant RecordedAt, string? Source, string? Id, string? Document, bool Absorbed,
    decimal OnHandAfter, string? CorrelationId, string? By, string? Role, long Sequence)
{
    /// <summary>Whose reservation it is about: its id is one of that channel's. Null for a movement, and where an older build recorded it.</summary>
    public string? Channel { get; init; }

    /// <summary>What it added to on-hand: 0 where a later count included it already, and of a correction the difference it makes.</summary>
    public decimal Change { get; init; }

    /// <summary>What it added to the units that may not be sold.</summary>
    public decimal UnsellableChange { get; init; }

    /// <summary>What it added to reserved.</summary>
    public decimal ReservedChange { get; init; }

    /// <summary>What it added to what is expected.</summary>
    public decimal InTransitChange { get; init; }

    /// <summary>Units after the event that may not be sold.</summary>
    public decimal UnsellableAfter { get; init; }

    /// <summary>Reserved units after the event; holds that had expired count until that is recorded, as in the ledger.</summary>
    public decimal ReservedAfter { get; init; }

    /// <summary>Units after the event that are expected, over all documents.</summary>
    public decimal InTransitAfter { get; init; }
}

public static class ListPositionEvents
{
    private static readonly Dictionary<string, Type> EventTypes = Projections.InventorySchema.EventNames.ToDictionary(name => name.Value, name => name.Key);

    [WolverineGet("/v1/positions/{sku}/{location}/events")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What happened to a position", "Every event with its change and the balance after it, oldest first.",
        Query =
        [
            EventsQuestion.DescribesFrom, EventsQuestion.DescribesTo, EventsQuestion.DescribesType, EventsQuestion.DescribesBy, EventsQuestion.DescribesOrder,
            EventsQuestion.DescribesLimit, EventsQuestion.DescribesAfter,
        ],
        Problems = ["400 invalid-request", "404 unknown-position", "503 not-yet-seen"])]
    public static async Task<Ok<Page<PositionEvent>>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] LocationNames names, [NotBody] SkuNames skus)
    {
        var position = new PositionKey(RouteText.Sku(http), RouteText.Location(http));
        Caller.Of(http).RequireToSee(position.Location);
        position = position with { Sku = await skus.Meant(position.Sku, http.RequestAborted) };
        position = await names.Meant(position, Caller.Of(http), http.RequestAborted);
        var question = EventsQuestion.Of(http.Request.Query);

        List<PositionEvent> rows = [];
        await using (var command = database.CreateCommand())
        {
            command.CommandText = question.Sql(position, command.Parameters);
            await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
            while (await reader.ReadAsync(http.RequestAborted))
            {
                rows.Add(Read(reader));
            }
        }

        if (rows.Count == 0)
        {
            return await Exists(position, database, http.RequestAborted) ? TypedResults.Ok(new Page<PositionEvent>([], null)) : throw GetPosition.Unknown();
        }

        var page = Page<PositionEvent>.Of(rows, question.Limit, row => row.Version.ToString(CultureInfo.InvariantCulture));
        var balances = await BalancesOfEvents.Of(position, [.. page.Items.Select(row => row.Version)], database, http.RequestAborted);
        return TypedResults.Ok(page with { Items = [.. page.Items.Select(row => With(row, balances[row.Version]))] });
    }

    internal static PositionEvent With(PositionEvent row, (StockBalance Change, StockBalance After) balance) => row with
    {
        OnHandAfter = balance.After.OnHand,
        Change = balance.Change.OnHand,
        UnsellableChange = balance.Change.Unsellable,
        ReservedChange = balance.Change.Reserved,
        InTransitChange = balance.Change.InTransit,
        UnsellableAfter = balance.After.Unsellable,
        ReservedAfter = balance.After.Reserved,
        InTransitAfter = balance.After.InTransit,
    };

    private static async Task<bool> Exists(PositionKey position, NpgsqlDataSource database, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select exists (select 1 from {Projections.InventorySchema.Name}.{PositionTable.Name} where sku = $1 and location = $2)");
        command.Parameters.AddWithValue(position.Sku.Value);
        command.Parameters.AddWithValue(position.Location.Value);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>
    /// A row of <c>version</c>, <c>type</c>, <c>data</c>, <c>timestamp</c>, <c>correlation_id</c>, <c>seq_id</c> and <c>user_name</c>, without balances.
    /// </summary>
    internal static PositionEvent Read(NpgsqlDataReader reader)
    {
        var happened = JsonSerializer.Deserialize(reader.GetString("data"), EventTypes[reader.GetString("type")], EventJson.Options);
        var by = Actor.Parse(reader.TextOrNull("user_name"));
        var shown = new PositionEvent(
            reader.GetInt64("version"), Word(happened), null, null, reader.GetFieldValue<Instant>("timestamp"), null, null, null, Absorbed: false,
            OnHandAfter: 0, reader.TextOrNull("correlation_id"), by?.Name, by?.Role, reader.GetInt64("seq_id"));
        return happened switch
        {
            ReservationFulfilled fulfilled =>
                shown with
                {
                    Quantity = -fulfilled.Quantity,
                    Id = fulfilled.Id,
                    Channel = fulfilled.Channel,
                    Absorbed = fulfilled.Absorbed,
                },
            ReservationEvent reservation => shown with { Quantity = reservation.Change, Id = reservation.Reservation, Channel = reservation.Channel },
            SupplyEvent supply => shown with { Quantity = supply.Units, Id = supply.Reservation, Channel = supply.Channel, Document = supply.Document },
            StockFact fact => shown with
            {
                Quantity = fact is MovementCorrected { DidNotOccur: true } ? null : fact.Quantity,
                OccurredAt = fact.OccurredAt,
                Source = fact.Source,
                Id = fact.Id,
                Document = fact.Document,
                Absorbed = fact.Absorbed,
            },
            _ => shown,
        };
    }

    internal static string Word(object? happened) => happened switch
    {
        ReservationFulfilled => "fulfilled",
        StockFact fact => fact.Type,
        StockReserved => "reserved",
        ReservationChanged => "changed",
        ReservationConfirmed => "confirmed",
        ReservationReleased => "released",
        ReservationExpired => "expired",
        SupplyReserved => "supply-reserved",
        SupplyReleased => "supply-released",
        _ => throw new ArgumentOutOfRangeException(nameof(happened), happened?.GetType(), "An event without a word."),
    };
}
