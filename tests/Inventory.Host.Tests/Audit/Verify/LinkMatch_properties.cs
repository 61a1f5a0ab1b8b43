using System.Text;
using CsCheck;
using RetailSync.Inventory.Host.Audit.Chain;
using RetailSync.Inventory.Host.Audit.Verify.Checks;

namespace RetailSync.Inventory.Host.Tests.Audit.Verify;

/// <summary>Chains of any shape that leave any events out: those that a follower which skips events has made.</summary>
public sealed class LinkMatch_properties
{
    private static readonly Gen<(bool Linked, bool EndsRow)[]> Chains =
        Gen.Select(Gen.Frequency((4, Gen.Const(true)), (1, Gen.Const(false))), Gen.Bool).Array[1, 40];

    [Fact]
    public void Exactly_the_events_that_were_left_out_are_named() => Chains.Sample(chain =>
    {
        var match = new LinkMatch();
        match.Begin(Rows(chain));

        Assert.Equal(chain.Select(one => one.Linked ? LinkState.Linked : LinkState.NotLinked), States(match, chain.Length, changed: null));
    });

    [Fact]
    public void A_changed_event_is_never_taken_for_one_left_out() => Gen.Select(Chains, Gen.Int[0, 39]).Sample((chain, which) =>
    {
        var linked = chain.Select((one, index) => (one.Linked, index)).Where(one => one.Linked).Select(one => one.index).ToList();
        if (linked.Count == 0)
        {
            return;
        }

        var match = new LinkMatch();
        match.Begin(Rows(chain));

        Assert.Contains(LinkState.Changed, States(match, chain.Length, linked[which % linked.Count]));
    });

    private static List<LinkState> States(LinkMatch match, int events, int? changed) =>
        [.. Enumerable.Range(0, events).Select(index => match.Next(Event(index, changed == index)))];

    private static List<(long, ReadOnlyMemory<byte>)> Rows((bool Linked, bool EndsRow)[] chain)
    {
        var (rows, row, link, hash, last) = (new List<(long, ReadOnlyMemory<byte>)>(), new List<byte>(), new byte[ChainHash.Length], new ChainHash(), 0L);
        for (var index = 0; index < chain.Length; index++)
        {
            if (!chain[index].Linked)
            {
                continue;
            }

            hash.Next(Event(index), link);
            row.AddRange(link);
            last = index + 1;
            if (chain[index].EndsRow)
            {
                End();
            }
        }

        End();
        return rows;

        void End()
        {
            if (row.Count > 0)
            {
                rows.Add((last, row.ToArray()));
                row.Clear();
            }
        }
    }

    private static ChainedEvent Event(int index, bool isChanged = false) =>
        new("a@b", index + 1, index + 100, Guid.Empty, "stock_received", RunningHost.Now, null, null,
            Encoding.UTF8.GetBytes(isChanged ? "{\"quantity\": 2}" : "{\"quantity\": 1}"));
}
