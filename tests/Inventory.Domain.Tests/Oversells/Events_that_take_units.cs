using RetailSync.Inventory.Domain.Oversells;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Domain.Tests.Oversells;

/// <summary>Which events leave less to promise, and which of them are somebody finding out. No host and no database.</summary>
public sealed class Events_that_take_units
{
    private static readonly Instant Occurred = Instant.FromUtc(2026, 11, 23, 11, 0);
    private static readonly Instant Recorded = Instant.FromUtc(2026, 11, 23, 12, 0);

    private static readonly (string Happened, StockEvent Event, bool? IsCount)[] Rows =
    [
        ("a sale", new StockSold("pos", "1", Occurred, 2) { Change = -2 }, false),
        ("a transfer away", new StockDispatched("wms", "1", Occurred, 2) { Change = -2 }, false),
        ("a sale that a count had seen already", new StockSold("pos", "1", Occurred, 2) { Absorbed = true }, null),
        ("a receipt", new StockReceived("wms", "1", Occurred, 2) { Change = 2 }, null),
        ("a count of fewer", new StockCounted("wms", "1", Occurred, 2) { Change = -2 }, true),
        ("a count of more", new StockCounted("wms", "1", Occurred, 2) { Change = 2 }, null),
        ("breakage", new StockAdjusted("pos", "1", Occurred, -1) { Change = -1 }, true),
        ("a correction downwards", new MovementCorrected("pos", "1", Occurred, 1) { Change = -1 }, true),
        ("units found damaged", new StockReclassified("wms", "1", Occurred, 1) { To = "damaged" }, true),
        ("damaged units repaired", new StockReclassified("wms", "1", Occurred, 1) { From = "damaged" }, null),
        ("a hold", new StockReserved("order-1", 2, "web", Recorded), false),
        ("a hold that was made larger", new ReservationChanged("order-1", 1), false),
        ("a hold that was made smaller", new ReservationChanged("order-1", -1), null),
        ("a release", new ReservationReleased("order-1", -2), null),
        ("what was held ships", ReservationFulfilled.Of("order-1", Occurred, 2) with { Change = -2 }, null),
    ];

    public static TheoryData<string> All => [.. Rows.Select(row => row.Happened)];

    [Theory]
    [MemberData(nameof(All))]
    public void Are_those_after_which_there_is_less(string happened)
    {
        var row = Rows.Single(row => row.Happened == happened);

        Assert.Equal(row.IsCount, UnitsTaken.By(row.Event, Recorded)?.IsCount);
    }
}
