using System.Collections.Immutable;
using System.Data;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Projections;
using RetailSync.Inventory.Projections.RecordedMovements;

namespace RetailSync.Inventory.Host.SourceDocuments.Record;

/// <summary>
/// A movement of a document's line and what later documents made of it: <c>{id}</c>, <c>{id}/2</c>, <c>{id}/3</c>... Each is a correction of the one before, or
/// what stands instead of it.
/// </summary>
/// <param name="At">The position of the movement that is meant now: where the article or the place changed, it is a later one.</param>
/// <param name="Reported">The movement as it was reported.</param>
/// <param name="Standing">
/// The movement and the corrections that stand, each correcting the one before it, with the quantity that it says, and how it was stated; null where it says
/// that it did not occur. Undoing a correction makes the one before it stand again.
/// </param>
/// <param name="Revisions">How many movements there are.</param>
public sealed record KnownMovement(PositionKey At, StockFact Reported, ImmutableStack<(string Id, decimal? Quantity, AsStated? Stated)> Standing, int Revisions)
{
    /// <summary>Whether it did not occur.</summary>
    public bool IsGone => Standing.Peek().Quantity is null;

    /// <summary>What is to be corrected next.</summary>
    public string Newest => Standing.Peek().Id;

    /// <summary>The same with one more movement of the line.</summary>
    public KnownMovement With(MovementCorrected correction, int revisions) => this with
    {
        Revisions = revisions,
        Standing = correction.Corrects != Newest ? Standing
            : correction.DidNotOccur && !Standing.Pop().IsEmpty ? Standing.Pop()
            : Standing.Push((correction.Id, correction.DidNotOccur ? null : correction.Quantity, correction.AsStated)),
    };
}

/// <summary>Reads what is recorded of movements, by their ids: the ledger is what says what is known of a document.</summary>
public sealed class KnownMovements(NpgsqlDataSource database)
{
    /// <summary>Revisions that are asked for at once; nearly none has more.</summary>
    private const int AtOnce = 8;

    private const string Schema = InventorySchema.Name;

    public static string Revision(string id, int number) => number == 1 ? id : FormattableString.Invariant($"{id}/{number}");

    /// <summary>Those of these movements that are recorded. Ones that are archived with their year count as unknown.</summary>
    public async Task<Dictionary<string, KnownMovement>> Read(string source, IReadOnlyCollection<string> ids, CancellationToken cancellation)
    {
        var known = new Dictionary<string, KnownMovement>(StringComparer.Ordinal);
        IReadOnlyCollection<string> open = [.. ids.Distinct()];
        for (var first = 1; open.Count > 0; first += AtOnce)
        {
            var facts = await Facts(source, [.. open.SelectMany(id => Enumerable.Range(first, AtOnce).Select(number => Revision(id, number)))], cancellation);
            List<string> longer = [];
            foreach (var id in open)
            {
                var number = first;
                for (; number < first + AtOnce && facts.TryGetValue(Revision(id, number), out var recorded); number++)
                {
                    known[id] = Next(known.GetValueOrDefault(id), recorded.At, recorded.Fact, number);
                }

                if (number == first + AtOnce)
                {
                    longer.Add(id);
                }
            }

            open = longer;
        }

        return known;
    }

    private static KnownMovement Next(KnownMovement? before, PositionKey at, StockFact fact, int number) =>
        fact is MovementCorrected correction && before is not null ? before.With(correction, number)
        : new KnownMovement(at, StockDecider.Reported(fact), [(fact.Id, fact.Quantity, fact.AsStated)], number);

    private async Task<Dictionary<string, (PositionKey At, StockFact Fact)>> Facts(string source, string[] ids, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select m.id, e.stream_id, e.type, e.data from unnest($2) as w(id)
             cross join lateral (select * from {Schema}.{RecordedMovementTable.Name} r where r.source = $1 and r.id = w.id offset 0) m
             cross join lateral (select * from {Schema}.mt_events x where x.seq_id = m.sequence offset 0) e
             """);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(ids);
        var facts = new Dictionary<string, (PositionKey, StockFact)>(StringComparer.Ordinal);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            if (StoredEvents.Read(reader.GetString("type"), reader.GetFieldValue<byte[]>("data")) is StockFact fact)
            {
                facts[reader.GetString("id")] = (PositionKey.Parse(reader.GetString("stream_id")), fact);
            }
        }

        return facts;
    }
}
