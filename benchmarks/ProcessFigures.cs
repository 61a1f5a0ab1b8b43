using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace RetailSync.Benchmarks;

/// <summary>What the operating system says about this process and the PostgreSQL that it measures with.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100; // Linux reports other processes' time in hundredths, whatever its own clock

    /// <summary>Of this process and of every PostgreSQL process of this machine that is alive.</summary>
    public static TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime + PostgresTime();
    }

    /// <summary>Of every PostgreSQL process of this machine that is alive.</summary>
    public static TimeSpan PostgresTime() =>
        TimeSpan.FromSeconds(Processes().Sum(PostgresTicks) / TicksPerSecond);

    /// <summary>Of every PostgreSQL process of its server, by its purpose: the name its client gave, or what the server calls it.</summary>
    public static async Task<Dictionary<string, TimeSpan>> PostgresTimeByPurpose(string server)
    {
        await using var database = NpgsqlDataSource.Create($"{server};Database=postgres;Pooling=false");
        await using var command =
            database.CreateCommand("select pid, coalesce(nullif(application_name, ''), backend_type) from pg_stat_activity where pid <> pg_backend_pid()");
        await using var reader = await command.ExecuteReaderAsync();
        var times = new Dictionary<string, TimeSpan>();
        while (await reader.ReadAsync())
        {
            times[reader.GetString(1)] = times.GetValueOrDefault(reader.GetString(1)) + TimeSpan.FromSeconds(
                PostgresTicks($"/proc/{reader.GetInt32(0)}") / TicksPerSecond);
        }

        return times;
    }

    /// <summary>The largest resident memory of this process since <see cref="ResetPeak"/>.</summary>
    public static double PeakMegabytes() =>
        double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    public static void ResetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static IEnumerable<string> Processes() => Directory.EnumerateDirectories("/proc").Where(entry => char.IsAsciiDigit(Path.GetFileName(entry)[0]));

    private static double PostgresTicks(string process)
    {
        try
        {
            // The name stands in brackets; user and system time are the 12th and 13th field after it. A session's process writes a title over its command line,
            // so it is known by this name only.
            return File.ReadAllText($"{process}/stat").Split(") ") is [var name, var rest]
                && name.EndsWith("(postgres", StringComparison.Ordinal) && rest.Split(' ') is var fields
                ? double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture)
                : 0;
        }
        catch (IOException)
        {
            return 0; // gone meanwhile
        }
    }
}
