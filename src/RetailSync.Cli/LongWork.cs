using System.CommandLine;
using System.Globalization;
using Spectre.Console;

namespace RetailSync.Cli;

/// <summary>How far long work is: a bar on a terminal, a plain line every few seconds elsewhere. For many threads.</summary>
internal sealed class LongWork(string unit)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenFrames = TimeSpan.FromMilliseconds(250);

    private readonly long _started = TimeProvider.System.GetTimestamp();
    private long _done;
    private long _of;

    public void Report(long done, long of) => (_done, _of) = (done, of);

    /// <param name="console">Where to show it: on the standard error, since the standard output may be what is being written.</param>
    /// <param name="work">What takes so long.</param>
    /// <param name="cancellation">Stops the showing; the work has its own.</param>
    public async Task<T> Show<T>(InvocationConfiguration console, Task<T> work, CancellationToken cancellation)
    {
        if (!ReferenceEquals(console.Error, Console.Error) || Console.IsErrorRedirected)
        {
            await Watch(work, BetweenLines, () => console.Error.WriteLine(Line()), cancellation);
            return await work;
        }

        var terminal = AnsiConsole.Create(new AnsiConsoleSettings { Out = new AnsiConsoleOutput(console.Error) });
        await terminal.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async context =>
            {
                var bar = context.AddTask(Line(), maxValue: 1);
                void Frame()
                {
                    (bar.IsIndeterminate, bar.Value, bar.Description) = (_of == 0, _of == 0 ? 0 : Math.Min(1, (double)_done / _of), Line());
                }

                await Watch(work, BetweenFrames, Frame, cancellation);
                Frame();
            });
        return await work;
    }

    private static async Task Watch(Task work, TimeSpan period, Action show, CancellationToken cancellation)
    {
        while (await Task.WhenAny(work, Task.Delay(period, cancellation)) != work && !cancellation.IsCancellationRequested)
        {
            show();
        }
    }

    private string Line()
    {
        var seconds = Math.Max(TimeProvider.System.GetElapsedTime(_started).TotalSeconds, 0.001);
        var share = _of > _done ? string.Create(CultureInfo.InvariantCulture, $" of {_of:N0}") : "";
        return string.Create(CultureInfo.InvariantCulture, $"{_done:N0}{share} {unit}, {_done / seconds:N0} a second");
    }
}
