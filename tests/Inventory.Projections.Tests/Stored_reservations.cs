using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;

namespace RetailSync.Inventory.Projections.Tests;

/// <summary>Every hold writes one: what is in it is paid for each time.</summary>
public sealed class Stored_reservations
{
    [Fact]
    public void Have_nothing_in_them_that_follows_from_the_rest()
    {
        var line = new ReservedLine(Sku.Parse("85123A"), null, [new SourcedUnits(LocationId.Parse("S001"), 2, 0)], "fence@1")
        {
            By = new LocalDate(2026, 11, 26),
            Supply = [new SupplyUnits(LocationId.Parse("W1"), "PO-1", 3, new LocalDate(2026, 11, 25))],
        };
        var reservation = new Reservation { Id = "order-1", Channel = ChannelId.Parse("web"), Request = "asked", Lines = [line], Version = 1 };

        var stored = JsonSerializer.SerializeToElement(reservation, EventJson.Options);

        Assert.Equal(
            ["channel", "expiresAt", "heldAt", "id", "lines", "request", "state", "steps", "version"],
            stored.EnumerateObject().Select(one => one.Name).Order());
        Assert.Equal(reservation.OpenSupply, stored.Deserialize<Reservation>(EventJson.Options)!.OpenSupply);
    }
}
