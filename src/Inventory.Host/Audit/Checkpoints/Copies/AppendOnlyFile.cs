using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace RetailSync.Inventory.Host.Audit.Checkpoints.Copies;

/// <summary>
/// A file opened so that the kernel puts whatever is written at its end (<c>O_APPEND</c>, which .NET has no mode for and an attribute <c>chattr +a</c> asks
/// for), and locked against
/// other hosts that append to it, until it is disposed of.
/// </summary>
internal sealed class AppendOnlyFile : IDisposable
{
    private const int ReadOnly = 0;
    private const int ReadAndWrite = 2;
    private const int Create = 0x40;
    private const int Append = 0x400;
    private const int CloseOnExec = 0x80000;
    private const int LockExclusively = 2;
    private const int LockWithoutWaiting = 4;
    private const int NoSuchFile = 2;

    /// <summary>Read and written by the owner, read by the group: an auditor's.</summary>
    private const int Mode = 0b110_100_000;

    private readonly SafeFileHandle _handle;

    private AppendOnlyFile(SafeFileHandle handle) => _handle = handle;

    public long Length => RandomAccess.GetLength(_handle);

    /// <returns>Null while another process appends.</returns>
    /// <exception cref="IOException">It cannot be opened or made.</exception>
    public static AppendOnlyFile? Open(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        var handle = Handle(path, ReadAndWrite | Create | Append | CloseOnExec) ?? throw new FileNotFoundException(null, path);
        if (flock(handle, LockExclusively | LockWithoutWaiting) == 0)
        {
            return new AppendOnlyFile(handle);
        }

        handle.Dispose();
        return null;
    }

    /// <summary>The content of a file, also while another process appends to it; null where there is no such file.</summary>
    /// <param name="atMost">Bytes from its end.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static byte[]? ReadEnd(string path, long atMost = int.MaxValue)
    {
        using var handle = Handle(path, ReadOnly | CloseOnExec);
        return handle is null ? null : ReadEnd(handle, atMost);
    }

    /// <summary>The last bytes of it.</summary>
    public byte[] ReadEnd(long atMost) => ReadEnd(_handle, atMost);

    /// <summary>Returns when the bytes are on the disk. A part of them may be there where it throws.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        RandomAccess.Write(_handle, bytes, Length);
        RandomAccess.FlushToDisk(_handle);
    }

    public void Dispose() => _handle.Dispose();

    private static byte[] ReadEnd(SafeFileHandle handle, long atMost)
    {
        var length = RandomAccess.GetLength(handle);
        var bytes = new byte[Math.Min(length, atMost)];
        var read = 0;
        while (read < bytes.Length && RandomAccess.Read(handle, bytes.AsSpan(read), length - bytes.Length + read) is > 0 and var more)
        {
            read += more;
        }

        return read == bytes.Length ? bytes : bytes[..read];
    }

    private static SafeFileHandle? Handle(string path, int flags)
    {
        var descriptor = open(path, flags, Mode);
        return descriptor >= 0 ? new SafeFileHandle(descriptor, ownsHandle: true)
            : (flags & Create) == 0 && Marshal.GetLastPInvokeError() == NoSuchFile ? null
            : throw new IOException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", SetLastError = true)]
    private static extern int open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, int mode);

    [DllImport("libc", SetLastError = true)]
    private static extern int flock(SafeFileHandle handle, int operation);
}
