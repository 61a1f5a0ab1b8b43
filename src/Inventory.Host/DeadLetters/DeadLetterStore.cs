using System.Data;
using System.Globalization;
using System.Text.Json;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Persistence.Durability;
using Wolverine.Persistence.Durability.DeadLetterManagement;
using Wolverine.RDBMS;

namespace RetailSync.Inventory.Host.DeadLetters;

/// <summary>A message whose handler failed for good.</summary>
/// <param name="Type">What was to be done, such as <c>pull-counts</c>.</param>
/// <param name="Message">Of what: its fields. Null when they cannot be read.</param>
/// <param name="Error">Why it failed the last time.</param>
/// <param name="FailedAt">When it became a dead letter.</param>
/// <param name="Replays">How often it had been replayed before that.</param>
/// <param name="State"><c>open</c>, <c>replaying</c> or <c>discarded</c>. One that was replayed is here no more, unless it fails again.</param>
/// <param name="Reason">Why it was discarded.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null when read.</param>
public sealed record DeadLetter(
    Guid Id, string Type, JsonElement? Message, string Error, Instant FailedAt, int Replays, string State, string? Reason, string? DiscardedBy,
    long? Sequence = null);

/// <summary>
/// Wolverine's dead letters, as the API shows them, and why some were discarded. Their table is read to put them in order; everything else is asked of
/// Wolverine. They go after <c>Retention:DeadLetterDays</c>.
/// </summary>
public sealed class DeadLetterStore(IMessageStore messages, NpgsqlDataSource database, IClock clock)
{
    public const string Open = "open";
    public const string Replaying = "replaying";
    public const string Discarded = "discarded";

    private readonly string _table = $"\"{((IMessageDatabase)messages).SchemaName}\".{DatabaseConstants.DeadLetterTable}";

    /// <summary>The oldest first.</summary>
    /// <param name="state">One of the states; null for all.</param>
    /// <param name="type">Of this type only; null for all.</param>
    /// <param name="after"><c>next</c> of the page before.</param>
    /// <param name="limit">At most so many.</param>
    public async Task<Page<DeadLetter>> List(string? state, string? type, string? after, int limit, CancellationToken cancellation)
    {
        var (micros, id) = CursorOf(after);
        await using var command = database.CreateCommand(
            $"""
             select id, place from (
               select id, (extract(epoch from coalesce(failed_at, sent_at)) * 1000000)::bigint as place,
                 case when archived_at is not null then '{Discarded}' when replayable then '{Replaying}' else '{Open}' end as state, message_type
               from {_table}) as letter
             where (place, id) > ($1, $2) and ($3::text is null or state = $3) and ($4::text is null or message_type = $4) order by place, id limit $5
             """);
        command.Parameters.AddWithValue(micros);
        command.Parameters.AddWithValue(id);
        command.Parameters.Add(SqlValue.OrNull(state));
        command.Parameters.Add(SqlValue.OrNull(type));
        command.Parameters.AddWithValue(limit + 1);
        var cursors = new List<(Guid Id, long Cursor)>();
        await using (var reader = await command.ExecuteReaderAsync(cancellation))
        {
            while (await reader.ReadAsync(cancellation))
            {
                cursors.Add((reader.GetGuid("id"), reader.GetInt64("place")));
            }
        }

        var page = Page<(Guid Id, long Cursor)>.Of(cursors, limit, cursor => string.Create(CultureInfo.InvariantCulture, $"{cursor.Cursor}.{cursor.Id:N}"));
        var letters = (await Read([.. page.Items.Select(cursor => cursor.Id)], cancellation)).ToDictionary(letter => letter.Id);
        return new Page<DeadLetter>([.. page.Items.Where(cursor => letters.ContainsKey(cursor.Id)).Select(cursor => letters[cursor.Id])], page.Next);
    }

    /// <summary>Handles it again, soon, on whichever host.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-dead-letter</c>, 409 <c>dead-letter-already-settled</c>.</exception>
    public async Task<DeadLetter> Replay(Guid id, CancellationToken cancellation)
    {
        var letter = await RequireOpen(id, cancellation);
        await Require(messages.DeadLetters.ReplayMatchingAsync(OnlyOpen(id), cancellation));
        return letter with { State = Replaying };
    }

    /// <summary>Handles all open ones again, or those of a type.</summary>
    /// <returns>How many.</returns>
    public async Task<int> ReplayAll(string? type, CancellationToken cancellation)
    {
        var open = new DeadLetterEnvelopeQuery { Archived = DeadLetterArchiveFilter.Exclude, Replayable = false, MessageType = type };
        return (await messages.DeadLetters.ReplayMatchingAsync(open, cancellation)).Affected ?? 0;
    }

