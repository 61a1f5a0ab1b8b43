using System.Data;
using System.Globalization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Audit.Verify;

/// <summary>The row of a position, to be held beside what its events make.</summary>
internal sealed record PositionRow(StockPosition Position, decimal Unsellable, decimal InTransit)
{
    /// <summary>The row keeps microseconds, and events what the source said.</summary>
    private static readonly Duration Microsecond = Duration.FromTicks(10);

    /// <param name="reader">At a row whose first columns are <see cref="PositionTable.Columns"/>.</param>
    public static PositionRow Read(NpgsqlDataReader reader) => new(PositionTable.Read(reader).Position, reader.GetDecimal("unsellable"),
        reader.GetDecimal("in_transit"));

    /// <returns>What differs first, in words; null when nothing does.</returns>
    public string? FirstDifference(StockPosition folded)
    {
        var row = Position;
        return Number("version", row.Version, folded.Version)
            ?? Number("on_hand", row.OnHand, folded.OnHand)
            ?? Number("reserved", row.Reserved, folded.Reserved)
            ?? Number("unsellable", Unsellable, folded.UnsellableTotal)
            ?? Number("in_transit", InTransit, folded.InTransitTotal)
            ?? (row.Unsellable.SequenceEqual(folded.Unsellable) ? null : "Its events make other unsellable units than its row has, status by status.")
            ?? (row.InTransit.SequenceEqual(folded.InTransit) ? null : "Its events make other units in transit than its row has, document by document.")
            ?? (row.SupplyHeld.SequenceEqual(folded.SupplyHeld) ? null : "Its events make other units of supply kept than its row has, document by document.")
            ?? Time("counted_at", row.CountedAt, folded.CountedAt)
            ?? Time("newest_movement_at", row.NewestMovementAt, folded.NewestMovementAt)
            ?? Time("newest_status_at", row.NewestStatusAt, folded.NewestStatusAt)
            ?? Time("newest_document_at", row.NewestDocumentAt, folded.NewestDocumentAt);
    }

    private static string? Number(string column, decimal row, decimal folded) =>
        row == folded ? null : string.Create(CultureInfo.InvariantCulture, $"Its events make {column} {folded:0.####}; its row says {row:0.####}.");

    private static string? Time(string column, Instant? row, Instant? folded) =>
        (row, folded) is (null, null) || (row is { } left && folded is { } right && left - right < Microsecond && right - left < Microsecond)
            ? null
            : $"Its events make {column} {folded?.ToString() ?? "nothing"}; its row says {row?.ToString() ?? "nothing"}.";
}
