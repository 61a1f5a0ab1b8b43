using System.Runtime.InteropServices;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>The three system calls that .NET has no method for.</summary>
internal static class PosixCalls
{
    public const int Interrupt = 2;
    public const int Quit = 3;
    public const int Kill = 9;
    public const int Terminate = 15;
    public const int Continue = 18;
    public const int Stop = 19;

    /// <summary>False when there is no such process (any more).</summary>
    public static bool Signal(int process, int signal) => kill(process, signal) == 0;

    public static void ChangeOwner(string path, PostgresAccount account)
    {
        if (chown(path, account.UserId, account.GroupId) != 0)
        {
            throw new IOException($"chown {account.UserId}:{account.GroupId} {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>The path without symbolic links, as the kernel names it.</summary>
    public static string RealPath(string path)
    {
        var resolved = realpath(path, 0);
        if (resolved == 0)
        {
            throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        try
        {
            return Marshal.PtrToStringUTF8(resolved)!;
        }
        finally
        {
            free(resolved);
        }
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int kill(int process, int signal);

    [DllImport("libc", SetLastError = true)]
    private static extern int chown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int user, int group);

    [DllImport("libc", SetLastError = true)]
    private static extern nint realpath([MarshalAs(UnmanagedType.LPUTF8Str)] string path, nint buffer);

    [DllImport("libc")]
    private static extern void free(nint memory);
}
