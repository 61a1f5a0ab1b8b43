using System.Runtime.CompilerServices;
using Snapshooter;
using Snapshooter.Xunit;

namespace RetailSync.Testing;

/// <summary>
/// Compares a text with the approved one in <c>__snapshots__</c> beside the test. A text that differs, or that nobody has approved, fails; the new one
/// is then in <c>__snapshots__/__mismatch__</c>, and copying it one folder up approves it. (Verify takes its place here once its core package can be had.)
/// </summary>
public static class Approve
{
    /// <param name="actual">What the code under test wrote.</param>
    /// <param name="name">Where one test approves several texts: which one.</param>
    /// <param name="file">Filled in by the compiler.</param>
    /// <param name="test">Filled in by the compiler.</param>
    public static void Text(string actual, string? name = null, [CallerFilePath] string file = "", [CallerMemberName] string test = "")
    {
        // Strict: a missing snapshot fails instead of being written and passing.
        Environment.SetEnvironmentVariable("SNAPSHOOTER_STRICT_MODE", "true");
        var parts = new[] { Path.GetFileNameWithoutExtension(file), test, name }.Where(part => part is not null);
        Snapshot.Match(actual, new SnapshotFullName(string.Join('.', parts) + ".snap", Path.GetDirectoryName(file)!));
    }
}
