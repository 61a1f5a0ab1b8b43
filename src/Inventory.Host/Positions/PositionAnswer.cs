using System.Data;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Positions;

/// <summary>What is known of one SKU at one location.</summary>
/// <param name="OnHand">Physical units there, sellable or not.</param>
/// <param name="Unsellable">The part of on-hand that may not be sold, by status.</param>
/// <param name="Reserved">Units held or committed for orders, not yet shipped.</param>
/// <param name="InTransit">Units expected here, over all documents.</param>
/// <param name="SafetyStock">Units kept back by rule.</param>
/// <param name="Allocations">Units ring-fenced, by channel.</param>
/// <param name="Available">On-hand less unsellable, reserved and safety stock; below 0 where more was promised than there is.</param>
/// <param name="CountedAt">The instant of the last count; null when it was never counted.</param>
/// <param name="Version">How many events the position has.</param>
/// <param name="AsOf">When this was read.</param>
/// <param name="AsOfSequence">The newest event that the answer includes.</param>
/// <param name="SupplyHeld">Of the expected units, those that are promised to reservations already.</param>
public sealed record PositionAnswer(
    string Sku, string Location, decimal OnHand, IReadOnlyDictionary<string, decimal> Unsellable, decimal Reserved, decimal InTransit, decimal SafetyStock,
    IReadOnlyDictionary<string, decimal> Allocations, decimal Available, Instant? CountedAt, long Version, Instant AsOf, long AsOfSequence,
    decimal SupplyHeld)
{
    /// <summary>The positions and, as <c>over</c>, what the clock has freed of them and nothing has recorded yet. Parameter 1: the instant.</summary>
    public static readonly string Source =
        $"{Projections.InventorySchema.Name}.position left join ({ReservationTable.SelectOver("$1")}) as over on over.sku = position.sku and over.location "
            + $"= position.location left join ({ReservationTable.SelectSupplyOver("$1")}) as supply_over on supply_over.sku = position.sku "
            + $"and supply_over.location = position.location";

    /// <summary>The columns that <see cref="Read"/> wants, of <see cref="Source"/>.</summary>
    public const string Columns =
        $"""
        position.sku, position.location, position.on_hand, position.unsellable, position.reserved - coalesce(over.units, 0) as reserved,
          position.in_transit, position.counted_at,
        coalesce((select sum(held.value::numeric) from jsonb_each_text(position.detail->'supplyHeld') as held), 0)
          - coalesce(supply_over.units, 0) as supply_held,
        position.version, position.detail->>'unsellable' as by_status,
          (select coalesce(max(seq_id), 0) from {Projections.InventorySchema.Name}.mt_events) as newest
        """;

    /// <summary>Changes with everything that a caller can see: the expiry of a hold, or a rule, changes the answer without an event of the position.</summary>
    [JsonIgnore]
    public string Tag
    {
        get
        {
            var tag = FormattableString.Invariant($"{Version}-{Reserved:0.####}-{SafetyStock:0.########}")
                + (SupplyHeld == 0 ? "" : FormattableString.Invariant($"-supply-{SupplyHeld:0.####}"));
            return Allocations.Aggregate(tag, (text, units) => text + FormattableString.Invariant($"-{units.Key}={units.Value:0.########}"));
        }
    }

    private static readonly IReadOnlyDictionary<string, decimal> None = new Dictionary<string, decimal>();

    /// <param name="reader">At a row of <see cref="Columns"/>.</param>
    /// <param name="asOf">When it was read.</param>
    /// <param name="plan">Says what is kept back.</param>
    public static PositionAnswer Read(NpgsqlDataReader reader, Instant asOf, Plan plan)
    {
        var (onHand, unsellable, reserved) = (reader.GetDecimal("on_hand"), reader.GetDecimal("unsellable"), reader.GetDecimal("reserved"));
        var (sku, location) = (Domain.Sku.Parse(reader.GetString("sku")), LocationId.Parse(reader.GetString("location")));
        var safetyStock = plan.Rules.SafetyStock(sku, plan.LocationOf(location), onHand)?.Body.Of(onHand) ?? 0;
        return new PositionAnswer(
            sku.Value, location.Value, onHand, ByStatus(reader.TextOrNull("by_status")), reserved,
            reader.GetDecimal("in_transit"), safetyStock, None, onHand - unsellable - reserved - safetyStock,
            reader.ValueOrNull<Instant>("counted_at"), reader.GetInt64("version"), asOf, reader.GetInt64("newest"), reader.GetDecimal("supply_held"));
    }

    /// <summary>A position that was folded rather than read from its row.</summary>
    public static PositionAnswer Of(PositionKey key, StockPosition position, Instant asOf, long asOfSequence, Plan plan)
    {
        var safetyStock = plan.Rules.SafetyStock(key.Sku, plan.LocationOf(key.Location), position.OnHand)?.Body.Of(position.OnHand) ?? 0;
        return new PositionAnswer(
            key.Sku.Value, key.Location.Value, position.OnHand, position.Unsellable, position.Reserved, position.InTransitTotal, safetyStock, None,
            position.OnHand - position.UnsellableTotal - position.Reserved - safetyStock, position.CountedAt, position.Version, asOf, asOfSequence,
            position.SupplyHeld.Values.Sum());
    }

    /// <summary>Its key, which is also what a list goes on after.</summary>
    public static string KeyOf(PositionAnswer position) => $"{position.Sku}@{position.Location}";

    private static IReadOnlyDictionary<string, decimal> ByStatus(string? json)
    {
        if (json is null)
        {
            return None;
        }

        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject()
            .Where(status => status.Value.GetDecimal() != 0)
            .ToDictionary(status => status.Name, status => status.Value.GetDecimal());
    }
}
