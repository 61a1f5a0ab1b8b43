using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Positions;

namespace RetailSync.Inventory.Host.Rules.Simulate;

/// <param name="Progress">0 to 1: of the positions; 0 while kits and their components are replayed, which come first.</param>
/// <param name="EventsReplayed">Events replayed so far.</param>
public sealed record ReplayProgress(decimal Progress, long EventsReplayed);

/// <summary>
/// Reads the events of all positions, once and of one snapshot, into a replay: memory is that of the present state of kits and their components, then of one
/// SKU after the other.
/// </summary>
public sealed class ReplayHistory([FromKeyedServices(ConnectionPools.Audit)] NpgsqlDataSource database, TimeProvider time)
{
    /// <summary>A replay keeps a processor busy: what the host is there for must not wait for many.</summary>
    private const int AtOnce = 2;

    private const int RowsBetweenLooksAtTheClock = 1_024;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private readonly SemaphoreSlim _free = new(AtOnce);

    /// <param name="report">Receives the progress at the beginning, then twice a second.</param>
    /// <param name="cancellation">Ends it, in the database too.</param>
    /// <exception cref="ApiProblemException">429 <c>too-many-simulations</c>.</exception>
    public async Task<ReplayResult> Run(Scenario scenario, Func<ReplayProgress, Task> report, CancellationToken cancellation)
    {
        if (!await _free.WaitAsync(TimeSpan.Zero, cancellation))
        {
            throw new ApiProblemException(StatusCodes.Status429TooManyRequests, "too-many-simulations", $"{AtOnce} simulations are running here. Try again.")
            { RetryAfterSeconds = 5 };
        }

        try
        {
            return await Replay(scenario, report, cancellation);
        }
        finally
        {
            _free.Release();
        }
    }

    private async Task<ReplayResult> Replay(Scenario scenario, Func<ReplayProgress, Task> report, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellation);
        await ReadPositionByPosition(connection, cancellation);
        var positions = await CountPositions(connection, cancellation);
        var replay = new HistoryReplay(scenario);
        var reportedAt = time.GetTimestamp();
        if (scenario.OfKits.Count > 0)
        {
            await Read(ReplayedEvents.SelectTogether, _ => 0);
        }

        await Read(ReplayedEvents.Select, row => (row.GetInt64(Column.PositionNumber) - 1m) / positions);
        return replay.Finish();

        async Task Read(string select, Func<NpgsqlDataReader, decimal> progress)
        {
            await using var command = new NpgsqlCommand(select, connection) { CommandTimeout = 0 };
            command.Parameters.Add(new NpgsqlParameter<Instant> { TypedValue = scenario.To });
            command.Parameters.AddWithValue(scenario.OfKits.Select(sku => sku.Value).ToArray());
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            await report(new ReplayProgress(0, replay.EventsReplayed));

            var locations = new Dictionary<string, LocationId>();
            var (sku, skuText, rows) = (default(Sku), "", 0L);
            while (await reader.ReadAsync(cancellation))
            {
                if (reader.GetString(Column.Sku) is var text && text != skuText)
                {
                    (sku, skuText) = (Sku.Parse(text), text);
                }

                if (!locations.TryGetValue(reader.GetString(Column.Location), out var location))
                {
                    location = locations[reader.GetString(Column.Location)] = LocationId.Parse(reader.GetString(Column.Location));
                }

                replay.Add(sku, ReplayHistory.Read(reader, location));
                if (++rows % RowsBetweenLooksAtTheClock == 0 && time.GetElapsedTime(reportedAt) >= Pause)
                {
                    reportedAt = time.GetTimestamp();
                    await report(new ReplayProgress(Math.Round(Math.Min(1, progress(reader)), 3), replay.EventsReplayed));
                }
            }
        }
    }

    /// <summary>The places of the columns of <see cref="ReplayedEvents.Select"/>.</summary>
    private static class Column
    {
        public const int Sku = 0, Location = 1, Type = 2, Data = 3, RecordedAt = 4, HoldChannel = 5, HoldEnds = 6, PositionNumber = 7;
    }

    private static ReplayedEvent Read(NpgsqlDataReader reader, LocationId location)
    {
        var happened = ReplayedEvents.Read(location, reader.GetFieldValue<Instant>(Column.RecordedAt), reader.GetString(Column.Type),
            reader.GetFieldValue<byte[]>(Column.Data));
        return happened.Effect == HoldEffect.Changed && !reader.IsDBNull(Column.HoldChannel)
            ? happened with { Channel = ChannelId.Parse(reader.GetString(Column.HoldChannel)), HoldEnds = reader.GetFieldValue<Instant>(Column.HoldEnds) }
            : happened;
    }

    /// <summary>Each position is asked for once and has few events: PostgreSQL would cache them all for a second read, and make a bitmap for each.</summary>
    private static async Task ReadPositionByPosition(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("set local enable_memoize = off; set local enable_bitmapscan = off", connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private static async Task<long> CountPositions(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select count(*) from {Projections.InventorySchema.Name}.{PositionTable.Name}", connection);
        return Math.Max(1, (long)(await command.ExecuteScalarAsync(cancellation))!);
    }
}
