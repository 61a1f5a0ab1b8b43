using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Domain.Stock.Folds;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using RetailSync.Inventory.Host.Skus;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.Reservations;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>A count of an unknown SKU or location.</summary>
/// <param name="Unknown"><c>sku</c>, <c>location</c> or <c>sku and location</c>.</param>
public sealed record UnknownCount(string Sku, string Location, string Unknown);

/// <summary>
/// Compares the counts of a run. Joins, piece by piece, find the few that differ from the position as it is, or whose position has moved since; only
/// those are compared event by event. What it finds is stored in one transaction, and the counts are dropped in it.
/// </summary>
internal sealed class CompareCounts(NpgsqlConnection connection, ReconciliationRun run, ReconciliationPolicy policy, IClock clock, WriteLoadThrottle giveWay)
{
    /// <summary>More differences than this mean that the sheet is not of this stock; they are not stored.</summary>
    private const long MostDrifts = 1_000_000;

    private const int MostUnknownNamed = 1_000;
    /// <summary>Some 4,000 counts; fewer while others would feel it.</summary>
    private const int PagesAtOnce = 30;

    private const int CountsAtOnce = 500;
    private const long EventsAtOnce = 100_000;
    private const int TimeoutSeconds = 1_800;
    private const string Positions = $"{Projections.InventorySchema.Name}.position";

    private readonly RecordedHistory _books = new(connection);
    private readonly Dictionary<string, Dictionary<string, long>> _compared = []; // by location, by class of SKU
    private readonly Dictionary<string, long> _drifted = [];
    private readonly List<UnknownCount> _unknown = [];
    private Instant? _documentsFrom;
    private long _positionsDrifted;
    private int _n;

    /// <summary>A count that the join has picked out.</summary>
    private sealed record Doubtful(TheirCount Count, long Version);

    /// <summary>How many drifts there are.</summary>
    /// <exception cref="ReconciliationFailedException">The sheet cannot be of our stock.</exception>
    public async Task<long> Run(CancellationToken cancellation)
    {
        _documentsFrom = run.Documents == 0 ? null : await First(cancellation);
        await Execute("drop table if exists pg_temp.doubtful", cancellation);
        await Execute("create temp table doubtful (sku text, location text, on_hand numeric, unsellable text, reserved numeric, unit_value numeric, "
            + "version bigint)", cancellation);
        var pages = await Pages(cancellation);
        for (uint page = 0, next; page < pages; page = next)
        {
            next = page + (uint)giveWay.BatchSize(PagesAtOnce);
            await AddDoubtful(page, next, cancellation);
            await giveWay.PauseAsync(cancellation);
        }

        await Execute(AddWhereHoldsAreOver, cancellation);

        // Few are left to compare, and their differences are stored in one transaction.
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await Execute("declare doubtful_in_order no scroll cursor for select * from doubtful order by sku, location", cancellation);

        var waiting = new List<Doubtful>();
        for (IReadOnlyList<Doubtful> fetched = await Fetch(cancellation); fetched.Count > 0; fetched = await Fetch(cancellation))
        {
            foreach (var count in fetched)
            {
                // Locations of one SKU are compared together: what one has too many of, another may lack.
                if (waiting.Count > 0 && waiting[^1].Count.Position.Sku != count.Count.Position.Sku
                    && (waiting.Count >= CountsAtOnce || waiting.Sum(one => one.Version) >= EventsAtOnce))
                {
                    await Compare(waiting, cancellation);
                    waiting.Clear();
                }

                waiting.Add(count);
            }
        }

        await Compare(waiting, cancellation);
        await Execute("close doubtful_in_order", cancellation);
        await Finish(cancellation);
        await Execute("drop table pg_temp.doubtful", cancellation);
        await transaction.CommitAsync(CancellationToken.None);
        return _n;
    }

    /// <summary>
    /// Counts that are not plainly equal. A position is plainly what its row says where nothing has occurred, and for reserved nothing was recorded, since
    /// the instant. Parameters: from which place in the table of counts, and to which.
    /// </summary>
    private string InsertDoubtful =>
        $$"""
         insert into doubtful
         select c.sku, c.location, c.on_hand, c.unsellable::text, c.reserved, c.unit_value, coalesce(p.version, 0)
         from {{ReconciliationTables.CountsOf(run.Id)}} c
         left join {{Positions}} p on p.sku = c.sku and p.location = c.location
         where c.ctid >= $1 and c.ctid < $2 and (p.sku is null
           or c.on_hand <> p.on_hand or (c.on_hand is not null and p.newest_movement_at > {{TakenAt}})
           or (c.unsellable is not null and (c.unsellable is distinct from coalesce(p.detail->'unsellable', '{}') or p.newest_status_at > {{TakenAt}}))
           or c.reserved <> p.reserved or (c.reserved is not null and p.recorded_at > {{TakenAt}}))
         """;

