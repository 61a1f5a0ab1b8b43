using System.Buffers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Threading.Channels;
using NodaTime;
using RetailSync.Cli.Movements;
using RetailSync.Inventory.Domain.Stock;
using Spectre.Console;

namespace RetailSync.Cli.SampleDay.Replay;

/// <summary>
/// Sends a <see cref="TradingDay"/> through the HTTP API that tills use. Each source's lines go in their order; a few sources at a
/// time, so that one that waits does not hold up the others. The last line goes alone when all others are answered: where it is,
/// the whole day is, and is not sent again. A day that was sent in part is sent again, which is safe: what is there is a duplicate.
/// </summary>
/// <param name="http">Its base address is the service; it carries an authorization for ops and planner work.</param>
/// <param name="console">Where progress and the summary go.</param>
/// <param name="time">Times the waits and the rate.</param>
public sealed class ReplaySampleDay(HttpClient http, IAnsiConsole console, TimeProvider time)
{
    private const int LinesPerBatch = 500;
    private const int SendersInFlight = 8;
    private const int BatchesWaitingPerSender = 4;
    private const int MostRejectionsShown = 5;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(3);

    /// <summary>What is sent within so much of the day is recorded at its end, where the host's clock follows the day.</summary>
    private static readonly Duration Slice = Duration.FromHours(4);

    private readonly Lock tally = new();
    private readonly List<string> rejections = [];

    /// <param name="goOn">Called before each slice of the day is sent, with its end; null sends the day in one.</param>
    public async Task<ReplaySummary> Run(TradingDay day, CancellationToken cancellation, Func<Instant, Task>? goOn = null)
    {
        var (lines, last) = Measure(day);
        var sum = new ReplaySummary(0, 0, 0, 0, TimeSpan.Zero);
        if (await IsThere(last, cancellation))
        {
            console.WriteLine(FormattableString.Invariant($"Sample day {day.Day:uuuu-MM-dd}: it is there, {lines:N0} lines."));
            return sum;
        }

        await Register(day, cancellation);
        var started = time.GetTimestamp();
        await WithProgress(lines, report => SendAll(day, last, (batch, answer) =>
        {
            lock (tally)
            {
                sum = sum.Plus(answer) with { Took = time.GetElapsedTime(started) };
                rejections.AddRange(answer.Rejections.Take(MostRejectionsShown - rejections.Count)
                    .Select(no => $"{batch.Movements[no.Index].Name.Id}: {no.Code} {no.Detail}"));
                report(sum);
            }
        }, goOn, cancellation));
        Summarize(day, sum);
        return sum;
    }

    /// <summary>The lines of a day, whatever becomes of them, without a word on the console.</summary>
    internal Task Send(TradingDay day, Func<Instant, Task> goOn, CancellationToken cancellation) =>
        SendAll(day, Measure(day).Last, (_, _) => { }, goOn, cancellation);

    private static (long Lines, Movement Last) Measure(TradingDay day)
    {
        var (lines, last) = (0L, default(Movement));
        foreach (var movement in day.Movements())
        {
            (lines, last) = (lines + 1, movement);
        }

        return (lines, last ?? throw new ArgumentException("A day without a line.", nameof(day)));
    }

    private async Task<bool> IsThere(Movement movement, CancellationToken cancellation)
    {
        var path =
            $"v1/positions/{Uri.EscapeDataString(movement.Position.Sku.Value)}/{Uri.EscapeDataString(movement.Position.Location.Value)}/events?limit=1000";
        for (string? after = ""; after is not null;)
        {
            using var response = await http.GetAsync(path + (after.Length == 0 ? "" : $"&after={Uri.EscapeDataString(after)}"), cancellation);
            if (!response.IsSuccessStatusCode)
            {
                // Nothing there yet; where the service is not well, sending finds out and says so.
                return false;
            }

            var page = await response.Content.ReadFromJsonAsync<JsonElement>(cancellation);
            if (page.GetProperty("items").EnumerateArray().Any(
                happened => happened.GetProperty("source").ValueEquals(movement.Name.Source) && happened.GetProperty("id").ValueEquals(movement.Name.Id)))
            {
                return true;
            }

            after = page.GetProperty("next").GetString();
        }

        return false;
    }

    /// <summary>Locations and channels of the day.</summary>
    internal async Task Register(TradingDay day, CancellationToken cancellation)
    {
        foreach (var location in day.Locations())
        {
            await Put($"/v1/locations/{location.Id}", new { location.Type, location.TimeZone, location.Groups, Enabled = true }, cancellation);
        }

        foreach (var channel in day.Channels)
        {
            await Put($"/v1/channels/{channel}", new { Adapter = "log" }, cancellation);
        }
    }

    private async Task Put<T>(string path, T body, CancellationToken cancellation)
    {
        using var response = await http.PutAsJsonAsync(path, body, cancellation);
        if (!response.IsSuccessStatusCode)
        {
            throw new HttpRequestException(
                $"PUT {path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}", null, response.StatusCode);
        }
    }

    private async Task SendAll(
        TradingDay day, Movement last, Action<Batch, BatchAnswer> answered, Func<Instant, Task>? goOn, CancellationToken cancellation)
    {
        var sender = new MovementSender(http, time, console.Profile.Out.Writer);
        foreach (var slice in Slices(day.Messages().SkipLast(1), goOn is not null))
        {
            if (goOn is not null)
            {
                await goOn(slice.End);
            }

            await SendTogether(sender, slice.Movements, answered, cancellation);
        }

        await Send(sender, new Batch(0, last.Name.Source, [last]), answered, cancellation);
    }

