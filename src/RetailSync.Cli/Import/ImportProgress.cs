using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace RetailSync.Cli.Import;

/// <summary>How far an import is: a bar on a terminal, a plain line every few seconds elsewhere.</summary>
internal static class ImportProgress
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(250);

    /// <param name="console">Where to show it.</param>
    /// <param name="done">What has been done in the time since the beginning, in words.</param>
    /// <param name="length">Of the file on disk, in bytes.</param>
    /// <param name="work">Is given what to call with the bytes read.</param>
    /// <param name="cancellation">Stops the showing; the work has its own.</param>
    public static async Task Show(
        InvocationConfiguration console, Func<TimeSpan, string> done, long length, Func<Action<long>, Task> work, CancellationToken cancellation)
    {
        var state = new State(done, length);
        if (!ReferenceEquals(console.Output, Console.Out) || Console.IsOutputRedirected)
        {
            await Watch(work(state.Read), BetweenLines, () => console.Output.WriteLine(state.Line()), cancellation);
            return;
        }

        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(state.Line(), maxValue: 1);
                void Frame()
                {
                    bar.Value = state.Share;
                    bar.Description = state.Line();
                }

                await Watch(work(state.Read), BetweenFrames, Frame, cancellation);
                Frame();
            });
    }

    private static async Task Watch(Task work, TimeSpan period, Action show, CancellationToken cancellation)
    {
        while (await Task.WhenAny(work, Task.Delay(period, cancellation)) != work && !cancellation.IsCancellationRequested)
        {
            show();
        }

        await work;
    }

    private sealed class State(Func<TimeSpan, string> done, long length)
    {
        private readonly long started = TimeProvider.System.GetTimestamp();
        private long bytes;

        /// <summary>Of the file, from 0 to 1.</summary>
        public double Share => length == 0 ? 1 : Math.Min(1, (double)Interlocked.Read(ref bytes) / length);

        public void Read(long position) => Interlocked.Exchange(ref bytes, position);

        public string Line()
        {
            var elapsed = TimeProvider.System.GetElapsedTime(started);
            var left = Share > 0 ? TimeSpan.FromSeconds(elapsed.TotalSeconds * (1 - Share) / Share) : (TimeSpan?)null;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{done(elapsed)}, {Share:P0}, {(left is null ? "" : $"{(int)left.Value.TotalMinutes}:{left.Value.Seconds:00} left")}");
        }
    }
}
