using System.Collections.Frozen;
using System.Text.Json;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Projections;

/// <summary>The events of all positions for a replay: in the order of recording, and read no further than a promise has to know.</summary>
public static class ReplayedEvents
{
    /// <summary>
    /// Rows of SKU, location, stored name, body, recorded at, the channel and end of the hold where the event cannot know them, and the
    /// number of the position. The server sorts one SKU at a time, so it begins at once and keeps no more. Parameters: recorded until then; SKUs that are left
    /// out.
    /// </summary>
    public static readonly string Select = Of("not (p.sku = any($2))", "p.sku, e.seq_id");

    /// <summary>The same of the SKUs that <see cref="Select"/> leaves out, all together in the order of recording.</summary>
    public static readonly string SelectTogether = Of("p.sku = any($2)", "e.seq_id");

    private static readonly FrozenDictionary<string, HoldEffect?> Effects = InventorySchema.EventNames
        .Where(name => name.Key.IsAssignableTo(typeof(StockEvent)))
        .ToFrozenDictionary(name => name.Value, name => EffectOf(name.Key));

    private static string Of(string skus, string order) =>
        $"""
         select p.sku, p.location, e.type, e.data, e.timestamp,
           {ReservationTable.HoldChannel("e")}, {ReservationTable.HoldEnds("e")},
           p.number
         from (select sku, location, row_number() over (order by sku, location) as number from {InventorySchema.Name}.{PositionTable.Name}) as p
         cross join lateral (
           select seq_id, type, data, timestamp from {EventHistory.Of("p.sku || '@' || p.location")} where timestamp <= $1 offset 0) as e
         where {skus}
         order by {order}
         """;

    /// <param name="data">JSON as PostgreSQL returns it.</param>
    /// <exception cref="KeyNotFoundException">No event of a position has this name.</exception>
    public static ReplayedEvent Read(LocationId location, Instant recordedAt, string name, ReadOnlySpan<byte> data)
    {
        var effect = Effects[name];
        var isFact = effect is null or HoldEffect.Shipped;
        var happened = new ReplayedEvent(location, recordedAt, effect, 0, null, null, 0, null, null);
        var json = new Utf8JsonReader(data);
        json.Read();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("change"u8))
            {
                json.Read();
                happened = isFact ? happened with { OnHand = json.GetDecimal() } : happened with { Units = json.GetDecimal() };
            }
            else if (json.ValueTextEquals("unsellable"u8))
            {
                json.Read();
                happened = happened with { Unsellable = ReadUnits(ref json) };
            }
            else if (json.ValueTextEquals("fulfilled"u8))
            {
                // A sale that ships an order.
                json.Read();
                happened = happened with { Effect = HoldEffect.Shipped, Units = -json.GetDecimal() };
            }
            else if (effect == HoldEffect.Shipped ? json.ValueTextEquals("id"u8) : json.ValueTextEquals("reservation"u8))
            {
                json.Read();
                happened = happened with { Order = json.GetString() };
            }
            else if (effect == HoldEffect.Shipped && json.ValueTextEquals("quantity"u8))
            {
                json.Read();
                happened = happened with { Units = -json.GetDecimal() };
            }
            else if (json.ValueTextEquals("channel"u8))
            {
                json.Read();
                happened = happened with { Channel = ChannelId.Parse(json.GetString()!) };
            }
            else if (effect == HoldEffect.Held && json.ValueTextEquals("expiresAt"u8))
            {
                json.Read();
                happened = happened with { HoldEnds = InstantPattern.ExtendedIso.Parse(json.GetString()!).Value };
            }
            else
            {
                json.Skip();
            }
        }

        // A sale may name an order that it ships nothing of; units of supply are no part of what an order keeps in stock.
        return happened.Effect is null ? happened with { Order = null, Channel = null } : happened;
    }

    private static List<KeyValuePair<string, decimal>> ReadUnits(ref Utf8JsonReader json)
    {
        var units = new List<KeyValuePair<string, decimal>>();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var status = json.GetString()!;
            json.Read();
            units.Add(KeyValuePair.Create(status, json.GetDecimal()));
        }

        return units;
    }

    private static HoldEffect? EffectOf(Type happened) =>
        happened == typeof(StockReserved) ? HoldEffect.Held
        : happened == typeof(ReservationChanged) ? HoldEffect.Changed
        : happened == typeof(ReservationConfirmed) ? HoldEffect.Confirmed
        : happened == typeof(ReservationFulfilled) ? HoldEffect.Shipped
        : happened == typeof(ReservationExpired) ? HoldEffect.Expired
        : happened.IsAssignableTo(typeof(ReservationEvent)) ? HoldEffect.Released
        : null;
}
