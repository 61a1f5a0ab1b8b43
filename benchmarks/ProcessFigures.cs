using System.Diagnostics;
using System.Globalization;

namespace RetailSync.Benchmarks;

/// <summary>What the operating system says about this process and the PostgreSQL that it measures with.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100; // Linux tells other processes' time in hundredths, whatever its own clock

    /// <summary>Of this process and of every PostgreSQL process of this machine that is alive.</summary>
    public static TimeSpan ProcessorTime()
    {
        using var self = Process.GetCurrentProcess();
        return self.TotalProcessorTime + TimeSpan.FromSeconds(Process.GetProcessesByName("postgres").Sum(Ticks) / TicksPerSecond);
    }

    /// <summary>The largest resident memory of this process since <see cref="ForgetPeak"/>.</summary>
    public static double PeakMegabytes() =>
        double.Parse(File.ReadLines("/proc/self/status").First(line => line.StartsWith("VmHWM:", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;

    public static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static double Ticks(Process process)
    {
        using (process)
        {
            try
            {
                // The name stands in brackets and may contain anything; user and system time are the 12th and 13th field after it.
                var fields = File.ReadAllText($"/proc/{process.Id}/stat").Split(") ")[^1].Split(' ');
                return double.Parse(fields[11], CultureInfo.InvariantCulture) + double.Parse(fields[12], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                return 0; // gone meanwhile
            }
        }
    }
}