    /// <summary>Positions whose row still carries units that were free by the clock then.</summary>
    private string AddWhereHoldsAreOver =>
        $"""
         insert into doubtful
         select c.sku, c.location, c.on_hand, c.unsellable::text, c.reserved, c.unit_value, p.version
         from ({ReservationTable.SelectOver(TakenAt)}) as over
         join {ReconciliationTables.CountsOf(run.Id)} c on c.sku = over.sku and c.location = over.location and c.reserved is not null
         join {Positions} p on p.sku = c.sku and p.location = c.location
         where not exists (select 1 from doubtful d where d.sku = c.sku and d.location = c.location)
         """;

    /// <summary>As a part of a statement, since what creates a table takes no parameters. The id is our own.</summary>
    private string TakenAt => $"(select taken_at from {ReconciliationTables.Runs} where id = '{run.Id:D}')";

    private async Task<long> Pages(CancellationToken cancellation)
    {
        await using var command =
            new NpgsqlCommand($"select pg_relation_size('{ReconciliationTables.CountsOf(run.Id)}') / current_setting('block_size')::int", connection);
        return (long)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>
    /// A piece of the counts: found by their place in the table, their positions by key. A join of the whole tables would be quicker, but slow others down.
    /// </summary>
    private async Task AddDoubtful(uint page, uint next, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection) { Timeout = TimeoutSeconds };
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local enable_hashjoin = off"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local enable_mergejoin = off"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("set local jit = off"));
        batch.BatchCommands.Add(OfPiece(InsertDoubtful));
        batch.BatchCommands.Add(OfPiece(
            $"""
             select c.location, coalesce(k.class, '{SkuClasses.Lowest}') as class, count(*) as counts
             from {ReconciliationTables.CountsOf(run.Id)} c left join {SkuTables.Classes} k on k.sku = c.sku
             where c.ctid >= $1 and c.ctid < $2 group by 1, 2
             """));
        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            var (location, ofClass) = (reader.GetString("location"), reader.GetString("class"));
            var classes = _compared.TryGetValue(location, out var known) ? known : _compared[location] = [];
            classes[ofClass] = classes.GetValueOrDefault(ofClass) + reader.GetInt64("counts");
        }

        NpgsqlBatchCommand OfPiece(string sql)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(new NpgsqlParameter<NpgsqlTid> { TypedValue = new NpgsqlTid(page, 0), NpgsqlDbType = NpgsqlDbType.Tid });
            command.Parameters.Add(new NpgsqlParameter<NpgsqlTid> { TypedValue = new NpgsqlTid(next, 0), NpgsqlDbType = NpgsqlDbType.Tid });
            return command;
        }
    }

    private async Task<IReadOnlyList<Doubtful>> Fetch(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand("fetch 2000 from doubtful_in_order", connection) { CommandTimeout = TimeoutSeconds };
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var counts = new List<Doubtful>();
        while (await reader.ReadAsync(cancellation))
        {
            var position = new PositionKey(Sku.Parse(reader.GetString("sku")), LocationId.Parse(reader.GetString("location")));
            var unsellable = reader.TextOrNull("unsellable") is { } json ? JsonSerializer.Deserialize<Dictionary<string, decimal>>(json)! : TheirCount.NoStatus;
            var count = new TheirCount(
                position, reader.ValueOrNull<decimal>("on_hand"), unsellable, reader.ValueOrNull<decimal>("reserved"),
                reader.ValueOrNull<decimal>("unit_value"));
            counts.Add(new Doubtful(count, reader.GetInt64("version")));
        }

        return counts;
    }

    private async Task Compare(IReadOnlyList<Doubtful> doubtful, CancellationToken cancellation)
    {
        if (doubtful.Count == 0)
        {
            return;
        }

        PositionKey[] positions = [.. doubtful.Select(one => one.Count.Position)];
        Sku[] skus = [.. positions.Select(position => position.Sku).Distinct()];
        var events = await _books.Events(positions, cancellation);
        var documents = run.Documents == 0 ? Enumerable.Empty<TheirDocument>().ToLookup(document => document.Position.Sku)
            : await _books.Documents(run.Id, skus, cancellation);
        var astray = Astray(positions, events, documents);
        var whereabouts = astray.Count == 0 ? null
            : await _books.BookedLocations([.. astray.Select(name => name.Sku).Distinct()], [.. astray.Select(name => name.Document).Distinct()], cancellation);
        PositionKey[] unmoved = [.. positions.Where(position => !events.ContainsKey(position))];
        var unknown = unmoved.Length == 0 ? (Skus: new HashSet<string>(), Locations: new HashSet<string>()) : await _books.Unknown(unmoved, cancellation);
        foreach (var position in unmoved)
        {
            if (Unknown(unknown, position) is { } what && _unknown.Count < MostUnknownNamed)
            {
                _unknown.Add(new UnknownCount(position.Sku.Value, position.Location.Value, what));
            }
        }

        List<DriftRow> rows =
        [
            .. from ofSku in doubtful.GroupBy(one => one.Count.Position.Sku)
               let books = new SkuBooks(
                   [.. ofSku.Select(one => new ComparedPosition(one.Count, events.GetValueOrDefault(one.Count.Position) ?? []))],
                   [.. documents[ofSku.Key]],
                   (whereabouts?[ofSku.Key] ?? []).ToLookup(booked => booked.Document, booked => booked.Location))
               from row in Rows(books, unknown)
               select row,
        ];
        foreach (var drifted in rows.Select(row => row.Drift.Position).Distinct())
        {
            _positionsDrifted++;
            _drifted[drifted.Location.Value] = _drifted.GetValueOrDefault(drifted.Location.Value) + 1;
        }

        await DriftTable.Insert(connection, run.Id, rows, cancellation);
        if (_n > MostDrifts)
        {
            throw new ReconciliationFailedException($"More than {MostDrifts} differences: these counts are not of this stock.");
        }
    }

    private IEnumerable<DriftRow> Rows(SkuBooks books, (IReadOnlySet<string> Skus, IReadOnlySet<string> Locations) unknown)
    {
        var values = books.Positions.ToDictionary(one => one.Count.Position, one => one.Count.UnitValue);
        foreach (var drift in CompareSku.Compare(books, new ComparisonTerms(run.TakenAt, policy.Grace, _documentsFrom)))
        {
            var what = Unknown(unknown, drift.Position);
            var action = policy.Decide(run.System, drift, values[drift.Position]);

            // A count of an unknown SKU or location does not create it.
            yield return new DriftRow(++_n, drift, what is not null && action == DriftAction.Corrected ? DriftAction.NeedsApproval : action, what);
        }
    }

    private static string? Unknown((IReadOnlySet<string> Skus, IReadOnlySet<string> Locations) unknown, PositionKey position) =>
        (unknown.Skus.Contains(position.Sku.Value), unknown.Locations.Contains(position.Location.Value)) switch
        {
            (true, true) => "sku and location",
            (true, _) => "sku",
            (_, true) => "location",
            _ => null,
        };

    /// <summary>
    /// Documents that one side has at a position and the other has not, where it may have them at another location: only for these is it worth looking
    /// through the other locations of the SKU.
    /// </summary>
    private static HashSet<(Sku Sku, string Document)> Astray(
        IReadOnlyList<PositionKey> positions, Dictionary<PositionKey, List<RecordedEvent>> events, ILookup<Sku, TheirDocument> documents)
    {
        var astray = new HashSet<(Sku, string)>();
        foreach (var position in positions.Where(position => documents.Contains(position.Sku)))
        {
            var ours = (events.GetValueOrDefault(position) ?? []).SelectMany(recorded => recorded.Happened switch
            {
                StockFact fact => new[] { fact.Document ?? fact.Id, fact.Id },
                ReservationEvent reservation => [reservation.Reservation],
                SupplyEvent supply => [supply.Reservation],
                _ => [],
            }).ToHashSet();
            var theirs = documents[position.Sku].Where(document => document.Position == position).Select(document => document.Id).ToHashSet();
            astray.UnionWith(documents[position.Sku].Select(document => document.Id).Distinct()
                .Where(id => theirs.Contains(id) != ours.Contains(id)).Select(id => (position.Sku, id)));
        }

        return astray;
    }

    private async Task<Instant> First(CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand($"select min(occurred_at) from {ReconciliationTables.DocumentsOf(run.Id)}", connection);
        return (Instant)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <summary>How exact each place was, and that the run is compared.</summary>
    private async Task Finish(CancellationToken cancellation)
    {
        var locations = _compared.Select(location => (location.Key, Classes: location.Value, Compared: location.Value.Values.Sum())).ToList();
        await using var insert = new NpgsqlCommand(
            $"insert into {ReconciliationTables.Locations} (run, location, compared, matching, classes) select $1, * from unnest($2, $3, $4, $5)", connection);
        insert.Parameters.AddWithValue(run.Id);
        insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, locations, location => location.Key));
        insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, locations, location => location.Compared));
        insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, locations, location => location.Compared - _drifted.GetValueOrDefault(location.Key)));
        insert.Parameters.Add(SqlArray.Of(NpgsqlDbType.Jsonb, locations, location => JsonSerializer.Serialize(location.Classes)));
        await insert.ExecuteNonQueryAsync(cancellation);

        await using var update = new NpgsqlCommand(
            $"update {ReconciliationTables.Runs} set compared = counts, matching = counts - $2, drifts = $3, unknown = $4, compared_at = $5 where id = $1 "
                + $"and compared_at is null", connection);
        update.Parameters.AddWithValue(run.Id);
        update.Parameters.AddWithValue(_positionsDrifted);
        update.Parameters.AddWithValue((long)_n);
        update.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(_unknown, EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        update.Parameters.AddWithValue(clock.GetCurrentInstant());
        if (await update.ExecuteNonQueryAsync(cancellation) == 0)
        {
            throw new InvalidOperationException($"Run {run.Id} has been compared by another host.");
        }

        await Execute(ReconciliationTables.DropFor(run.Id), cancellation);
    }

    private async Task Execute(string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = TimeoutSeconds };
        await command.ExecuteNonQueryAsync(cancellation);
    }
}

/// <summary>Trying again would fail again.</summary>
public sealed class ReconciliationFailedException(string message) : Exception(message);
