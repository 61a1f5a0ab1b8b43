using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Positions.Events;

/// <summary>
/// What events of a position changed, and what it had after each, as the ledger has them: folded in the order of recording, from the position checkpoint before
/// each, so that an event of a long history takes some twenty others and not all of those before it.
/// </summary>
internal static class BalancesOfEvents
{
    /// <summary>The checkpoint before each version. Parameters: stream, versions.</summary>
    private const string SelectCheckpoints =
        $"""
         select wanted.version, coalesce(
           (select version from {AuditTables.Balances} where stream = $1 and version < wanted.version order by version desc limit 1), 0) as checkpoint
         from unnest($2) as wanted (version) order by wanted.version
         """;

    /// <summary>Parameters: stream, versions of checkpoints (0: none), versions of the last events that follow each.</summary>
    private static readonly string SelectRuns =
        $"""
         select run.n, run.after, case when e.version = run.after + 1 then b.state end as state, e.version, e.type, e.data
         from unnest($2, $3) with ordinality as run (after, last, n)
         left join {AuditTables.Balances} b on b.stream = $1 and b.version = run.after
         cross join lateral (select version, type, data from {EventHistory.Of("$1", from: "run.after + 1", to: "run.last")} offset 0) as e
         order by run.n, e.version
         """;

    /// <param name="versions">Of the events that are asked for, in any order.</param>
    public static async Task<IReadOnlyDictionary<long, (StockBalance Change, StockBalance After)>> Of(
        PositionKey position, IReadOnlyCollection<long> versions, NpgsqlDataSource database, CancellationToken cancellation)
    {
        var wanted = versions.ToHashSet();
        var runs = await Runs(position, wanted, database, cancellation);
        var balances = new Dictionary<long, (StockBalance, StockBalance)>();
        await using var command = database.CreateCommand(SelectRuns);
        command.Parameters.AddWithValue(position.ToString());
        command.Parameters.AddWithValue(runs.ConvertAll(run => run.After).ToArray());
        command.Parameters.AddWithValue(runs.ConvertAll(run => run.Last).ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var (number, folded) = (0L, StockPosition.Empty);
        while (await reader.ReadAsync(cancellation))
        {
            if (reader.GetInt64("n") != number)
            {
                number = reader.GetInt64("n");
                folded = reader.IsDBNull("state")
                    ? StockPosition.Empty
                    : BalanceTable.ReadState(reader.GetInt64("after"), reader.GetFieldValue<byte[]>("state")).Position;
            }

            var before = StockBalance.Of(folded);
            folded = StockPosition.Evolve(folded, StoredEvents.Read(reader.GetString("type"), reader.GetFieldValue<byte[]>("data")));
            if (wanted.Contains(reader.GetInt64("version")))
            {
                var after = StockBalance.Of(folded);
                balances[reader.GetInt64("version")] = (after - before, after);
            }
        }

        return balances;
    }

    /// <summary>What has to be folded: a run continues through checkpoints as long as the next event is no further away than its own.</summary>
    private static async Task<List<(long After, long Last)>> Runs(
        PositionKey position, IReadOnlyCollection<long> versions, NpgsqlDataSource database, CancellationToken cancellation)
    {
        List<(long After, long Last)> runs = [];
        await using var command = database.CreateCommand(SelectCheckpoints);
        command.Parameters.AddWithValue(position.ToString());
        command.Parameters.AddWithValue(versions.ToArray());
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (version, checkpoint) = (reader.GetInt64("version"), reader.GetInt64("checkpoint"));
            if (runs.Count > 0 && runs[^1].Last >= checkpoint)
            {
                runs[^1] = runs[^1] with { Last = version };
            }
            else
            {
                runs.Add((checkpoint, version));
            }
        }

        return runs;
    }
}
