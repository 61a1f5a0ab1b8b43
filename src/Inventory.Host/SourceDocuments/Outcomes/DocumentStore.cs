using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.SourceDocuments.Outcomes;

/// <param name="Outcome">What became of it.</param>
/// <param name="Movements">The ids of the movements that its lines report, recorded or not.</param>
public sealed record FinishedDocument(DocumentOutcome Outcome, IReadOnlyList<string> Movements);

/// <summary>A file, as it is kept.</summary>
/// <param name="Format">The name of its format.</param>
/// <param name="Source">Under which it was sent; null where its documents say it.</param>
/// <param name="Sequence">The newest event of its movements; null while it is read.</param>
public sealed record DocumentFile(Guid Id, string Format, string? Source, string By, long? Sequence);

/// <summary>Rejected lines of one code, by what became of them.</summary>
/// <param name="Open">Lines that still wait for a person.</param>
/// <param name="Replayed">Lines that were recorded since.</param>
/// <param name="Dismissed">Lines that somebody dismissed, or that a newer state of their document replaced.</param>
public sealed record RejectedLines(long Open, long Replayed, long Dismissed);

/// <summary>What was sent, and what became of it.</summary>
public sealed class DocumentStore(NpgsqlDataSource database, IClock clock)
{
    private static readonly JsonSerializerOptions Stored = new(JsonSerializerDefaults.Web);

