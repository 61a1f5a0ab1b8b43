using System.Diagnostics;
using RetailSync.Inventory.Host.Postgres;

namespace RetailSync.Inventory.Host.Tests.Walks;

/// <summary>Tools of .NET that look into a running process, installed beside the tests when one is wanted for the first time.</summary>
internal static class DiagnosticTool
{
    private static readonly string Directory = Path.Combine(AppContext.BaseDirectory, "diagnostic-tools");

    private static string Dotnet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } path ? path
        : Path.GetFileName(Environment.ProcessPath) == "dotnet" ? Environment.ProcessPath! : "dotnet";

    /// <summary>What it prints, errors included.</summary>
    /// <param name="tool">The package, which is the command too.</param>
    /// <param name="patience">After that it is killed.</param>
    /// <param name="arguments">For it.</param>
    public static async Task<string> Run(string tool, TimeSpan patience, params string[] arguments)
    {
        var command = Path.Combine(Directory, tool);
        var installed = File.Exists(command) ? "" : await Run(Dotnet, ["tool", "install", tool, "--tool-path", Directory], patience);
        return File.Exists(command) ? await Run(command, arguments, patience) : $"{tool} cannot be had here: {installed}";
    }

    private static async Task<string> Run(string command, IEnumerable<string> arguments, TimeSpan patience)
    {
        var start = new ProcessStartInfo(command, arguments) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.IsPathRooted(Dotnet))
        {
            start.Environment["DOTNET_ROOT"] = Path.GetDirectoryName(PosixCalls.RealPath(Dotnet));
        }

        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var said = Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        try
        {
            return string.Concat(await said.WaitAsync(patience));
        }
        catch (TimeoutException)
        {
            process.Kill(entireProcessTree: true);
            return $"{string.Concat(await said)}{Environment.NewLine}Killed after {patience.TotalSeconds:0} s.";
        }
    }
}
