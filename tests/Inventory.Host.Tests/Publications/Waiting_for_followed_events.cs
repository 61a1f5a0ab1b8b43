using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.Storage.Tables;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

/// <summary>No channel is registered, so nobody follows but the test.</summary>
public sealed class Waiting_for_followed_events(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Includes_what_is_committed_and_not_what_was_rolled_back()
    {
        var first = await host.RecordAccepted(Line("receipt", 1, NewSku()));
        var givenUp = (long)(await host.Sql("select nextval('inventory.mt_events_sequence')"))!;
        var last = await host.RecordAccepted(Line("receipt", 1, NewSku()));
        var followed = host.Services.GetRequiredService<FollowedEventFeed>();

        await Put(first, last, $"{{[{givenUp},{givenUp}]}}");
        Assert.Equal([true, true, true, false], await Has(0, first, last, last + 1));

        // The first event was committed, maybe by the request that was answered with the last one.
        await Put(first - 1, last, $"{{[{first},{givenUp}]}}");
        Assert.Equal([true, false, false], await Has(first - 1, first, last));

        // A ledger that has just begun, with the newest event, and has compared nothing yet.
        await Put(last, last, "{}", grounds: "");
        Assert.Equal([true, false, false], await Has(0, first, last));

        async Task<List<bool>> Has(params long[] sequences)
        {
            var answers = new List<bool>();
            foreach (var sequence in sequences)
            {
                answers.Add(await followed.Has(sequence, default));
            }

            return answers;
        }
    }

    private Task Put(long settled, long newest, string missing, string grounds = "compared") => host.Sql(
        $"""
         insert into {PublicationTables.Cursor} (id, epoch, settled, grounds, newest, missing) values (1, 1, {settled}, '{grounds}', {newest}, '{missing}')
         on conflict (id) do update set settled = excluded.settled, grounds = excluded.grounds, newest = excluded.newest, missing = excluded.missing
         """);
}
