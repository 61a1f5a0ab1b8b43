using RetailSync.Cli.SampleDay.Replay;

namespace RetailSync.Cli.SampleDay;

/// <summary>What happens at one place during the day, in the order in which it happens.</summary>
internal static class Agenda
{
    /// <param name="acts">Seconds of the day, and what happens at each. At one second they go in the order given here, which is also that of their
    /// milliseconds.</param>
    public static IEnumerable<Message> Of(IEnumerable<(int[] Seconds, Func<int, IEnumerable<Message>> Act)> acts) =>
        acts.SelectMany(act => act.Seconds.Select(second => (second, act.Act)))
            .OrderBy(entry => entry.second)
            .SelectMany(entry => entry.Act(entry.second));
}
