using System.Globalization;

namespace RetailSync.Inventory.Host.Postgres;

/// <summary>One host at a time on a data directory. The kernel gives the lock back however the host ends.</summary>
internal sealed class DirectoryLock : IDisposable
{
    private readonly FileStream file;

    private DirectoryLock(FileStream file) => this.file = file;

    /// <exception cref="LocalPostgresException">Another host has it, or the directory cannot be written.</exception>
    public static DirectoryLock Take(string directory)
    {
        var path = Path.Combine(directory, "host.lock");
        try
        {
            Directory.CreateDirectory(directory);
            var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1);
            File.WriteAllText(Holder(directory), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
            return new(file);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw new LocalPostgresException($"The data directory {directory} cannot be written: choose another with --data.", denied);
        }
        catch (IOException taken) when (File.Exists(path))
        {
            var holder = File.Exists(Holder(directory)) ? File.ReadAllText(Holder(directory)) : "unknown";
            throw new LocalPostgresException(
                $"Another host (process {holder}) is running on the data directory {directory}: stop it, or choose another with --data.", taken);
        }
        catch (IOException broken)
        {
            throw new LocalPostgresException($"The data directory {directory} cannot be used: {broken.Message}", broken);
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>A file of its own: .NET locks a file even to read it.</summary>
    private static string Holder(string directory) => Path.Combine(directory, "host.pid");
}
