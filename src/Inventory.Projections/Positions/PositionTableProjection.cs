using System.Data.Common;
using JasperFx.Events;
using Marten;
using Marten.Events.Projections;
using Marten.Storage;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using Weasel.Core;
using Weasel.Storage;
using ICommandBuilder = Weasel.Postgresql.ICommandBuilder;
using IStorageOperation = Marten.Internal.Operations.IStorageOperation;

namespace RetailSync.Inventory.Projections.Positions;

/// <summary>
/// Keeps <see cref="PositionTable"/> where events are appended through a Marten session, and rebuilds it. All events of a unit of work
/// become one statement. The lane writes the same rows with the same statement inside its own commit.
/// </summary>
public sealed class PositionTableProjection : IProjection
{
    public async Task ApplyAsync(IDocumentOperations operations, IReadOnlyList<IEvent> events, CancellationToken cancellation)
    {
        var streams = events.Where(happened => happened.Data is StockEvent).GroupBy(happened => PositionKey.Parse(happened.StreamKey!))
            .ToDictionary(stream => stream.Key);
        if (streams.Count == 0)
        {
            return;
        }

        var keys = streams.Keys.Order(Comparer<PositionKey>.Create(PositionTable.Order)).ToList();
        var known = await ReadKnown(operations, keys, cancellation);
        var rows = keys
            .Select(key => (key, streams[key]
                .Select(happened => (StockEvent)happened.Data)
                .Aggregate(known.GetValueOrDefault(key, StockPosition.Empty), StockPosition.Evolve)))
            .ToList();
        var newest = NodaTime.Instant.FromDateTimeOffset(events.Max(happened => happened.Timestamp));
        var command = new NpgsqlCommand();
        PositionTable.AddRows(command.Parameters, rows, newest);
        operations.QueueOperation(new Statement(PositionTable.Upsert, command.Parameters));
    }

    private static async Task<Dictionary<PositionKey,
        StockPosition>> ReadKnown(IDocumentOperations operations, List<PositionKey> keys, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(PositionTable.SelectByKeys);
        PositionTable.AddKeys(command.Parameters, keys);
        await using var reader = await operations.ExecuteReaderAsync(command, cancellation);
        var known = new Dictionary<PositionKey, StockPosition>();
        while (await reader.ReadAsync(cancellation))
        {
            var (key, position) = PositionTable.Read(reader);
            known.Add(key, position);
        }

        return known;
    }

    /// <summary>
    /// A statement in Marten's unit of work whose parameters keep their types: from values alone, Marten cannot infer arrays with gaps or jsonb.
    /// </summary>
    private sealed class Statement(string sql, NpgsqlParameterCollection values) : IStorageOperation, NoDataReturnedCall
    {
        public Type DocumentType => typeof(StorageFeatures);

        public OperationRole Role() => OperationRole.Other;

        public void ConfigureCommand(ICommandBuilder builder, IStorageSession session)
        {
            // Marten numbers the parameters of a batch itself and wants a question mark for each.
            var parameters = builder.AppendWithParameters(System.Text.RegularExpressions.Regex.Replace(sql, @"\$\d+", "?"));
            foreach (var (parameter, value) in parameters.Zip(values))
            {
                parameter.NpgsqlDbType = value.NpgsqlDbType;
                parameter.Value = value.Value;
            }
        }

        public Task PostprocessAsync(DbDataReader reader, IList<Exception> exceptions, CancellationToken token) => Task.CompletedTask;
    }
}
