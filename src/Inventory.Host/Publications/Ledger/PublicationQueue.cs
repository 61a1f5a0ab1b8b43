using System.Data;
using System.Text.Json;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Publications.Ledger;

/// <summary>The state of publication to a channel.</summary>
/// <param name="Paused">Whether an operator paused it.</param>
/// <param name="Failures">Consecutive failed calls, 0 or more.</param>
/// <param name="OpenUntil">Until when the circuit is open and the channel is not called; null while the circuit is closed.</param>
/// <param name="MustWait">Whether a pause that the channel asked for (<c>Retry-After</c>) has not passed yet.</param>
/// <param name="Due">The number of publications that are due, counted up to the limit that was asked for.</param>
/// <param name="Attempts">The attempts of the first of them.</param>
/// <param name="Locations">The number of mapped locations.</param>
/// <param name="HasPromises">Whether changed promises are due.</param>
public readonly record struct ChannelDeliveryState(
    bool Paused, int Failures, Instant? OpenUntil, bool MustWait, int Due, int Attempts, int Locations, bool HasPromises);

/// <summary>
/// The publication ledger as the queue of a channel's publisher. One publisher works on it at a time; a second one would publish some quantities twice,
/// which is idempotent.
/// </summary>
public sealed class PublicationQueue([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database, IClock clock)
{
    /// <summary>Attempts before a publication becomes a dead letter, while the channel accepts others.</summary>
    public const int MostAttempts = 12;

    /// <summary>A condition that makes an update wait until <see cref="Locked"/> has locked all its rows.</summary>
    internal const string AreLocked = "(select count(*) from locked) >= 0";

    private const string Mine =
        "channel = $1 and dirty_since is not null and dead_at is null and due_at <= $2 and (rank = 0 or acknowledged_at is null or acknowledged_at <= $3)";

    /// <summary>
    /// Milliseconds. The backoff doubles with every attempt up to this, with jitter, so that publications that failed together are not retried together.
    /// </summary>
    private const int LongestPause = 300_000;

    /// <summary>
    /// A <c>with</c> clause called <c>locked</c> that locks the channel's rows by SKU, as the ledger writer does: all writers of several rows lock them in the
    /// same order, so that they cannot deadlock.
    /// </summary>
    internal static string Locked(string which) => $"locked as (select sku from {PublicationTables.Publication} where {which} order by sku for update)";

    /// <summary>The pause after so many attempts of one message, as that of quantities.</summary>
    internal static Duration Backoff(int attempts) =>
        Duration.FromMilliseconds(Math.Min(LongestPause, Random.Shared.Next(250, 1_000) * (1L << (Math.Min(attempts, 12) - 1))));

    public async Task<ChannelDeliveryState> Read(ChannelId channel, Duration minimumInterval, int countTo, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            select coalesce(line.paused, false) as paused, coalesce(line.failures, 0) as failures, line.open_until,
              coalesce(line.not_before > clock_timestamp(), false) as must_wait, due.attempts,
              (select count(*) from (select from {PublicationTables.Publication} where {Mine} limit $4) as due_now)::integer as due,
              (select count(*) from {ChannelTables.Locations} as place where place.channel = $1)::integer as places,
              exists (select from {PublicationTables.PromiseChange}
                where channel = $1 and acknowledged_at is null and dead_at is null and due_at <= $2) as has_promises
            from (select 1) as one
            left join {PublicationTables.Line} as line on line.channel = $1
            left join lateral (select attempts from {PublicationTables.Publication} where {Mine} order by rank, dirty_since, sku limit 1) as due on true
            """);
        AddMine(command, channel, minimumInterval);
        command.Parameters.AddWithValue(countTo);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return new ChannelDeliveryState(
            reader.GetBoolean("paused"), reader.GetInt32("failures"), reader.ValueOrNull<Instant>("open_until"), reader.GetBoolean("must_wait"),
            reader.GetInt32("due"), reader.IsDBNull("attempts") ? 0 : reader.GetInt32("attempts"), reader.GetInt32("places"),
            reader.GetBoolean("has_promises"));
    }

    /// <summary>
    /// Takes the publications that are due next, with their current quantities: those that become zero or stop being zero first, then the oldest. They are
    /// recorded as sent before the call, since from then on the channel may have them.
    /// </summary>
    /// <returns>The publications, with the channel's own ids where there is a mapping.</returns>
    public async Task<IReadOnlyList<(Publication Publication, bool IsMapped)>> Take(
        ChannelId channel, Duration minimumInterval, int atMost, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with due as (
              select sku from {PublicationTables.Publication} where {Mine} order by rank, dirty_since, sku limit $4 for update skip locked
            )
            update {PublicationTables.Publication} as p
            set sent_sequence = p.sequence, sent_quantity = p.quantity, sent_level = p.level, sent_places = p.places, sent_at = $2, attempts = p.attempts + 1
            from due where p.channel = $1 and p.sku = due.sku
            returning p.sku, p.sequence, p.quantity, p.level, p.desired_at, p.acknowledged_quantity,
              (select theirs from {ChannelTables.Mappings} as m where m.channel = $1 and m.sku = p.sku) as theirs, p.places,
                p.acknowledged_places, p.leaving, p.dirty_since, p.in_orders
            """);
        AddMine(command, channel, minimumInterval);
        command.Parameters.AddWithValue(atMost);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        List<(Publication, bool)> taken = [];
        while (await reader.ReadAsync(cancellation))
        {
            var openOrders = reader.IsDBNull("in_orders") ? [] : JsonSerializer.Deserialize<Dictionary<string, decimal>>(reader.GetString("in_orders"))!;
            var publication = new Publication(
                Sku.Parse(reader.GetString("sku")), reader.GetInt64("sequence"), Canonical(reader.GetDecimal("quantity")), reader.TextOrNull("level"),
                reader.GetFieldValue<Instant>("desired_at"))
            {
                // Quantities acknowledged by location say nothing about the single location of a channel that has no location mappings any more.
                Acknowledged = reader.IsDBNull("acknowledged_quantity") || (reader.IsDBNull("places") && !reader.IsDBNull("acknowledged_places")) ? null
                    : reader.GetDecimal("acknowledged_quantity"),
                WaitingSince = reader.GetFieldValue<Instant>("dirty_since"),
                Leaving = reader.IsDBNull("leaving") ? [] : JsonSerializer.Deserialize<List<string>>(reader.GetString("leaving"))!,
                Locations = reader.IsDBNull("places") ? [] : QuantitiesOf(reader.GetString("places"), reader.IsDBNull("acknowledged_places") ? "{}"
                    : reader.GetString("acknowledged_places"), openOrders),
                OpenOrderUnits = openOrders.GetValueOrDefault(ChannelLocation.Single),
            };
            taken.Add(reader.IsDBNull("theirs") ? (publication, false) : (publication with { ExternalId = reader.GetString("theirs") }, true));
        }

        taken.Sort((left, right) => left.Item1.Sequence.CompareTo(right.Item1.Sequence));
        return taken;
    }

    /// <summary>
    /// Records the channel's reply. A newer quantity that came meanwhile stays due; a late reply does not affect it. A location that was taken off the list is
    /// published with 0 until the channel has accepted or refused that: a refusal may mean that the location is gone there too, and it must not block the
    /// other locations.
    /// </summary>
    /// <param name="channel">The channel that replied.</param>
    /// <param name="published">The publications of the call.</param>
    /// <param name="mayDie">Whether a publication with too many attempts becomes a dead letter: not while the channel accepts nothing at all.</param>
    public async Task Record(ChannelId channel, IReadOnlyList<Publication> published, Reply reply, bool mayDie, CancellationToken cancellation)
    {
        var sequences = published.ToDictionary(publication => publication.Sku, publication => publication.Sequence);
        var replies = reply.Replies.Where(one => sequences.ContainsKey(one.Sku)).ToList();
        await using var command = database.CreateCommand($"""
            with {Locked("channel = $1 and sku = any($3)")}
            update {PublicationTables.Publication} as p set
              acknowledged_sequence = case when r.verdict = '{nameof(Verdict.Accepted)}' then r.sequence else p.acknowledged_sequence end,
              acknowledged_quantity = case when r.verdict = '{nameof(Verdict.Accepted)}' and p.sent_sequence = r.sequence then p.sent_quantity
                else coalesce(r.shows, p.acknowledged_quantity) end,
              acknowledged_level = case when r.verdict = '{nameof(Verdict.Accepted)}' and p.sent_sequence = r.sequence then p.sent_level
                else p.acknowledged_level end,
              acknowledged_places = case when r.verdict = '{nameof(Verdict.Accepted)}' and p.sent_sequence = r.sequence then p.sent_places
                when r.shows is not null then null
                when p.sequence = r.sequence and r.verdict = '{nameof(Verdict.Refused)}'
                  then p.acknowledged_places - array(select jsonb_array_elements_text(p.leaving)) else p.acknowledged_places end,
              acknowledged_at = case when r.verdict = '{nameof(Verdict.Accepted)}' then $2 else p.acknowledged_at end,
              differs = case when r.verdict = '{nameof(Verdict.Accepted)}' then null else p.differs end,
              leaving = case when p.sequence = r.sequence and r.verdict in ('{nameof(Verdict.Accepted)}', '{nameof(Verdict.Refused)}') then null
                else p.leaving end,
              dirty_since = case when r.verdict <> '{nameof(Verdict.Accepted)}' then p.dirty_since when p.sequence = r.sequence then null else p.desired_at end,
              error = case when p.sequence <> r.sequence then p.error when r.verdict in ('{nameof(Verdict.Accepted)}', '{nameof(Verdict.Pending)}') then null
                else r.detail end,
              dead_at = case when p.sequence = r.sequence
                and (r.verdict = '{nameof(Verdict.Refused)}' or (r.verdict = '{nameof(Verdict.Retry)}' and $7 and p.attempts >= {MostAttempts})) then $2
                  else p.dead_at end,
              due_at = case
                when p.sequence <> r.sequence then p.due_at
                when r.verdict = '{nameof(Verdict.Retry)}' then $2 + least({LongestPause},
                  r.pause * power(2, least(p.attempts, 12) - 1)) * interval '1 millisecond'
                when r.verdict = '{nameof(Verdict.Pending)}' then $2 + interval '30 minutes'
                else p.due_at end
            from unnest($3, $4, $5, $6, $8, $9) as r (sku, sequence, verdict, detail, pause, shows)
            where {AreLocked} and p.channel = $1 and p.sku = r.sku and coalesce(p.acknowledged_sequence, 0) <= r.sequence
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, replies, one => one.Sku.Value));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Bigint, replies, one => sequences[one.Sku]));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, replies, one => one.Verdict.ToString()));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, replies, one => Storable(one.Detail)));
        command.Parameters.AddWithValue(mayDie);
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Integer, replies, _ => Random.Shared.Next(250, 1_000)));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, replies, one => one.Shows));
        await command.ExecuteNonQueryAsync(cancellation);
        if (replies.Count > 0)
        {
            await DeliveryRecord.Add(
                database, channel, replies.ConvertAll(one => (one, sequences[one.Sku])), clock.GetCurrentInstant(), cancellation);
        }
    }

    /// <summary>A call succeeded: closes the circuit and makes publications that backed off due at once.</summary>
    public async Task RecordSuccess(ChannelId channel, bool hadFailed, CancellationToken cancellation)
    {
        if (!hadFailed)
        {
            return;
        }

        await using var command = database.CreateCommand($"""
            with closed as (update {PublicationTables.Line} set failures = 0, open_until = null, error = null where channel = $1),
            {Locked("channel = $1 and dirty_since is not null and dead_at is null and due_at > $2")}
            update {PublicationTables.Publication} set due_at = $2 where {AreLocked} and channel = $1 and dirty_since is not null
              and dead_at is null and due_at > $2
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(clock.GetCurrentInstant());
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>A call failed.</summary>
    /// <param name="channel">The channel that was called.</param>
    /// <param name="failures">Consecutive failures, with this one.</param>
    /// <param name="openUntil">Until when the circuit is open; null leaves it closed.</param>
    /// <param name="error">The channel's own message.</param>
    public async Task RecordFailure(ChannelId channel, int failures, Instant? openUntil, string? error, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            insert into {PublicationTables.Line} as line (channel, paused, failures, open_until, error) values ($1, false, $2, $3, $4)
            on conflict (channel) do update set failures = excluded.failures, open_until = excluded.open_until, error = excluded.error
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(failures);
        command.Parameters.Add(SqlValue.OrNull(openUntil));
        command.Parameters.Add(SqlValue.OrNull(Storable(error)));
        await command.ExecuteNonQueryAsync(cancellation);
    }

    private void AddMine(NpgsqlCommand command, ChannelId channel, Duration minimumInterval)
    {
        var now = clock.GetCurrentInstant();
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue(now);
        command.Parameters.AddWithValue(now - minimumInterval);
    }

    private static List<LocationQuantity> QuantitiesOf(string desired, string acknowledged, Dictionary<string, decimal> openOrders)
    {
        var known = JsonSerializer.Deserialize<Dictionary<string, decimal>>(acknowledged)!;
        return [.. JsonSerializer.Deserialize<Dictionary<string, decimal>>(desired)!
            .Select(at => new LocationQuantity(at.Key, Canonical(at.Value), known.TryGetValue(at.Key, out var quantity) ? quantity : null)
            {
                OpenOrderUnits = openOrders.GetValueOrDefault(at.Key),
            })];
    }

    private static decimal Canonical(decimal quantity) => quantity <= 0 ? 0 : Quantity.Canonical(quantity);

    private static string? Storable(string? text) => Reply.Shorten(text)?.Replace('\0', '\uFFFD');
}
