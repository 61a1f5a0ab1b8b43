using System.Text.Json;
using NodaTime.Text;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Projections.Tests;

/// <summary>Events that are read at sight are those that the serializer reads.</summary>
public sealed class Reading_stored_events
{
    private static readonly Instant At = Instant.FromUtc(2026, 11, 23, 9, 59, 30);

    public static TheoryData<StockEvent> Events =>
    [
        new StockSold("pos/S001", "s 1 \"é\" 茶 😀", At, 2.50m) { Change = -2.50m, OnHandAfter = -0.0001m },
        new StockSold("pos/S001", "s1", At, 2) { Reservation = "order-1", Fulfilled = 1, Document = "D\\1", Absorbed = true },
        new StockReceived("wms", "r1", At, 999_999_999_999.9999m) { Document = "D-1", Change = 1, OnHandAfter = 79_228_162_514_264_337_593_543_950_335m },
        new StockReceived("wms", "r1", At, 1) { Status = "damaged" },
        new StockReturned("pos", "b1", At, 1),
        new StockAdjusted("pos", "a1", At, -1) { Reason = "breakage" },
        new StockAdjusted("pos", "a1", At, -1),
        new StockCounted("pos", "c1", At, 0),
        new StockReclassified("wms", "q1", At, 1) { From = "damaged" },
        new StockSold("pos/S001", "s1", At, 2) { Reservation = "order-1", Fulfilled = 1, Channel = "web" },
        ReservationFulfilled.Of("order-1", At, 1),
        ReservationFulfilled.Of("order-1", At, 1, "web"),
        new StockReserved("order-1", 2, "web", At),
        new ReservationChanged("order-1", -1),
        new ReservationConfirmed("order-1", 0),
        new ReservationReleased("order-1", -1),
        new ReservationExpired("order-1", -2),
        new ReservationChanged("order-1", -1, "web"),
        new ReservationConfirmed("order-1", 0, "web"),
        new ReservationReleased("order-1", -1, "web"),
        new ReservationExpired("order-1", -2, "web"),
        new MovementCorrected("wms", "k1", At, 2) { Corrects = "t1", DidNotOccur = true, CountedAt = At },
    ];

    [Theory]
    [MemberData(nameof(Events))]
    public void Gives_what_the_serializer_gives(StockEvent happened)
    {
        var data = JsonSerializer.SerializeToUtf8Bytes(happened, happened.GetType(), EventJson.Options);

        Assert.Equal(happened, StoredEvents.Read(InventorySchema.EventNames[happened.GetType()], data));
    }

    [Fact]
    public void Reads_every_instant()
    {
        var random = new Random(1);
        for (var number = 0; number < 5_000; number++)
        {
            var fraction = random.NextInt64(1_000_000_000) / (long)Math.Pow(10, random.Next(10)) * (number % 3 == 0 ? 0 : 1);
            var at = Instant.FromUtc(1, 1, 1, 0, 0) + Duration.FromSeconds(random.NextInt64(9_998L * 365 * 86_400)) + Duration.FromNanoseconds(fraction);
            var data = JsonSerializer.SerializeToUtf8Bytes(new StockCounted("pos", "c1", at, 1), EventJson.Options);

            Assert.Equal(at, ((StockFact)StoredEvents.Read("stock_counted", data)).OccurredAt);
        }
    }

    [Theory]
    [InlineData("""{"id":"c1","source":"pos","occurredAt":"2024-02-29T23:59:59.1Z","quantity":1.50,"change":0,"onHandAfter":1.5}""", "2024-02-29T23:59:59.1Z")]
    [InlineData("""{ "source" : "pos", "id" : "c1", "quantity" : 1e0, "occurredAt" : "2000-03-01T00:00:00Z" }""", "2000-03-01T00:00:00Z")]
    public void Reads_every_valid_JSON_that_the_database_may_return(string data, string at) =>
        Assert.Equal(InstantPattern.ExtendedIso.Parse(at).Value,
            ((StockFact)StoredEvents.Read("stock_counted", System.Text.Encoding.UTF8.GetBytes(data))).OccurredAt);

    [Theory]
    [InlineData("stock_counted", "")]
    [InlineData("stock_counted", "[]")]
    [InlineData("stock_counted", """{"id":"c1","source":"pos","occurredAt":"2026-02-30T00:00:00Z","quantity":1}""")]
    [InlineData("stock_counted", """{"id":"c1","source":"pos","occurredAt":"2026-02-01T00:00:00Z","quantity":"1"}""")]
    public void Refuses_what_was_never_stored(string name, string data) =>
        Assert.ThrowsAny<JsonException>(() => StoredEvents.Read(name, System.Text.Encoding.UTF8.GetBytes(data)));
}
