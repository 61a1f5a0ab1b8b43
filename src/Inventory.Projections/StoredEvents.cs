using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Projections;

/// <summary>Stored events, read without a Marten session: for those who read a great many.</summary>
public static class StoredEvents
{
    private static readonly FrozenDictionary<string, Type> Types = InventorySchema.EventNames
        .Where(name => name.Key.IsAssignableTo(typeof(StockEvent)))
        .ToFrozenDictionary(name => name.Value, name => name.Key);

    /// <summary>Reads an event, for readers that have to continue where a stored event was tampered with.</summary>
    /// <returns>False when it cannot be read.</returns>
    public static bool TryRead(string name, ReadOnlySpan<byte> data, [NotNullWhen(true)] out StockEvent? happened)
    {
        try
        {
            happened = Read(name, data);
            return true;
        }
        catch (Exception unreadable) when (unreadable is JsonException or KeyNotFoundException or FormatException or NotSupportedException)
        {
            happened = null;
            return false;
        }
    }

    /// <summary>The event as if its build had said whose reservation it is about.</summary>
    /// <param name="channel">Of <see cref="ReservationTable.HoldChannel"/>; null leaves the event as it is.</param>
    public static StockEvent Of(StockEvent happened, string? channel) =>
        channel is not null && happened is ReservationChanged { Channel: null } changed ? changed with { Channel = channel } : happened;

    /// <param name="data">JSON as PostgreSQL returns it.</param>
    /// <exception cref="JsonException">It is not what was stored.</exception>
    /// <exception cref="KeyNotFoundException">No event of a position has this name.</exception>
    public static StockEvent Read(string name, ReadOnlySpan<byte> data)
    {
        var type = Types[name];
        return QuickEvents.Read(type, data) ?? (StockEvent)JsonSerializer.Deserialize(data, type, EventJson.Options)!;
    }
}
