using System.Diagnostics;
using System.Globalization;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>A file system of its own in memory, which can be filled; only root may mount one.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly DirectoryInfo _mount = System.IO.Directory.CreateTempSubdirectory("retailsync-disk");

    public SmallDisk(int megabytes)
    {
        if (!Run("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m,mode=755"), "tmpfs", _mount.FullName))
        {
            _mount.Delete();
            throw new IOException("A small disk cannot be mounted here.");
        }
    }

    /// <summary>Whether one can be mounted here: by root, where the container may.</summary>
    public static bool IsPossible { get; } = Probe();

    public DirectoryInfo Directory => _mount.CreateSubdirectory("data");

    private string Filler => Path.Combine(_mount.FullName, "filler");

    /// <summary>Takes what is left.</summary>
    public void Fill()
    {
        try
        {
            using var filler = new FileStream(Filler, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            var page = new byte[4_096];
            while (true)
            {
                filler.Write(page);
            }
        }
        catch (IOException)
        {
            // It is full.
        }
    }

    public void MakeRoom() => File.Delete(Filler);

    public void Dispose()
    {
        Run("umount", "-l", _mount.FullName);
        _mount.Delete(recursive: true);
    }

    private static bool Probe()
    {
        try
        {
            new SmallDisk(megabytes: 1).Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}

/// <summary>A test that needs a disk of its own.</summary>
public sealed class SmallDiskFactAttribute : FactAttribute
{
    public SmallDiskFactAttribute()
    {
        if (!SmallDisk.IsPossible)
        {
            Skip = "It fills a disk of its own, which only root may mount, and not in every container.";
        }
    }
}
