using System.Threading.Channels;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Hints;

/// <summary>One who is given hints: what its caller may see, of the topics that it has named.</summary>
public sealed class HintListener(Caller caller, IReadOnlySet<string> topics, Action<HintListener> leave) : IDisposable
{
    /// <summary>Rounds that wait for a listener, half a second each; one that lets more wait is given up.</summary>
    public const int MostRounds = 64;

    private readonly Channel<IReadOnlyList<ChangeHint>> _rounds = Channel.CreateBounded<IReadOnlyList<ChangeHint>>(MostRounds);

    /// <summary>Each round has a thing once. Complete when the listener is given up, or has ended.</summary>
    public ChannelReader<IReadOnlyList<ChangeHint>> Rounds => _rounds.Reader;

    public void Dispose()
    {
        leave(this);
        _rounds.Writer.TryComplete();
    }

    internal void Offer(IReadOnlyList<ChangeHint> round)
    {
        var seen = round.Where(hint => topics.Contains(hint.Topic) && MaySee(hint))
            .GroupBy(hint => (hint.Topic, hint.Id))
            .Select(same => new ChangeHint(same.Key.Topic, same.Key.Id, same.Max(hint => hint.Sequence)))
            .ToList();
        if (seen.Count > 0 && !_rounds.Writer.TryWrite(seen))
        {
            Dispose();
        }
    }

    /// <summary>A hint without a name says nothing of anybody's own.</summary>
    private bool MaySee(ChangeHint hint) => hint.Topic switch
    {
        ChangeHint.Quarantine => caller.Roles.Contains(Role.Ops) || (hint.Id is null && caller.Roles.Contains(Role.Store)),
        _ when caller.SeesAll || hint.Topic == ChangeHint.Alert => true,
        ChangeHint.Position => caller.Roles.Contains(Role.Store) && IsOwn(hint.Location, caller.Locations, hint.Id),
        ChangeHint.Channels => caller.Roles.Contains(Role.Channel) && IsOwn(hint.Channel, caller.Channels, hint.Id),
        ChangeHint.Reservation => (caller.Roles.Contains(Role.Store) && IsOwn(hint.Location, caller.Locations, hint.Id))
            || (caller.Roles.Contains(Role.Channel) && IsOwn(hint.Channel, caller.Channels, hint.Id)),
        _ => false,
    };

    private static bool IsOwn(string? owner, IReadOnlySet<string> own, string? id) => id is null || (owner is not null && own.Contains(owner));
}
