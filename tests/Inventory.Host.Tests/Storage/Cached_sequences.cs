using JasperFx.Events;
using Marten;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Storage.Migration;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>What followers rest on: each sequence is taken in the transaction that commits it.</summary>
public sealed class Cached_sequences(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Are_found_at_the_start_and_repaired_by_a_migration()
    {
        var schema = host.Services.GetRequiredService<DatabaseSchema>();
        Assert.Empty(await schema.Missing(CancellationToken.None));
        await host.Sql("alter sequence inventory.mt_events_sequence cache 20");

        var missing = Assert.Single(await schema.Missing(CancellationToken.None));

        Assert.Equal("cache 1 of sequence inventory.mt_events_sequence, which has 20: followers would miss events", missing);
        await schema.Migrate(CancellationToken.None);
        Assert.Empty(await schema.Missing(CancellationToken.None));
    }

    [Fact]
    public async Task Of_Marten_keep_a_host_from_starting()
    {
        await using var app = Server.Build(
            ["--environment", "Development"], host.ConnectionString, builder => builder.Services.ConfigureMarten(
                options => options.Events.AppendMode = EventAppendMode.Rich));

        var refused = await Assert.ThrowsAsync<InvalidOperationException>(
            () => app.Services.GetRequiredService<DatabaseSchema>().StartingAsync(CancellationToken.None));

        Assert.Contains("appends events in the mode Rich", refused.Message, StringComparison.Ordinal);
    }
}
