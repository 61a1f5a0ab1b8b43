using System.Diagnostics;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>Programs of the system, started in a known environment.</summary>
internal static class ShellCommand
{
    /// <summary>Nothing of the caller's PostgreSQL settings (PGDATA, PGOPTIONS, ...) or language reaches the program.</summary>
    public static ProcessStartInfo Describe(IEnumerable<string> command)
    {
        var words = command.ToArray();
        var start = new ProcessStartInfo(words[0], words.Skip(1)) { WorkingDirectory = "/" };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("PG", StringComparison.Ordinal)).ToArray())
        {
            start.Environment.Remove(name);
        }

        start.Environment["LC_ALL"] = "C";
        return start;
    }

    /// <summary>Runs to the end and returns what was printed.</summary>
    /// <exception cref="LocalPostgresException">It failed; the message has its own last words.</exception>
    public static string Run(IEnumerable<string> command)
    {
        var start = Describe(command);
        start.RedirectStandardInput = true;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var errors = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0
                ? output.Trim()
                : throw new LocalPostgresException(
                    $"{Path.GetFileName(start.FileName)} failed with {process.ExitCode}: {errors.Result.Trim()} {output.Trim()}".Trim());
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new LocalPostgresException($"{start.FileName} cannot be run: {missing.Message}", missing);
        }
    }
}