    /// <summary>One after the other; a slice has to be read before the next.</summary>
    private static IEnumerable<(Instant End, IEnumerable<Movement> Movements)> Slices(IEnumerable<Message> messages, bool isSliced)
    {
        if (!isSliced)
        {
            yield return (Instant.MinValue, messages.Select(message => message.Movement));
            yield break;
        }

        var (end, movements) = (Instant.MinValue, new List<Movement>());
        foreach (var message in messages)
        {
            if (message.SentAt > end && movements.Count > 0)
            {
                yield return (end, movements);
                movements = [];
            }

            end = message.SentAt > end ? EndOf(message.SentAt) : end;
            movements.Add(message.Movement);
        }

        yield return (end, movements);
    }

    private static Instant EndOf(Instant sent) =>
        Instant.FromUnixTimeTicks((sent.ToUnixTimeTicks() / Slice.BclCompatibleTicks * Slice.BclCompatibleTicks) + Slice.BclCompatibleTicks);

    private static async Task Send(MovementSender sender, Batch batch, Action<Batch, BatchAnswer> answered, CancellationToken cancellation)
    {
        var body = new ArrayBufferWriter<byte>(batch.Movements.Count * 200);
        MovementJson.WriteBatch(body, batch.Source, batch.Movements);
        answered(batch, await sender.Send("v1/movements", "application/json", body.WrittenMemory, batch.Movements.Count, cancellation));
    }

    private static async Task SendTogether(
        MovementSender sender, IEnumerable<Movement> movements, Action<Batch, BatchAnswer> answered, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var queues = Enumerable.Range(0, SendersInFlight).Select(_ => Channel.CreateBounded<Batch>(BatchesWaitingPerSender)).ToArray();
        var senders = queues.Select(queue => StopAllWhenOneFails(() => Drain(queue.Reader))).ToArray();
        await Task.WhenAll([StopAllWhenOneFails(Fill), .. senders]);

        async Task Fill()
        {
            foreach (var batch in Batches(movements))
            {
                await queues[batch.SourceNumber % SendersInFlight].Writer.WriteAsync(batch, stop.Token);
            }

            foreach (var queue in queues)
            {
                queue.Writer.Complete();
            }
        }

        async Task Drain(ChannelReader<Batch> queue)
        {
            await foreach (var batch in queue.ReadAllAsync(stop.Token))
            {
                await Send(sender, batch, answered, stop.Token);
            }
        }

        async Task StopAllWhenOneFails(Func<Task> work)
        {
            try
            {
                await Task.Run(work, stop.Token);
            }
            catch
            {
                await stop.CancelAsync();
                throw;
            }
        }
    }

    /// <summary>Gathers each source's lines until a batch is full. Holds at most one batch of each source.</summary>
    private static IEnumerable<Batch> Batches(IEnumerable<Movement> movements)
    {
        var open = new Dictionary<string, Batch>();
        foreach (var movement in movements)
        {
            var source = movement.Name.Source;
            if (!open.TryGetValue(source, out var batch))
            {
                open[source] = batch = new Batch(open.Count, source, []);
            }

            batch.Movements.Add(movement);
            if (batch.Movements.Count == LinesPerBatch)
            {
                open[source] = batch with { Movements = [] };
                yield return batch;
            }
        }

        foreach (var rest in open.Values.Where(batch => batch.Movements.Count > 0))
        {
            yield return rest;
        }
    }

    private sealed record Batch(int SourceNumber, string Source, List<Movement> Movements);

    private async Task WithProgress(long lines, Func<Action<ReplaySummary>, Task> work)
    {
        if (console.Profile.Capabilities.Interactive)
        {
            await console.Progress()
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .StartAsync(async context =>
                {
                    var bar = context.AddTask("Sample day", maxValue: lines);
                    await work(sum =>
                    {
                        bar.Value = sum.Lines;
                        bar.Description = FormattableString.Invariant($"Sample day, {sum.Rate:N0} lines/s");
                    });
                });
            return;
        }

        var said = TimeSpan.Zero;
        await work(sum =>
        {
            if (sum.Took - said >= BetweenLines)
            {
                said = sum.Took;
                console.WriteLine(FormattableString.Invariant($"Sample day: {sum.Lines:N0} of {lines:N0} lines, {sum.Rate:N0} lines/s"));
            }
        });
    }

    private void Summarize(TradingDay day, ReplaySummary sum)
    {
        console.WriteLine(FormattableString.Invariant(
            $"Sample day {day.Day:uuuu-MM-dd}: {sum.Lines:N0} lines in {sum.Took.TotalSeconds:N1} s ({sum.Rate:N0}/s): ")
            + FormattableString.Invariant(
                $"{sum.Accepted:N0} accepted, {sum.Absorbed:N0} absorbed, {sum.Duplicates:N0} duplicates, {sum.Rejected:N0} rejected."));
        foreach (var line in rejections)
        {
            console.WriteLine($"  rejected {line}");
        }
    }
}

/// <summary>The outcomes of the lines, and how long they took.</summary>
public sealed record ReplaySummary(long Accepted, long Absorbed, long Duplicates, long Rejected, TimeSpan Took)
{
    public long Lines => Accepted + Absorbed + Duplicates + Rejected;

    /// <summary>Lines a second.</summary>
    public double Rate => Lines / Math.Max(Took.TotalSeconds, 0.001);

    internal ReplaySummary Plus(BatchAnswer answer) => this with
    {
        Accepted = Accepted + answer.Accepted,
        Absorbed = Absorbed + answer.Absorbed,
        Duplicates = Duplicates + answer.Duplicates,
        Rejected = Rejected + answer.Rejections.Count,
    };
}
