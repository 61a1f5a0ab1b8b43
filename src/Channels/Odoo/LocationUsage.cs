namespace RetailSync.Channels.Odoo;

/// <summary>What kind of location goods of Odoo come from or go to: its field <c>usage</c>.</summary>
internal static class LocationUsage
{
    public const string Internal = "internal";
    public const string Supplier = "supplier";
    public const string Customer = "customer";
    public const string Inventory = "inventory";
    public const string Production = "production";
    public const string Transit = "transit";

    /// <summary>
    /// Of both ends of a move: as the record says it, else by the names that Odoo gives its virtual locations. A location with another name is one of a
    /// warehouse where the other end is known, or is in the same warehouse; otherwise it could be a virtual one in another language, and is null.
    /// </summary>
    public static (string? From, string? To) Of(OdooRecord move)
    {
        var (from, to) = (Stated(move, "location_usage", "location_id"), Stated(move, "location_dest_usage", "location_dest_id"));
        return from is null && to is null && !InOneWarehouse(move) ? (null, null) : (from ?? Internal, to ?? Internal);
    }

    /// <summary>Of the one location of a stock figure; null is one of a warehouse, as far as one can see.</summary>
    public static string? OfLocation(OdooRecord record) => Stated(record, "location_usage", "location_id");

    private static string? Stated(OdooRecord record, string usage, string location) =>
        record[usage] ?? record.FieldOf(location, "usage") ?? Named(record.NameOf(location));

    private static string? Named(string? location) => location?.Split('/', StringSplitOptions.TrimEntries) switch
    {
        ["Partners" or "Partner Locations", "Vendors" or "Suppliers", ..] => Supplier,
        ["Partners" or "Partner Locations", "Customers", ..] => Customer,
        ["Virtual Locations", .., var last] => last.Contains("Production", StringComparison.OrdinalIgnoreCase) ? Production : Inventory,
        ["Physical Locations", .., var last] when last.Contains("transit", StringComparison.OrdinalIgnoreCase) => Transit,
        ["Inter-company transit" or "Inter-warehouse transit"] => Transit,
        _ => null,
    };

    private static bool InOneWarehouse(OdooRecord move) =>
        move.Place("location_id")?.Outer is { } from && move.Place("location_dest_id")?.Outer is { } to && from == to;
}
