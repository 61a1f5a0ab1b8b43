using System.Diagnostics;

namespace RetailSync.Benchmarks;

internal static class Measure
{
    /// <summary>How much is done a second by <paramref name="callers"/>, each with one step in flight; the warm-up does not count.</summary>
    /// <param name="callers">How many at once.</param>
    /// <param name="conditions">How long.</param>
    /// <param name="step">Given the caller's number, does one step and says how many things that was.</param>
    public static async Task<double> Rate(int callers, Conditions conditions, Func<int, Task<int>> step)
    {
        long done = 0;
        using var stop = new CancellationTokenSource();
        var working = Enumerable.Range(0, callers).Select(caller => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                Interlocked.Add(ref done, await step(caller));
            }
        })).ToArray();

        // A caller that fails ends the measurement at once rather than after the full time.
        var failed = Task.WhenAny(working);
        await Task.WhenAny(failed, Task.Delay(conditions.WarmUp));
        var (before, started) = (Interlocked.Read(ref done), Stopwatch.GetTimestamp());
        await Task.WhenAny(failed, Task.Delay(conditions.Measured));
        var (after, took) = (Interlocked.Read(ref done), Stopwatch.GetElapsedTime(started));
        await stop.CancelAsync();
        await Task.WhenAll(working);
        return (after - before) / took.TotalSeconds;
    }

    /// <summary>The middle one; of an even number, the lower of the two in the middle.</summary>
    public static double Median(IReadOnlyList<double> values) => values.Order().ElementAt((values.Count - 1) / 2);
}

/// <summary>Finds which of some settings is best, once, and keeps to it: a baseline is measured at its best number of connections.</summary>
internal sealed class BestOf<T>(params T[] settings)
{
    private (T Setting, double Rate)? best;

    public async Task<double> Measure(Conditions conditions, Func<Conditions, T, Task<double>> measure)
    {
        if (best is null)
        {
            var trial = conditions with { Measured = conditions.Measured / 2 };
            foreach (var setting in settings)
            {
                var rate = await measure(trial, setting);
                best = best is { } known && known.Rate >= rate ? known : (setting, rate);
                Console.WriteLine(FormattableString.Invariant($"    {setting}: {rate:N0}"));
            }
        }

        return await measure(conditions, best!.Value.Setting);
    }
}
