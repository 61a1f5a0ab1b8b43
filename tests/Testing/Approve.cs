using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace RetailSync.Testing;

/// <summary>
/// Compares a text with the approved file in the repository. A text that differs, or that nobody has approved, fails with the difference and the command that
/// approves it; nothing is approved by running a test.
/// </summary>
public static class Approve
{
    private const int MostLinesShown = 200;

    /// <param name="actual">What the code under test wrote.</param>
    /// <param name="file">The approved file, from the root of the repository.</param>
    /// <param name="root">That root, where it is not this repository's.</param>
    /// <exception cref="NotApprovedException">The approved file says something else, or is missing.</exception>
    public static void Text(string actual, string file, string? root = null)
    {
        root ??= Root();
        var approved = Path.Combine(root, file);
        if (File.Exists(approved) && File.ReadAllText(approved) == actual)
        {
            return;
        }

        var written = Path.Combine("obj", "to-approve", file);
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(root, written))!);
        File.WriteAllText(Path.Combine(root, written), actual);
        throw new NotApprovedException(
            $"{file} is not what was approved. Where the change is wanted, this approves it:{Environment.NewLine}{Environment.NewLine}"
            + $"    cp {written} {file}{Environment.NewLine}{Environment.NewLine}{Difference(root, file, written)}");
    }

    private static string Difference(string root, string approved, string written)
    {
        using var diff = Process.Start(
            new ProcessStartInfo("diff", ["-u", "-N", approved, written]) { WorkingDirectory = root, RedirectStandardOutput = true })!;
        var lines = diff.StandardOutput.ReadToEnd().Split('\n');
        diff.WaitForExit();
        return string.Join('\n', lines.Take(MostLinesShown)) + (lines.Length > MostLinesShown ? $"\n... and {lines.Length - MostLinesShown} more lines" : "");
    }

    private static string Root([CallerFilePath] string path = "") => Path.GetFullPath("../..", Path.GetDirectoryName(path)!);
}

/// <summary>A text is not what was approved.</summary>
public sealed class NotApprovedException(string message) : Exception(message);