    /// <returns>When it was received.</returns>
    public async Task<Instant> Begin(Guid file, string format, string? source, Provenance provenance, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"insert into {DocumentTables.Files} (id, format, source, received_at, by, correlation_id) values ($1, $2, $3, $4, $5, $6)");
        command.Parameters.AddWithValue(file);
        command.Parameters.AddWithValue(format);
        command.Parameters.Add(SqlValue.OrNull(source));
        var receivedAt = clock.GetCurrentInstant();
        command.Parameters.AddWithValue(receivedAt);
        command.Parameters.AddWithValue(provenance.By.ToString());
        command.Parameters.AddWithValue(provenance.CorrelationId);
        await command.ExecuteNonQueryAsync(cancellation);
        return receivedAt;
    }

    /// <summary>Keeps the outcomes of documents that are done.</summary>
    /// <param name="first">The number of the first of them in the file, from 1.</param>
    /// <param name="documents">In the order of the file.</param>
    public async Task Keep(Guid file, int first, IReadOnlyList<FinishedDocument> documents)
    {
        if (documents.Count == 0)
        {
            return;
        }

        // The ids of a document as JSON, since arrays of arrays would have to be equally long.
        await using var command = database.CreateCommand(
            $"""
             insert into {DocumentTables.Documents} (file, n, source, kind, number, position, counts, movements)
             select $1, $2 + d.place - 1, d.source, d.kind, d.number, d.position, d.counts::jsonb, array(select jsonb_array_elements_text(d.movements::jsonb))
             from unnest($3, $4, $5, $6, $7, $8) with ordinality as d(source, kind, number, position, counts, movements, place)
             on conflict do nothing
             """);
        command.Parameters.AddWithValue(file);
        command.Parameters.AddWithValue(first);
        command.Parameters.AddWithValue(Column(document => document.Outcome.Source));
        command.Parameters.AddWithValue(Column(document => document.Outcome.Kind));
        command.Parameters.AddWithValue(Column(document => document.Outcome.Id));
        command.Parameters.AddWithValue(Column(document => document.Outcome.Position));
        command.Parameters.AddWithValue(Column(document => JsonSerializer.Serialize(document.Outcome, Stored)));
        command.Parameters.AddWithValue(Column(document => JsonSerializer.Serialize(document.Movements)));
        await command.ExecuteNonQueryAsync(CancellationToken.None);

        string?[] Column(Func<FinishedDocument, string?> of) => [.. documents.Select(of)];
    }

    public async Task Finish(Guid file, long sequence)
    {
        await using var command = database.CreateCommand($"update {DocumentTables.Files} set sequence = $2 where id = $1");
        command.Parameters.AddWithValue(file);
        command.Parameters.AddWithValue(sequence);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    /// <summary>The ids of all movements that earlier documents of this identity reported.</summary>
    public async Task<IReadOnlyList<string>> MovementsOf(string source, string kind, string number, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select distinct id from {DocumentTables.Documents} d cross join lateral unnest(d.movements) as id
             where d.source = $1 and d.kind = $2 and d.number = $3 order by id
             """);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(number);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<string> ids = [];
        while (await reader.ReadAsync(cancellation))
        {
            ids.Add(reader.GetString(0));
        }

        return ids;
    }

    /// <summary>Claims a document of which several states may come for the first of them.</summary>
    /// <returns>Whether it is the first, so that nothing of it can be recorded.</returns>
    public async Task<bool> IsFirst(string source, string kind, string number, long? revision, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             with claimed as (
               insert into {DocumentTables.Revisions} (source, kind, number, revision) select $1, $2, $3, $4
               where not exists (select 1 from {DocumentTables.Documents} d where d.source = $1 and d.kind = $2 and d.number = $3)
               on conflict do nothing returning 1)
             select exists (select 1 from claimed)
             """);
        return (bool)(await Scalar(command, source, kind, number, revision, cancellation))!;
    }

    /// <summary>Notes the revision of a document.</summary>
    /// <returns>False where a newer one is known.</returns>
    public async Task<bool> Advance(string source, string kind, string number, long revision, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             insert into {DocumentTables.Revisions} as known (source, kind, number, revision) values ($1, $2, $3, $4)
             on conflict (source, kind, number) do update set revision = excluded.revision
             where known.revision is null or known.revision <= excluded.revision
             returning 1
             """);
        return await Scalar(command, source, kind, number, revision, cancellation) is not null;
    }

    /// <summary>Null for an id that is none.</summary>
    public async Task<DocumentFile?> Read(Guid file, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select format, source, by, sequence from {DocumentTables.Files} where id = $1");
        command.Parameters.AddWithValue(file);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        return await reader.ReadAsync(cancellation)
            ? new DocumentFile(
                file, reader.GetString("format"), reader.TextOrNull("source"), reader.GetString("by"), reader.ValueOrNull<long>("sequence"))
            : null;
    }

    /// <summary>The documents of a file, in its order, each with its number in it.</summary>
    public async Task<List<(int Number, DocumentOutcome Outcome)>> List(Guid file, int after, int limit, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"select n, counts::text as counts from {DocumentTables.Documents} where file = $1 and n > $2 order by n limit $3");
        command.Parameters.AddWithValue(file);
        command.Parameters.AddWithValue(after);
        command.Parameters.AddWithValue(limit);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(int, DocumentOutcome)> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add((reader.GetInt32("n"), JsonSerializer.Deserialize<DocumentOutcome>(reader.GetString("counts"), Stored)!));
        }

        return rows;
    }

    /// <summary>What became of the lines of a file that were rejected, by code. A line that an earlier file had already sent is counted there.</summary>
    public async Task<IReadOnlyDictionary<string, RejectedLines>> Rejected(Guid file, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select code, count(*) filter (where state = '{QuarantineStore.Open}') as open,
               count(*) filter (where state = '{QuarantineStore.Replayed}') as replayed,
               count(*) filter (where state = '{QuarantineStore.Dismissed}') as dismissed
             from {OperationsTables.Quarantine} where file = $1 group by code
             """);
        command.Parameters.AddWithValue(file);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        SortedDictionary<string, RejectedLines> byCode = new(StringComparer.Ordinal);
        while (await reader.ReadAsync(cancellation))
        {
            byCode.Add(reader.GetString("code"), new RejectedLines(reader.GetInt64("open"), reader.GetInt64("replayed"), reader.GetInt64("dismissed")));
        }

        return byCode;
    }

    /// <summary>Keeps a document that waits as a whole, for its entry in quarantine.</summary>
    public async Task Hold(Guid entry, byte[] content)
    {
        await using var command = database.CreateCommand($"insert into {DocumentTables.Held} (entry, content) values ($1, $2) on conflict do nothing");
        command.Parameters.AddWithValue(entry);
        command.Parameters.AddWithValue(content);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }

    private static async Task<object?> Scalar(
        NpgsqlCommand command, string source, string kind, string number, long? revision, CancellationToken cancellation)
    {
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(number);
        command.Parameters.Add(SqlValue.OrNull(revision));
        return await command.ExecuteScalarAsync(cancellation);
    }

    public async Task<byte[]?> ReadHeld(Guid entry, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select content from {DocumentTables.Held} where entry = $1");
        command.Parameters.AddWithValue(entry);
        return (byte[]?)await command.ExecuteScalarAsync(cancellation);
    }
}