    /// <summary>It will not be handled. It stays, with the reason.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-dead-letter</c>, 409 <c>dead-letter-already-settled</c>.</exception>
    public async Task<DeadLetter> Discard(Guid id, string reason, Actor by, CancellationToken cancellation)
    {
        var letter = await RequireOpen(id, cancellation);
        await using var command = database.CreateCommand(
            $"""
             insert into {OperationsTables.DiscardedMessages} (id, reason, by, at) values ($1, $2, $3, $4)
             on conflict (id) do update set reason = excluded.reason, by = excluded.by, at = excluded.at
             """);
        command.Parameters.AddWithValue(id);
        command.Parameters.AddWithValue(reason);
        command.Parameters.AddWithValue(by.ToString());
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        await command.ExecuteNonQueryAsync(cancellation);
        await Require(messages.DeadLetters.ArchiveMatchingAsync(OnlyOpen(id), CancellationToken.None));
        return letter with { State = Discarded, Reason = reason, DiscardedBy = by.Name };
    }

    /// <summary>An alert for each type of which something is open.</summary>
    internal async Task<List<Finding>> Find(CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select message_type, count(*) as messages from {_table} where archived_at is null and replayable is not true
             group by message_type order by message_type
             """);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var findings = new List<Finding>();
        while (await reader.ReadAsync(cancellation))
        {
            var (type, messages) = (reader.GetString("message_type"), reader.GetInt64("messages"));
            findings.Add(new Finding(
                AlertKind.MessageSetAside, type,
                $"{messages} messages {type} could not be handled: GET /v1/messages/dead-letters says why, and there they are replayed or discarded."));
        }

        return findings;
    }

    private async Task<DeadLetter> RequireOpen(Guid id, CancellationToken cancellation) => (await Read([id], cancellation)) switch
    {
        [{ State: Open } letter] => letter,
        [] => throw Unknown(),
        _ => throw NotOpen(),
    };

    /// <summary>A concurrent request may have replayed or deleted it first.</summary>
    private static async Task Require(Task<DeadLetterOperationResult> operation)
    {
        if ((await operation).Affected is 0)
        {
            throw NotOpen();
        }
    }

    private static DeadLetterEnvelopeQuery OnlyOpen(Guid id) => new([id]) { Archived = DeadLetterArchiveFilter.Exclude, Replayable = false };

    private async Task<IReadOnlyList<DeadLetter>> Read(Guid[] ids, CancellationToken cancellation)
    {
        if (ids.Length == 0)
        {
            return [];
        }

        var discards = await Discards(ids, cancellation);
        var query = new DeadLetterEnvelopeQuery(ids) { Archived = DeadLetterArchiveFilter.Any, PageSize = ids.Length };
        return [.. (await messages.DeadLetters.QueryAsync(query, cancellation)).Envelopes.Select(
            letter => Shown(letter, discards.GetValueOrDefault(letter.Id)))];
    }

    private static DeadLetter Shown(DeadLetterEnvelope letter, Discarding? discard)
    {
        var isDiscarded = letter.ArchivedAt is not null;
        return new DeadLetter(
            letter.Id, letter.MessageType, Fields(letter.Envelope.Data), letter.ExceptionMessage, Instant.FromDateTimeOffset(letter.FailedAt ?? letter.SentAt),
            letter.ReplayCount, isDiscarded ? Discarded : letter.Replayable ? Replaying : Open, isDiscarded ? discard?.Reason : null,
            isDiscarded ? discard?.By?.Name : null);
    }

    private sealed record Discarding(string Reason, Actor? By);

    private async Task<Dictionary<Guid, Discarding>> Discards(Guid[] ids, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"select id, reason, by from {OperationsTables.DiscardedMessages} where id = any($1)");
        command.Parameters.AddWithValue(ids);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var discards = new Dictionary<Guid, Discarding>();
        while (await reader.ReadAsync(cancellation))
        {
            discards.Add(reader.GetGuid("id"), new Discarding(reader.GetString("reason"), Actor.Parse(reader.GetString("by"))));
        }

        return discards;
    }

    private static JsonElement? Fields(byte[]? data)
    {
        try
        {
            return data is null ? null : JsonSerializer.Deserialize<JsonElement>(data);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    private static (long Micros, Guid Id) CursorOf(string? after)
    {
        if (after is null)
        {
            return (long.MinValue, Guid.Empty);
        }

        var dot = after.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && long.TryParse(after.AsSpan(0, dot), NumberStyles.None, CultureInfo.InvariantCulture, out var micros)
            && Guid.TryParseExact(after.AsSpan(dot + 1), "N", out var id)
            ? (micros, id)
            : throw ApiProblemException.Invalid(new FieldRefusal("after", "must be `next` of the page before"));
    }

    internal static ApiProblemException Unknown() =>
        ApiProblemException.NotFound("unknown-dead-letter", "There is no such message: it may have been replayed.");

    private static ApiProblemException NotOpen() =>
        ApiProblemException.Conflict("dead-letter-already-settled", "The message is being replayed, or was discarded.");
}
