using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Projections.Reservations;
using Xunit.Abstractions;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>
/// Walks against real hosts on real PostgreSQL over real sockets, and then the question whether every answer can be explained. A few
/// seconds by default; <c>RETAILSYNC_WALK_SECONDS=600 ./test Never_oversold</c> walks for longer, and <c>RETAILSYNC_WALK_SEED</c> draws the
/// same requests again (not the same moments).
/// </summary>
public sealed class Never_oversold(ITestOutputHelper output)
{
    private const int Clients = 24;

    /// <summary>Also on a machine that is busy with something else.</summary>
    private const int CallsAtLeast = 600;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task every_yes_and_every_no_is_explained_by_some_order(int hosts)
    {
        var seed = Setting("RETAILSYNC_WALK_SEED", Random.Shared.Next(1_000_000));
        output.WriteLine($"RETAILSYNC_WALK_SEED={seed}");
        await using var door = await HostsOnOneDatabase.Start(hosts);
        await door.Register("web");
        var clock = door.Hosts[0].Services.GetRequiredService<IClock>();
        var walk = new Walk(seed, [.. door.Hosts.Select(host => host.Urls.First())], clock);
        await walk.Take(Clients, Duration.FromSeconds(Setting("RETAILSYNC_WALK_SECONDS", 4)), CallsAtLeast);

        var (events, rows) = await Recorded.ReadAll(door.ConnectionString);
        var explanation = new Explanation(walk.Calls, events);
        Tell(walk.Calls);
        Assert.True(explanation.Violations.Count == 0, $"seed {seed}, {explanation.Violations.Count} violations:\n{string.Join('\n', explanation.Violations.Take(20))}");
        Assert.Equal(explanation.Positions, rows);
        Assert.DoesNotContain(walk.Calls, call => call.IsOpen);

        Assert.Equal(0, await door.Sql<long>($"select count(*) from ({ReservationTable.SelectMismatches}) as differ"));
        Assert.True(walk.Calls.Count(call => call.IsYes) > 50, "Hardly anything was walked.");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private void Tell(IReadOnlyList<Call> calls)
    {
        output.WriteLine($"{calls.Count} calls");
        foreach (var answers in calls.CountBy(call => (call.Asked, call.Reply.Word)).OrderBy(answers => answers.Key))
        {
            output.WriteLine($"{answers.Value,7} {answers.Key.Asked} {answers.Key.Word}");
        }
    }
}
