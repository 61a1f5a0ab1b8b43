using System.Data;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Storage;

/// <summary>A line on its way into quarantine: where it stood, as it was sent, and why it was rejected.</summary>
public readonly record struct RejectedLine(int Index, string Line, string Code, string Detail)
{
    /// <summary>The file of documents that it came with: what is kept is what was read of the line. Null for a line of movements.</summary>
    public Guid? File { get; init; }

    /// <summary>The name that has to be mapped before it can be recorded: <c>location:</c> or <c>sku:</c> and what the source writes. Null for none.</summary>
    public string? WaitsFor { get; init; }

    /// <summary>Nothing of it could be read that distinguishes it from another, so it is an entry of its own in each file.</summary>
    public bool IsUnidentified { get; init; }
}

/// <summary>Which entries are asked for; null narrows nothing.</summary>
/// <param name="State">open, replayed or dismissed.</param>
/// <param name="Source">The whole name of one.</param>
/// <param name="Code">The whole code of one.</param>
/// <param name="Words">What the line or the detail has in it, in upper or lower case.</param>
/// <param name="File">The file of documents that they came with.</param>
public sealed record QuarantineFilter(string? State, string? Source, string? Code, string? Words, Guid? File);

/// <summary>That a dismissed entry was opened again.</summary>
/// <param name="By">Who: the key's name or the token's <c>sub</c>.</param>
public sealed record Reopened(string By, string Reason, Instant At);

/// <summary>A line that could not be recorded, kept for a person.</summary>
/// <param name="Id">Made from source, line and code, so that sending the same again does not pile up.</param>
/// <param name="Index">Its place in the call it came with, from 0.</param>
/// <param name="Line">As it was sent: JSON where it is JSON, text otherwise.</param>
/// <param name="Code">Why it was rejected.</param>
/// <param name="Detail">The same in a sentence, naming the field.</param>
/// <param name="State">open, replayed or dismissed.</param>
/// <param name="Reason">Why it was dismissed, also when it was opened again.</param>
/// <param name="At">When it was first rejected.</param>
/// <param name="By">Who sent it first: the key's name or the token's <c>sub</c>; null for what is older than this record.</param>
/// <param name="ClosedBy">Who replayed or dismissed it; null while it is open.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null when read.</param>
/// <param name="File">The file of documents that it came with, for <c>GET /v1/documents/{id}</c>; null for a line of movements.</param>
/// <param name="Reopened">Who opened it again after it had been dismissed; null where nobody has.</param>
public sealed record QuarantineEntry(
    Guid Id, string Source, int Index, JsonElement Line, string Code, string Detail, string State, string? Reason, Instant At, string? By,
    [property: JsonPropertyName("settledBy")] string? ClosedBy,
    long? Sequence = null, Guid? File = null, Reopened? Reopened = null)
{
    /// <summary>What holds a line in an answer, the list and the entry, must not nest it deeper than a reader goes, which is 64 by default.</summary>
    private static readonly JsonDocumentOptions Readable = new() { MaxDepth = 48 };

    /// <summary>A line as JSON where it is JSON that every client can read; otherwise (cut short, half a surrogate pair, nested deep) as text.</summary>
    public static JsonElement ToJson(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Readable);
            JsonSerializer.SerializeToUtf8Bytes(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            return JsonSerializer.SerializeToElement(line);
        }
    }
}

/// <summary>
/// The quarantine table. An entry is written once and settled once: the same bad line again finds its entry, open or
/// settled, and two people who settle it at once find out who was second.
/// </summary>
public sealed class QuarantineStore(NpgsqlDataSource database, IClock clock)
{
    public const string Open = "open";
    public const string Replayed = "replayed";
    public const string Dismissed = "dismissed";

    /// <summary>A longer line is kept cut, for a person to see what it was; it has to be sent again by its source.</summary>
    private const int MaxLineLength = 64 * 1024;

    /// <summary>Each entry that is being settled keeps a connection while its line is recorded on another.</summary>
    private const int AtOnce = 4;

