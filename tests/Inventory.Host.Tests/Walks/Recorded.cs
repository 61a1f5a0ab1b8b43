using System.Collections.Immutable;
using System.Data;
using System.Text.Json;
using Npgsql;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>An event as the database has it.</summary>
public sealed record Recorded(long Sequence, string Stream, long Version, string Type, JsonElement Data, Instant At, string Correlation)
{
    public string? Reservation => Type == "reservation_fulfilled" ? Data.GetProperty("id").GetString() : Text("reservation");

    /// <summary>What it added to on-hand.</summary>
    public decimal OnHand => IsOfReservation ? 0 : Number("change");

    /// <summary>What it added to the units that the reservation keeps here.</summary>
    public decimal Kept => Type switch
    {
        "stock_sold" => -Number("fulfilled"),
        "reservation_fulfilled" => -Number("quantity"),
        _ => IsOfReservation ? Number("change") : 0,
    };

    /// <summary>What it added to the units that the reservation keeps of supply that is expected here.</summary>
    public decimal SupplyKept => Number("units");

    /// <summary>An event that is about a reservation and nothing else.</summary>
    private bool IsOfReservation => Type is "stock_reserved" or "reservation_changed" or "reservation_confirmed"
        or "reservation_released" or "reservation_expired";

    /// <summary>Everything that was recorded, and the rows derived from it, of one moment.</summary>
    public static async Task<(List<Recorded> Events, List<PositionRow> Rows)> ReadAll(string connectionString)
    {
        await using var database = new NpgsqlDataSourceBuilder(connectionString).UseNodaTime().Build();
        await using var connection = await database.OpenConnectionAsync();
        await using var moment = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new NpgsqlBatchCommand(
                    """
                    select seq_id, stream_id, version, type, data::text, timestamp, correlation_id
                    from inventory.mt_events where stream_id like '%@%' order by seq_id
                    """),
                new NpgsqlBatchCommand("select sku || '@' || location, on_hand, reserved, version from inventory.position order by 1"),
            },
        };
        await using var reader = await batch.ExecuteReaderAsync();
        var events = new List<Recorded>();
        while (await reader.ReadAsync())
        {
            events.Add(new Recorded(
                reader.GetInt64(0), reader.GetString(1), reader.GetInt64(2), reader.GetString(3), JsonSerializer.Deserialize<JsonElement>(reader.GetString(4)),
                reader.GetFieldValue<Instant>(5), reader.GetString(6)));
        }

        await reader.NextResultAsync();
        var rows = new List<PositionRow>();
        while (await reader.ReadAsync())
        {
            rows.Add(new PositionRow(reader.GetString(0), reader.GetDecimal(1), reader.GetDecimal(2), reader.GetInt64(3)));
        }

        return (events, rows);
    }

    public string? Text(string name) => Data.TryGetProperty(name, out var value) ? value.GetString() : null;

    public override string ToString() => $"#{Sequence} {Stream} v{Version} {Type} {Data} at {At:HH:mm:ss.ffffff} by {Correlation}";

    private decimal Number(string name) => Data.TryGetProperty(name, out var value) ? value.GetDecimal() : 0;
}

/// <summary>A position as readers see it in the database.</summary>
public sealed record PositionRow(string Stream, decimal OnHand, decimal Reserved, long Version);

/// <summary>Units that a reservation keeps at a position.</summary>
public sealed record Kept(decimal Units, Instant ExpiresAt, bool IsConfirmed)
{
    /// <summary>Of what is expected there, by document.</summary>
    public ImmutableDictionary<string, decimal> Supply { get; init; } = ImmutableDictionary<string, decimal>.Empty;

    public bool IsLive(Instant now) => IsConfirmed || now < ExpiresAt;

    public Kept With(Recorded happened) => happened.SupplyKept == 0 ? this with { Units = Units + happened.Kept } : this with
    { Supply = Supply.SetItem(happened.Text("document")!, Supply.GetValueOrDefault(happened.Text("document")!) + happened.SupplyKept) };
}

/// <summary>A position after one of its events, and since when at the earliest, till when at the latest it was the newest.</summary>
public sealed record PositionState(decimal OnHand, ImmutableDictionary<string, Kept> Kept, Instant From)
{
    public static readonly PositionState Empty = new(0, ImmutableDictionary<string, Kept>.Empty, Instant.MinValue);

    /// <summary>By status.</summary>
    public ImmutableDictionary<string, decimal> Unsellable { get; init; } = ImmutableDictionary<string, decimal>.Empty;

    /// <summary>What is expected, by document.</summary>
    public ImmutableDictionary<string, decimal> InTransit { get; init; } = ImmutableDictionary<string, decimal>.Empty;

    public decimal Sellable => OnHand - Unsellable.Values.Sum();

    public Instant Until { get; set; } = Instant.MaxValue;

    public decimal Live(Instant now) => Kept.Values.Where(kept => kept.IsLive(now)).Sum(kept => kept.Units);

    /// <summary>Units that live reservations keep of what is expected, by document.</summary>
    public IEnumerable<(string Document, decimal Units)> LiveSupply(Instant now) => Kept.Values.Where(kept => kept.IsLive(now))
        .SelectMany(kept => kept.Supply).GroupBy(units => units.Key, units => units.Value).Select(units => (units.Key, units.Sum()));

    /// <summary>What a fact leaves of statuses and documents.</summary>
    public PositionState After(Recorded happened) => this with
    {
        OnHand = OnHand + happened.OnHand,
        Unsellable = Unsellable.SetItems(Units(happened, "unsellable", units => units)),
        InTransit = InTransit.SetItems(Units(happened, "inTransit", document => document.GetProperty("quantity"))),
        From = happened.At,
        Until = Instant.MaxValue,
    };

    private static IEnumerable<KeyValuePair<string, decimal>> Units(Recorded happened, string name, Func<JsonElement, JsonElement> of) =>
        happened.Data.TryGetProperty(name, out var map) ? map.EnumerateObject().Select(one => KeyValuePair.Create(one.Name, of(one.Value).GetDecimal())) : [];
}
