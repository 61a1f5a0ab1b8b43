using System.Data;
using NodaTime;
using Npgsql;
using RetailSync.Channels;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Storage;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>
/// A channel's rate limit: a token bucket in the database and by its clock, so that all hosts together keep to it, also
/// when the publisher moves from one to another.
/// </summary>
public sealed class CallBudget([FromKeyedServices(ConnectionPools.Followers)] NpgsqlDataSource database)
{
    private const string Tokens =
        "least($3, coalesce(line.tokens, $3) + greatest(0, extract(epoch from clock_timestamp() - coalesce(line.refilled_at, clock_timestamp()))) * $2)";

    /// <summary>The SQL expression of a bucket's current tokens, without taking one.</summary>
    public static string TokensOf(string rate, string burst) => Tokens.Replace("$3", burst, StringComparison.Ordinal)
        .Replace("$2", rate, StringComparison.Ordinal);

    /// <summary>The bucket of a channel's bulk calls, where the vendor limits those separately. No channel id can contain <c>#</c>.</summary>
    public static string Bulk(ChannelId channel) => $"{channel}#bulk";

    /// <summary>The lower of the vendor's rate limit and the operator's. The operator's allows no burst.</summary>
    public static CallRate? RateOf(SalesChannel channel, IChannel adapter) => (channel.RateLimit, adapter.Rate) switch
    {
        ({ } own, { } vendors) when vendors.PerSecond <= own => vendors,
        ({ } own, _) => new CallRate(own, 1),
        (null, var vendors) => vendors,
    };

    /// <summary>Takes one call out of a bucket: zero when it may be made, otherwise how long until it may.</summary>
    /// <param name="bucket">The channel, or <see cref="Bulk"/> of it.</param>
    /// <param name="rate">Calls a second and the burst.</param>
    public async Task<Duration> Take(string bucket, CallRate rate, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            with taken as (
              insert into {PublicationTables.Line} as line (channel, paused, failures, tokens, refilled_at) values ($1, false, 0, $3 - 1, clock_timestamp())
              on conflict (channel) do update set tokens = {Tokens} - 1, refilled_at = clock_timestamp()
              where {Tokens} >= 1 and coalesce(line.not_before <= clock_timestamp(), true)
              returning 1
            )
            select exists (select from taken) as is_taken,
              (select (1 - {Tokens}) / $2 from {PublicationTables.Line} as line where channel = $1) as seconds
            """);
        command.Parameters.AddWithValue(bucket);
        command.Parameters.AddWithValue(rate.PerSecond);
        command.Parameters.AddWithValue((decimal)rate.Burst);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        await reader.ReadAsync(cancellation);
        return reader.GetBoolean("is_taken") ? Duration.Zero
            : reader.IsDBNull("seconds") ? Duration.FromMilliseconds(50)
            : Duration.FromMilliseconds((long)Math.Clamp(Math.Ceiling(reader.GetDecimal("seconds") * 1_000), 1, 60_000));
    }

    /// <summary>Accounts for a call that was made: what it cost beyond the one that was taken for it, and the pause that the channel asked for.</summary>
    /// <param name="channel">The channel that was called.</param>
    /// <param name="calls">How many API calls it took.</param>
    /// <param name="retryAfter">The pause that the channel asked for; null where it did not.</param>
    public async Task Charge(ChannelId channel, int calls, Duration? retryAfter, CancellationToken cancellation)
    {
        if (calls > 1)
        {
            await Spend(channel, calls - 1, cancellation);
        }

        if (retryAfter is { } pause)
        {
            await Pause(channel, pause, cancellation);
        }
    }

    /// <summary>Deducts the further calls of a publication that needed more than one; the bucket may become negative.</summary>
    public async Task Spend(ChannelId channel, int calls, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"update {PublicationTables.Line} set tokens = tokens - $2 where channel = $1");
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue((decimal)calls);
        await command.ExecuteNonQueryAsync(cancellation);
    }

    /// <summary>The channel asked for a pause (<c>Retry-After</c>), which holds for all hosts.</summary>
    public async Task Pause(ChannelId channel, Duration pause, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand($"""
            insert into {PublicationTables.Line} as line (channel, paused, failures, not_before) values ($1, false,
              0, clock_timestamp() + $2 * interval '1 millisecond')
            on conflict (channel) do update set not_before = greatest(line.not_before, excluded.not_before)
            """);
        command.Parameters.AddWithValue(channel.Value);
        command.Parameters.AddWithValue((long)Math.Min(pause.TotalMilliseconds, Duration.FromHours(1).TotalMilliseconds));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
