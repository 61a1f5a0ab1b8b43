using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace RetailSync.Benchmarks.Load;

/// <summary>What came of a load of requests.</summary>
/// <param name="Rate">Answers a second.</param>
/// <param name="P99">The latency that 99 of 100 stay below, in milliseconds; at a given rate it counts from the moment at which a request was due.</param>
internal readonly record struct RawResult(double Rate, double P99);

/// <summary>
/// Requests over keep-alive connections with as little work as can be, since it shares the processors with what it measures: bytes that were
/// written beforehand, and of an answer no more than its status and length. A process of its own.
/// </summary>
internal static class RawLoad
{
    public const string Verb = "raw";

    /// <param name="conditions">How long.</param>
    /// <param name="service">Where.</param>
    /// <param name="requests">One for each line: a method, a target and, after a tab, a body.</param>
    /// <param name="connections">How many at once.</param>
    /// <param name="rate">Requests a second; 0 for as many as can be.</param>
    public static async Task<RawResult> Run(Conditions conditions, Uri service, IEnumerable<string> requests, int connections, double rate = 0)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllLinesAsync(file, requests);
            string[] arguments =
            [
                typeof(RawLoad).Assembly.Location, Verb, service.ToString(), file, Text(connections), Text(rate), Text(conditions.WarmUp.TotalSeconds),
                Text(conditions.Measured.TotalSeconds),
            ];
            using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
            var output = await process.StandardOutput.ReadToEndAsync();
            await process.WaitForExitAsync();
            var numbers = process.ExitCode == 0 ? output.Split(' ') : throw new InvalidOperationException($"The load generator ended with {process.ExitCode}.");
            return new RawResult(double.Parse(numbers[0], CultureInfo.InvariantCulture), double.Parse(numbers[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            File.Delete(file);
        }
    }

    /// <summary>Inside that process.</summary>
    public static async Task Generate(string[] arguments)
    {
        var service = new Uri(arguments[0]);
        var requests = (await File.ReadAllLinesAsync(arguments[1])).Select(line => Encode(service, line)).ToArray();
        var (connections, rate) = (int.Parse(arguments[2], CultureInfo.InvariantCulture), double.Parse(arguments[3], CultureInfo.InvariantCulture));
        var (warmUp, measured) =
            (TimeSpan.FromSeconds(double.Parse(arguments[4], CultureInfo.InvariantCulture)),
                TimeSpan.FromSeconds(double.Parse(arguments[5], CultureInfo.InvariantCulture)));
        var start = Stopwatch.GetTimestamp();
        var from = start + (long)(warmUp.TotalSeconds * Stopwatch.Frequency);
        var until = from + (long)(measured.TotalSeconds * Stopwatch.Frequency);
        var latencies = await Task.WhenAll(Enumerable.Range(0, connections).Select(connection =>
            Task.Run(() => Work(service, requests, connection, connections, rate, start, from, until))));
        var all = latencies.SelectMany(latency => latency).Order().ToArray();
        Console.Write(string.Create(
            CultureInfo.InvariantCulture, $"{all.Length / measured.TotalSeconds} {all[(int)(all.Length * 0.99)] * 1000.0 / Stopwatch.Frequency}"));
    }

    private static async Task<List<long>> Work(
        Uri service, (byte[] Head, byte[] Body)[] requests, int number, int connections, double rate, long start, long from, long until)
    {
        using var connection = await RawConnection.Open(service);
        var random = new Random(number);
        var latencies = new List<long>();
        for (long sent = 0; ; sent++)
        {
            var due = rate == 0 ? Stopwatch.GetTimestamp() : start + (long)((number + (sent * connections)) / rate * Stopwatch.Frequency);
            if (rate != 0 && due - Stopwatch.GetTimestamp() is > 0 and var wait)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)wait / Stopwatch.Frequency));
            }

            if (Stopwatch.GetTimestamp() >= until)
            {
                return latencies;
            }

            var (head, body) = requests[random.Next(requests.Length)];
            var (status, answer) = await connection.Ask(head, body);
            if (status != 200)
            {
                throw new InvalidOperationException(Encoding.UTF8.GetString(answer.Span[..Math.Min(600, answer.Length)]));
            }

            var now = Stopwatch.GetTimestamp();
            if (now >= from && now < until)
            {
                latencies.Add(now - due);
            }
        }
    }

    private static (byte[] Head, byte[] Body) Encode(Uri service, string line)
    {
        var (target, body) = line.Split('\t') is [var head, var rest] ? (head, Encoding.UTF8.GetBytes(rest)) : (line, []);
        return (RawConnection.Head(service, target, "dev-channel-web", body.Length), body);
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);
}
