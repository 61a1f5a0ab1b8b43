using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;

namespace RetailSync.Inventory.Host.Operations.Figures;

/// <summary>Writes samples, each once for its minute: a second one of the same minute changes nothing.</summary>
public sealed class SampleStore(NpgsqlDataSource database, IClock clock)
{
    /// <summary>What is sampled now, in the minute that has begun.</summary>
    public async Task Store(IReadOnlyList<Sample> samples, CancellationToken cancellation)
    {
        if (samples.Count == 0)
        {
            return;
        }

        var minute = Duration.FromMinutes(1);
        await using var command = database.CreateCommand(
            $"""
             insert into {OperationsTables.Samples} (name, labels, seconds, at, value, highest)
             select name, labels, {OperationsTables.Minute}, $1, value, value from unnest($2, $3, $4) as sample(name, labels, value)
             on conflict do nothing
             """);
        command.Parameters.AddWithValue(
            Instant.FromUnixTimeTicks(clock.GetCurrentInstant().ToUnixTimeTicks() / minute.BclCompatibleTicks * minute.BclCompatibleTicks));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, samples, sample => sample.Name));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Text, samples, sample => sample.Labels));
        command.Parameters.Add(SqlArray.Of(NpgsqlDbType.Numeric, samples, sample => sample.Value));
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