    private readonly SemaphoreSlim _slots = new(AtOnce);

    private static readonly long Latest = Instant.FromUtc(9999, 12, 31, 0, 0).ToUnixTimeTicks();

    private const string Columns = "id, source, index, line, code, detail, state, reason, at, by, settled_by, file, reopened::text as reopened";

    /// <summary>Keeps each line once, in one statement.</summary>
    public async Task Keep(string source, IEnumerable<RejectedLine> rejected, Provenance provenance, CancellationToken cancellation)
    {
        var lines = rejected.Select(line => line with { Line = Storable(line.Line), Detail = Storable(line.Detail) }).ToArray();
        if (lines.Length == 0)
        {
            return;
        }

        await using var command = database.CreateCommand($"""
            insert into {OperationsTables.Quarantine} (id, source, index, line, code, detail, state, at, correlation_id, by, file, waits_for)
            select line.id, $1, line.index, line.line, line.code, line.detail, '{Open}', $2, $3, $9, line.file, line.waits_for
            from unnest($4, $5, $6, $7, $8, $10, $11) as line (id, index, line, code, detail, file, waits_for)
            on conflict (id) do nothing
            """);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.AddWithValue(provenance.CorrelationId);
        command.Parameters.AddWithValue(lines.Select(line => IdOf(source, line)).ToArray());
        command.Parameters.AddWithValue(lines.Select(line => line.Index).ToArray());
        command.Parameters.AddWithValue(lines.Select(line => line.Line).ToArray());
        command.Parameters.AddWithValue(lines.Select(line => line.Code).ToArray());
        command.Parameters.AddWithValue(lines.Select(line => line.Detail).ToArray());
        command.Parameters.AddWithValue(provenance.By.ToString());
        command.Parameters.AddWithValue(lines.Select(line => line.File).ToArray());
        command.Parameters.AddWithValue(lines.Select(line => line.WaitsFor).ToArray());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Keeps entries open that are locked by a transaction of this connection, until another name is mapped.</summary>
    public static async Task Await(NpgsqlConnection connection, IReadOnlyCollection<(Guid Entry, string Name)> waiting)
    {
        await using var command = new NpgsqlCommand(
            $"update {OperationsTables.Quarantine} q set waits_for = w.name from unnest($1, $2) as w(id, name) where q.id = w.id", connection);
        command.Parameters.AddWithValue(waiting.Select(one => one.Entry).ToArray());
        command.Parameters.AddWithValue(waiting.Select(one => one.Name).ToArray());
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Settles entries that are locked by a transaction of this connection.</summary>
    public static async Task Close(NpgsqlConnection connection, IReadOnlyCollection<Guid> entries, string state, Actor by)
    {
        await using var command = new NpgsqlCommand(
            $"update {OperationsTables.Quarantine} set state = $2, settled_at = now(), settled_by = $3 where id = any($1)", connection);
        command.Parameters.AddWithValue(entries.ToArray());
        command.Parameters.AddWithValue(state);
        command.Parameters.AddWithValue(by.ToString());
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Dismisses those of the entries that are still open.</summary>
    /// <returns>How many were.</returns>
    public static async Task<int> DismissOpen(
        NpgsqlDataSource database, IReadOnlyCollection<Guid> entries, string reason, Actor by, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             update {OperationsTables.Quarantine} set state = '{Dismissed}', reason = $2, settled_at = now(), settled_by = $3
             where id = any($1) and state = '{Open}'
             """);
        command.Parameters.AddWithValue(entries.ToArray());
        command.Parameters.AddWithValue(reason);
        command.Parameters.AddWithValue(by.ToString());
        return await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>Oldest first, those of one call in their order.</summary>
    /// <param name="caller">Role ops sees all; others what they sent themselves, and what came under the source of their own store.</param>
    /// <exception cref="ApiProblemException">400: <paramref name="after"/> is not the end of a page.</exception>
    public async Task<Page<QuarantineEntry>> List(
        QuarantineFilter filter, string? after, int limit, Caller caller, CancellationToken cancellation)
    {
        var (at, index, id) = after is null ? (Instant.FromUnixTimeTicks(0), -1, Guid.Empty) : CursorOf(after);
        await using var command = database.CreateCommand($"""
            select {Columns} from {OperationsTables.Quarantine}
            where (at, index, id) > ($1, $2, $3) and ($4::text is null or state = $4) and ($6::uuid is null or file = $6)
              and ($7::text is null or source = $7) and ($8::text is null or code = $8)
              and ($9::text is null or strpos(lower(line), lower($9)) > 0 or strpos(lower(detail), lower($9)) > 0)
              and ($10 or split_part(source, '/', 1) || '/' || split_part(source, '/', 2) = any($11) or substring(by from position(':' in by) + 1) = $12)
            order by at, index, id limit $5
            """);
        command.Parameters.AddWithValue(at);
        command.Parameters.AddWithValue(index);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(SqlValue.OrNull(filter.State));
        command.Parameters.AddWithValue(limit + 1);
        command.Parameters.Add(SqlValue.OrNull(filter.File));
        command.Parameters.Add(SqlValue.OrNull(filter.Source));
        command.Parameters.Add(SqlValue.OrNull(filter.Code));
        command.Parameters.Add(SqlValue.OrNull(filter.Words));
        command.Parameters.AddWithValue(caller.Roles.Contains(Role.Ops));
        command.Parameters.AddWithValue(caller.Locations.Select(MovementSources.OfStore).ToArray());
        command.Parameters.AddWithValue(caller.Name);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<QuarantineEntry> rows = [];
        while (await reader.ReadAsync(cancellation))
        {
            rows.Add(Entry(reader));
        }

        return Page<QuarantineEntry>.Of(rows, limit, CursorOf);
    }

    /// <summary>Opens a dismissed entry again. It keeps why it was dismissed.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-quarantine-entry</c>, 409 <c>quarantine-not-dismissed</c>.</exception>
    public async Task<QuarantineEntry> Reopen(Guid id, string reason, Actor by, CancellationToken cancellation)
    {
        var reopened = new Reopened(by.Name, reason, clock.GetCurrentInstant());
        await using var command = database.CreateCommand(
            $"""
             update {OperationsTables.Quarantine} set state = '{Open}', settled_at = null, settled_by = null, reopened = $2
             where id = $1 and state = '{Dismissed}' returning {Columns}
             """);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(reopened, EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            if (await reader.ReadAsync(cancellation))
            {
                return Entry(reader);
            }
        }

        await using var exists = database.CreateCommand($"select exists (select from {OperationsTables.Quarantine} where id = $1)");
        exists.Parameters.AddWithValue(id);
        throw (bool)(await exists.ExecuteScalarAsync(cancellation))!
            ? ApiProblemException.Conflict("quarantine-not-dismissed", "Nobody has dismissed the entry.") : Unknown();
    }

    /// <summary>An open entry, locked until it is disposed of.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-quarantine-entry</c>, 409 <c>quarantine-already-settled</c>: somebody may have been
    /// quicker.</exception>
    public async Task<OpenEntry> Hold(Guid id, CancellationToken cancellation)
    {
        await _slots.WaitAsync(cancellation);
        NpgsqlConnection? connection = null;
        try
        {
            connection = await database.OpenConnectionAsync(cancellation);
            var transaction = await connection.BeginTransactionAsync(cancellation);
            await using var command = new NpgsqlCommand($"select {Columns} from {OperationsTables.Quarantine} where id = $1 for update", connection);
            command.Parameters.AddWithValue(id);
            await using var reader = await command.ExecuteReaderAsync(cancellation);
            if (!await reader.ReadAsync(cancellation))
            {
                throw Unknown();
            }

            var entry = Entry(reader);
            return entry.State == Open ? new OpenEntry(connection, transaction, entry, reader.GetString("line"), clock, _slots) : throw AlreadyClosed();
        }
        catch
        {
            await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
            _slots.Release();
            throw;
        }
    }

    /// <param name="line">Exactly as it was sent.</param>
    /// <param name="clock">Says when it is settled.</param>
    /// <param name="slots">Released at the end of the transaction.</param>
    public sealed class OpenEntry(
        NpgsqlConnection connection, NpgsqlTransaction transaction, QuarantineEntry entry, string line, IClock clock, SemaphoreSlim slots) : IAsyncDisposable
    {
        public QuarantineEntry Entry => entry;

        public string Line => line;

        /// <summary>It is settled. What was recorded is kept whether or not the caller waits for the answer.</summary>
        public async Task Close(string state, string? reason, Actor by)
        {
            await using var command =
                new NpgsqlCommand(
                    $"update {OperationsTables.Quarantine} set state = $2, reason = $3, settled_at = $4, settled_by = $5 where id = $1",
                    connection);
            command.Parameters.AddWithValue(entry.Id);
            command.Parameters.AddWithValue(state);
            command.Parameters.Add(SqlValue.OrNull(reason));
            command.Parameters.AddWithValue(clock.GetCurrentInstant());
            command.Parameters.AddWithValue(by.ToString());
            await command.ExecuteNonQueryAsync();
            await transaction.CommitAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await connection.DisposeAsync();
            slots.Release();
        }
    }

    /// <summary>The entry that a path names. An id that is none names nothing.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-quarantine-entry</c>.</exception>
    public static Guid IdOf(HttpContext http) => Guid.TryParse(RouteText.Segment(http, "id"), out var id) ? id : throw Unknown();

    private static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-quarantine-entry", "There is no such entry in quarantine.");

    private static ApiProblemException AlreadyClosed() =>
        ApiProblemException.Conflict("quarantine-already-settled", "The entry has been replayed or dismissed already.");

    /// <summary>The id of the entry of a line, so that the same one is kept once.</summary>
    public static Guid IdOf(string source, string line, string code) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes($"{source}\n{code}\n{Storable(line)}")).AsSpan(0, 16));

    private static Guid IdOf(string source, RejectedLine line) => IdOf(source, line.IsUnidentified ? $"{line.Line}\n{line.File}" : line.Line, line.Code);

    /// <summary>PostgreSQL's text holds every character but NUL.</summary>
    private static string Storable(string text)
    {
        var end = Math.Min(text.Length, MaxLineLength);
        return text[..(end < text.Length && char.IsHighSurrogate(text[end - 1]) ? end - 1 : end)].Replace('\0', '\uFFFD');
    }

    /// <summary>PostgreSQL keeps microseconds, so ticks say where an entry stands exactly.</summary>
    private static string CursorOf(QuarantineEntry entry) => FormattableString.Invariant($"{entry.At.ToUnixTimeTicks()}-{entry.Index}-{entry.Id:N}");

    private static (Instant At, int Index, Guid Id) CursorOf(string after) =>
        after.Split('-') is [var ticks, var index, var id]
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at < Latest
        && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var cursor)
        && Guid.TryParseExact(id, "N", out var guid)
            ? (Instant.FromUnixTimeTicks(at), cursor, guid)
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be 'next' of the page before"));

    private static QuarantineEntry Entry(NpgsqlDataReader reader) => new(
        reader.GetGuid("id"), reader.GetString("source"), reader.GetInt32("index"), QuarantineEntry.ToJson(reader.GetString("line")),
        reader.GetString("code"), reader.GetString("detail"),
        reader.GetString("state"), reader.TextOrNull("reason"), reader.GetFieldValue<Instant>("at"),
        Actor.NameIn(reader.TextOrNull("by")), Actor.NameIn(reader.TextOrNull("settled_by")),
        File: reader.ValueOrNull<Guid>("file"),
        Reopened: reader.TextOrNull("reopened") is { } json ? JsonSerializer.Deserialize<Reopened>(json, EventJson.Options) : null);
}
