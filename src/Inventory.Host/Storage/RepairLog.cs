using System.Data;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>Something that was repaired, for auditors.</summary>
/// <param name="Number">From 1.</param>
/// <param name="By">The key's name or the token's <c>sub</c> of who asked for it.</param>
/// <param name="Kind"><c>chain</c>: events were linked late. <c>publications</c>: everything was compared.</param>
/// <param name="Stream">Whose chain; null for publications.</param>
/// <param name="Versions">Of a chain, the events that were linked late, by their place in the stream.</param>
/// <param name="Sequences">The same, by their place in the event log.</param>
/// <param name="Corrected">Of publications, how many numbers were others than they should have been.</param>
public sealed record AuditRepair(
    long Number, Instant At, string By, string Role, string CorrelationId, string Kind, string? Stream, IReadOnlyList<long>? Versions,
    IReadOnlyList<long>? Sequences,
    long? Corrected);

/// <summary>What was repaired, when, and who asked for it. Rows are added and never changed.</summary>
public sealed class RepairLog(NpgsqlDataSource database, IClock clock)
{
    public const string Chain = "chain";
    public const string Publications = "publications";

    private const string Columns = "number, at, by, correlation_id, kind, stream, versions, sequences, corrected";

    /// <summary>Who repairs holds the chain's lock, so numbers are given once.</summary>
    private const string Insert =
        $"""
         insert into {AuditTables.Repairs} ({Columns}, round)
         select coalesce((select max(number) from {AuditTables.Repairs}), 0) + n, $1, $2, $3, $4, stream, versions::bigint[], sequences::bigint[], $8, $9
         from unnest($5, $6, $7) with ordinality as made(stream, versions, sequences, n)
         """;

    /// <summary>In the transaction that links them.</summary>
    /// <param name="connection">Whose transaction has the chain's lock.</param>
    /// <param name="provenance">Who asked for it.</param>
    /// <param name="late">By stream, the versions and sequences of the events.</param>
    internal Task Add(
        NpgsqlConnection connection, Provenance provenance, long round,
        IReadOnlyList<(string Stream, List<(long Version, long Sequence)> Late)> late, CancellationToken cancellation) =>
        Add(
            connection, provenance, Chain,
            [.. late.Select(one => new Row(one.Stream, Text(one.Late.Select(item => item.Version)), Text(one.Late.Select(item => item.Sequence))))],
            null, round, cancellation);

    /// <summary>Everything was compared.</summary>
    public async Task AddPublications(Provenance provenance, long corrected, CancellationToken cancellation)
    {
        await using var connection = await database.OpenConnectionAsync(cancellation);
        await using var transaction = await connection.BeginTransactionAsync(cancellation);
        await using (var take = new NpgsqlCommand(ChainTables.Lock, connection, transaction))
        {
            await take.ExecuteNonQueryAsync(cancellation);
        }

        await Add(connection, provenance, Publications, [new Row(null, null, null)], corrected, null, cancellation);
        await transaction.CommitAsync(cancellation);
    }

    /// <summary>Behind a number, the oldest first.</summary>
    public async Task<List<AuditRepair>> List(long after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select {Columns} from {AuditTables.Repairs} where number > $1 order by number limit $2");
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<AuditRepair> found = [];
        while (await reader.ReadAsync(cancellation))
        {
            var by = Actor.Parse(reader.GetString("by"))!;
            found.Add(new AuditRepair(
                reader.GetInt64("number"), reader.GetFieldValue<Instant>("at"), by.Name, by.Role, reader.GetString("correlation_id"), reader.GetString("kind"),
                reader.TextOrNull("stream"),
                reader.IsDBNull("versions") ? null : reader.GetFieldValue<long[]>("versions"), reader.IsDBNull("sequences") ? null
                    : reader.GetFieldValue<long[]>("sequences"),
                reader.ValueOrNull<long>("corrected")));
        }

        return found;
    }

    private async Task Add(
        NpgsqlConnection connection, Provenance provenance, string kind, IReadOnlyList<Row> rows, long? corrected, long? round,
        CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(Insert, connection);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.AddWithValue(provenance.By.ToString());
        command.Parameters.AddWithValue(provenance.CorrelationId);
        command.Parameters.AddWithValue(kind);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Stream));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Versions));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, rows, row => row.Sequences));
        command.Parameters.Add(SqlValue.OrNull(corrected));
        command.Parameters.Add(SqlValue.OrNull(round));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private sealed record Row(string? Stream, string? Versions, string? Sequences);

    /// <summary>PostgreSQL has no array of arrays of different lengths.</summary>
    private static string Text(IEnumerable<long> numbers) => $"{{{string.Join(',', numbers.Select(number => FormattableString.Invariant($"{number}")))}}}";
}
