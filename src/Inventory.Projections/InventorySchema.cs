using JasperFx.Events;
using JasperFx.Events.Projections;
using Marten;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections.Availability;
using RetailSync.Inventory.Projections.Positions;
using RetailSync.Inventory.Projections.RecordedMovements;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Projections;

/// <summary>Every projection with its lifecycle, every stored event with its name, and the tables that are ours beside Marten's.</summary>
public static class InventorySchema
{
    /// <summary>The schema of everything that RetailSync stores.</summary>
    public const string Name = "inventory";

    /// <summary>The stored names. They are the storage format: a name is never reused or changed.</summary>
    public static readonly IReadOnlyDictionary<Type, string> EventNames = new Dictionary<Type, string>
    {
        [typeof(StockReceived)] = "stock_received",
        [typeof(StockSold)] = "stock_sold",
        [typeof(StockReturned)] = "stock_returned",
        [typeof(StockAdjusted)] = "stock_adjusted",
        [typeof(StockCounted)] = "stock_counted",
        [typeof(StockReclassified)] = "stock_reclassified",
        [typeof(StockExpected)] = "stock_expected",
        [typeof(StockDispatched)] = "stock_dispatched",
        [typeof(StockAnnounced)] = "stock_announced",
        [typeof(MovementCorrected)] = "movement_corrected",
        [typeof(StockReserved)] = "stock_reserved",
        [typeof(ReservationChanged)] = "reservation_changed",
        [typeof(ReservationConfirmed)] = "reservation_confirmed",
        [typeof(ReservationFulfilled)] = "reservation_fulfilled",
        [typeof(ReservationReleased)] = "reservation_released",
        [typeof(ReservationExpired)] = "reservation_expired",
        [typeof(SupplyReserved)] = "supply_reserved",
        [typeof(SupplyReleased)] = "supply_released",
        [typeof(RuleSet)] = "rule_set",
        [typeof(RuleEnded)] = "rule_ended",
    };

    public static StoreOptions AddInventory(this StoreOptions options)
    {
        options.DatabaseSchemaName = Name;
        options.UseSystemTextJsonForSerialization(configure: json => EventJson.Configure(json));

        options.Events.StreamIdentity = StreamIdentity.AsString;
        options.Events.AppendMode = EventAppendMode.QuickWithServerTimestamps;
        options.Events.EnableBigIntEvents = true;
        options.Events.MetadataConfig.CorrelationIdEnabled = true;
        options.Events.MetadataConfig.UserNameEnabled = true;
        foreach (var (type, name) in EventNames)
        {
            options.Events.MapEventType(type, name);
        }

        // The position: folded on demand by Marten (live), and kept as a row beside the events (inline).
        options.Projections.Add(new StockPositionFold(), ProjectionLifecycle.Live);
        options.Projections.Add(new PositionTableProjection(), ProjectionLifecycle.Inline, PositionTable.Name,
            rebuild => rebuild.DeleteDataInTableOnTeardown($"{Name}.{PositionTable.Name}"));

        // A projection never skips an event that it cannot fold: it stops, and says so.
        options.Projections.Errors.SkipApplyErrors = false;
        options.Projections.Errors.SkipSerializationErrors = false;
        options.Projections.Errors.SkipUnknownEvents = false;

        options.Storage.ExtendedSchemaObjects.Add(PositionTable.Definition());
        options.Storage.ExtendedSchemaObjects.Add(RecordedMovementTable.Definition());
        options.Storage.ExtendedSchemaObjects.Add(RepairLogTable.Definition());
        options.Storage.ExtendedSchemaObjects.Add(ReservationTable.Definition());
        options.Storage.ExtendedSchemaObjects.Add(FencedUseTable.Definition());
        options.Storage.ExtendedSchemaObjects.Add(LaneFunctions.Require());
        options.Storage.ExtendedSchemaObjects.AddRange(EventHistory.Definitions());
        return options;
    }
}
