using System.Text.Json;
using Npgsql;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Cluster;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Pipeline;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <summary>
/// Takes in files that are put into <c>Documents:Folder/{name}</c> of a configured folder. A file that no longer grows is claimed by renaming it into
/// <c>taking</c>, and ends in <c>done</c> or <c>failed</c> with a receipt beside it: the outcome as <c>POST /v1/documents</c> answers it, or the refusal.
/// Several hosts may watch one folder: who takes a file in holds a lock in the database, so that what a host leaves that dies is taken in by another.
/// </summary>
public sealed class WatchDocumentFolders(
    IConfiguration configuration, PostDocument documents, IReadOnlyList<IDocumentFormat> formats, NpgsqlDataSource database, TimeProvider time,
    ILogger<WatchDocumentFolders> log) : BackgroundService
{
    private const int MostFilesAtOnce = 100;
    private const string Taking = "taking";

    private static readonly JsonSerializerOptions Receipt = CreateReceipt();

    private readonly DocumentFolderOptions _options = configuration.Read<DocumentFolderOptions>();
    private readonly Dictionary<string, (string Format, FileSettings File)> _folders = configuration.Read<DocumentFolderOptions>().Folders.ToDictionary(
        folder => folder.Key,
        folder => (folder.Value.Format, folder.Value.ToSettings($"Documents:Folders:{folder.Key}", formats.Select(format => format.Name))));

    /// <summary>As each file was at the last look: one that still grows is left alone.</summary>
    private Dictionary<string, (long Length, DateTime Written)> _seen = [];

    /// <summary>Looks once.</summary>
    /// <returns>How many files were taken in.</returns>
    public async Task<int> Look(CancellationToken stopping)
    {
        var taken = 0;
        var seen = new Dictionary<string, (long, DateTime)>();
        foreach (var name in _folders.Keys.Order(StringComparer.Ordinal))
        {
            var folder = Path.Combine(_options.Folder!, name);
            foreach (var path in FilesOf(Path.Combine(folder, Taking)))
            {
                taken += await Take(name, path, stopping) ? 1 : 0;
            }

            foreach (var path in FilesOf(folder))
            {
                var file = new FileInfo(path);
                if (!file.Exists)
                {
                    continue; // another host was quicker
                }

                if (_seen.TryGetValue(path, out var before) && before == (file.Length, file.LastWriteTimeUtc))
                {
                    var claimed = Path.Combine(Directory.CreateDirectory(Path.Combine(folder, Taking)).FullName, file.Name);
                    taken += Moved(path, claimed) && await Take(name, claimed, stopping) ? 1 : 0;
                }
                else
                {
                    seen[path] = (file.Length, file.LastWriteTimeUtc);
                }
            }
        }

        _seen = seen;
        return taken;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_options.Folder is null || _folders.Count == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(_options.FolderPause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(failure, "The folders of documents could not be read; trying again");
            }
        }
    }

    private static IEnumerable<string> FilesOf(string folder) =>
        Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder).Where(path => Path.GetFileName(path)[0] != '.').Order(StringComparer.Ordinal).Take(MostFilesAtOnce)
            : [];

    private async Task<bool> Take(string name, string path, CancellationToken stopping)
    {
        var key = $"document-folder/{name}/{Path.GetFileName(path)}";
        await using var connection = await database.OpenConnectionAsync(stopping);
        if (!await SessionLock.TryTake(connection, key, stopping))
        {
            return false; // another host is at it
        }

        try
        {
            return File.Exists(path) && await TakeLocked(name, path, stopping);
        }
        finally
        {
            await SessionLock.GiveBack(connection, key);
        }
    }

    private async Task<bool> TakeLocked(string name, string path, CancellationToken stopping)
    {
        var (format, settings) = _folders[name];
        var caller = Caller.OfSource($"folder/{name}", settings.Source);
        var provenance = new Provenance($"documents/{name}/{Path.GetFileName(path)}", caller.Actor);
        object receipt;
        var isDone = false;
        try
        {
            await using var content = File.OpenRead(path);
            receipt = await documents.TakeLocal(content, format, settings, caller, provenance, stopping);
            isDone = true;
        }
        catch (ApiProblemException refused) when (refused.Status is >= 400 and < 500)
        {
            receipt = new { code = refused.Code, detail = refused.Message };
        }
        catch (Exception later) when (!stopping.IsCancellationRequested)
        {
            // Whatever it is, the files behind it do not wait for it.
            log.LogWarning(later, "{File} of {Folder} is taken in later", Path.GetFileName(path), name);
            return false;
        }

        var folder = Directory.CreateDirectory(Path.Combine(_options.Folder!, name, isDone ? "done" : "failed"));
        var to = Path.Combine(folder.FullName, Path.GetFileName(path));
        await File.WriteAllBytesAsync($"{to}.receipt.json", JsonSerializer.SerializeToUtf8Bytes(receipt, Receipt), stopping);
        File.Move(path, to, overwrite: true);
        return isDone;
    }

    private static bool Moved(string from, string to)
    {
        try
        {
            File.Move(from, to, overwrite: false);
            return true;
        }
        catch (Exception raced) when (raced is FileNotFoundException or IOException)
        {
            return false; // another host was quicker, or one of that name is being taken in
        }
    }

    private static JsonSerializerOptions CreateReceipt()
    {
        var options = new JsonSerializerOptions { WriteIndented = true };
        Json.Configure(options);
        return options;
    }
}
