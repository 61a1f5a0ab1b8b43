using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace RetailSync.Benchmarks.Baselines;

/// <summary>PostgreSQL's own load generator, with prepared statements.</summary>
internal static partial class PgBench
{
    /// <summary>Transactions a second of <paramref name="script"/>, in which <c>:positions</c> is the number of positions.</summary>
    public static async Task<double> Rate(Conditions conditions, FreshDatabase database, string script, int connections)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, script);
            await Run(conditions.WarmUp, 1);
            return await Run(conditions.Measured, 2);
        }
        finally
        {
            File.Delete(file);
        }

        async Task<double> Run(TimeSpan time, int seed)
        {
            var to = new NpgsqlConnectionStringBuilder(database.ConnectionString);
            // Its clock starts before it has connected; its rate leaves that out, so it only has to be given the time.
            string[] arguments =
            [
                "--no-vacuum", "--protocol=prepared", $"--client={connections}", "--jobs=2", $"--time={(int)time.TotalSeconds + 1 + (connections / 16)}",
                $"--random-seed={seed}",
                $"--define=positions={conditions.Positions}", $"--file={file}", $"--host={to.Host}", $"--username={to.Username}", to.Database!,
            ];
            using var pgbench = Process.Start(
                new ProcessStartInfo(Path.Combine(Environment.GetEnvironmentVariable("POSTGRES_BIN") ?? "/usr/lib/postgresql/15/bin", "pgbench"), arguments)
                {
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                })!;
            var (output, errors) = (pgbench.StandardOutput.ReadToEndAsync(), pgbench.StandardError.ReadToEndAsync());
            await pgbench.WaitForExitAsync();
            if (pgbench.ExitCode != 0)
            {
                throw new InvalidOperationException($"pgbench: {await output}{await errors}");
            }

            // With nothing done, as may be in a short warm-up, it names no rate.
            return Tps().Match(await output) is { Success: true } tps ? double.Parse(tps.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        }
    }

    [GeneratedRegex(@"tps = ([0-9.]+)")]
    private static partial Regex Tps();
}
