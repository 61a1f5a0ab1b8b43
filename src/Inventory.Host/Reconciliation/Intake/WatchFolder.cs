using System.Security.Cryptography;
using NodaTime;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Reconciliation.Intake.Pull;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Reconciliation.Intake;

/// <summary>
/// Takes in what is dropped into <c>Reconciliation:Folder/{system}</c> of a configured system, and moves it to <c>done</c>, or to <c>failed</c> beside a file
/// that says why. A name that ends in an instant (<c>stock-20261123T093000Z.csv</c>) says when it was counted, where the content does not; else it is when the
/// file was last written. The same content is taken in once, whichever hosts watch the folder.
/// </summary>
public sealed class WatchFolder(IConfiguration configuration, ReceiveCounts receive, Evidence evidence, TimeProvider time, ILogger<WatchFolder> log)
    : BackgroundService
{
    private const int MostFilesAtOnce = 100;

    private static readonly InstantPattern InName = InstantPattern.CreateWithInvariantCulture("uuuuMMdd'T'HHmmss'Z'");

    private readonly IReadOnlyDictionary<string, CountSource> _sources = CountSource.Read(configuration);
    private readonly string? _folder = configuration.Read<ReconciliationOptions>().Folder;
    private readonly TimeSpan _pause = configuration.Read<ReconciliationOptions>().FolderPause;

    /// <summary>As each file was at the last look: one that still grows is left alone.</summary>
    private Dictionary<string, (long Length, DateTime Written)> _seen = [];

    /// <summary>Looks once.</summary>
    /// <returns>How many files were taken in.</returns>
    public async Task<int> Look(CancellationToken stopping)
    {
        var taken = 0;
        var seen = new Dictionary<string, (long, DateTime)>();
        foreach (var (system, source) in _sources)
        {
            var folder = Path.Combine(_folder!, system);
            foreach (var path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal).Take(MostFilesAtOnce) : [])
            {
                var file = new FileInfo(path);
                if (file.Exists && _seen.TryGetValue(path, out var before) && before == (file.Length, file.LastWriteTimeUtc))
                {
                    taken += await Take(system, source, file, stopping) ? 1 : 0;
                }
                else if (file.Exists)
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
        if (_folder is null || _sources.Count == 0)
        {
            return;
        }

        using var timer = new PeriodicTimer(_pause, time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await Look(stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning(failure, "The folder of counts could not be looked through; trying again");
            }
        }
    }

    private async Task<bool> Take(string system, CountSource source, FileInfo file, CancellationToken stopping)
    {
        string? problem = null;
        try
        {
            await using var content = file.OpenRead();
            if (source.EvidenceFor is { } counts)
            {
                await evidence.Keep(counts, content, LocationId.TryParse(source.Location, out var fallback) ? fallback : null, stopping);
                log.LogInformation("Took in {File} of {System} as evidence for {Counts}", file.Name, system, counts);
                Away(file, problem);
                return true;
            }

            var hash = Convert.ToHexStringLower(await SHA256.HashDataAsync(content, stopping));
            content.Position = 0;
            var run = await receive.Receive(
                source.Sheet(system, content, TakenAt(file)), $"file/{system}/{hash}", new Provenance(
                    $"reconciliation/file/{file.Name}", Actor.OfProduct($"file/{system}")), stopping);
            log.LogInformation("Took in {File} of {System} as run {Run}", file.Name, system, run);
        }
        catch (ApiProblemException refused) when (refused.Status is >= 400 and < 500)
        {
            problem = refused.Message;
            log.LogWarning("{File} of {System} cannot be taken in: {Reason}", file.Name, system, problem);
        }
        catch (FileNotFoundException)
        {
            return false; // another host was quicker
        }

        Away(file, problem);
        return problem is null;
    }

    private static void Away(FileInfo file, string? problem)
    {
        var folder = Directory.CreateDirectory(Path.Combine(file.DirectoryName!, problem is null ? "done" : "failed"));
        var to = Path.Combine(folder.FullName, file.Name);
        try
        {
            File.Move(file.FullName, to, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            return; // another host was quicker
        }

        if (problem is not null)
        {
            File.WriteAllText($"{to}.problem.txt", problem + Environment.NewLine);
        }
    }

    private static Instant TakenAt(FileInfo file)
    {
        var name = Path.GetFileNameWithoutExtension(file.Name);
        return name.Length >= 16 && InName.Parse(name[^16..]) is { Success: true } said ? said.Value : Instant.FromDateTimeUtc(file.LastWriteTimeUtc);
    }
}
