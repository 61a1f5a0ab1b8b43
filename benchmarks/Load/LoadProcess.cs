using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace RetailSync.Benchmarks.Load;

/// <summary>Load over HTTP from another process, as callers are: what it costs to call is not charged to what is called.</summary>
internal static class LoadProcess
{
    public const string Verb = "load";

    private static int runs;

    /// <summary>Starts the process, waits for it, and says how many things a second the service did.</summary>
    public static Task<double> Rate(Conditions conditions, Workload workload, Uri service, int callers) => Rate(Verb, conditions, workload, service, callers);

    /// <param name="verb">Of the load, by which the process knows it.</param>
    /// <param name="conditions">How long.</param>
    /// <param name="workload">What is sent.</param>
    /// <param name="service">Where to.</param>
    /// <param name="callers">Requests under way.</param>
    public static async Task<double> Rate(string verb, Conditions conditions, Workload workload, Uri service, int callers)
    {
        string[] arguments =
        [
            typeof(LoadProcess).Assembly.Location, verb, workload.ToString(), service.ToString(), callers.ToString(CultureInfo.InvariantCulture),
            $"run{++runs}",
            conditions.WarmUp.TotalSeconds.ToString(CultureInfo.InvariantCulture), conditions.Measured.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            conditions.Positions.ToString(CultureInfo.InvariantCulture), conditions.PerBatch.ToString(CultureInfo.InvariantCulture),
        ];
        using var process = Process.Start(new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0
            ? double.Parse(output, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"The load generator ended with {process.ExitCode}.");
    }

    /// <summary>Inside that process.</summary>
    public static async Task Generate(string[] arguments)
    {
        var (workload, service, callers, run, conditions) = Read(arguments);
        var bodies = Bodies.For(workload, conditions, run);
        var things = workload.ThingsPerRequest(conditions);
        var open = await Task.WhenAll(Enumerable.Range(0, callers).Select(_ => RawConnection.Open(service)));
        var heads = new byte[callers][];
        var buffers = Enumerable.Range(0, callers).Select(_ => Array.Empty<byte>()).ToArray();
        long number = 0;
        Console.WriteLine((await Measure.Rate(callers, conditions, async caller =>
        {
            // Bodies are all of one length, so a connection's head stays the same.
            var body = bodies.Write(Interlocked.Increment(ref number), ref buffers[caller]);
            var head = heads[caller] is { } known && known.AsSpan().EndsWith(Ending(body.Length)) ? known
                : heads[caller] = RawConnection.Head(service, $"POST {workload.Path()}", "dev-admin", body.Length);
            var (status, answer) = await open[caller].Ask(head, body);
            return Done(workload, (HttpStatusCode)status, answer.Span, things);
        })).ToString(CultureInfo.InvariantCulture));
        Array.ForEach(open, connection => connection.Dispose());
    }

    public static (Workload Workload, Uri Service, int Callers, string Run, Conditions Conditions) Read(string[] arguments) => (
        Enum.Parse<Workload>(arguments[0]), new Uri(arguments[1]), Whole(arguments[2]), arguments[3],
        new Conditions("", TimeSpan.FromSeconds(Fraction(arguments[4])), TimeSpan.FromSeconds(Fraction(arguments[5])),
            Whole(arguments[6]), Whole(arguments[7])));

    private static byte[] Ending(int length) => System.Text.Encoding.ASCII.GetBytes($"Content-Length: {length}\r\n\r\n");

    /// <summary>A service that is full has done nothing; one that refuses, or takes a part, ends the measurement.</summary>
    private static int Done(Workload workload, HttpStatusCode status, ReadOnlySpan<byte> answer, int things)
    {
        if (status is HttpStatusCode.TooManyRequests)
        {
            return 0;
        }

        var whole = workload == Workload.ReserveHot
            ? status == HttpStatusCode.Created
            : status == HttpStatusCode.OK && answer.IndexOf(System.Text.Encoding.UTF8.GetBytes($"\"accepted\":{things},")) >= 0;
        return whole ? things : throw new InvalidOperationException(
            $"{(int)status} {System.Text.Encoding.UTF8.GetString(answer[..Math.Min(500, answer.Length)])}");
    }

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static double Fraction(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
