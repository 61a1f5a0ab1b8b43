using NodaTime;
using Npgsql;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Audit.Chain;

namespace RetailSync.Inventory.Host.Audit.Checkpoints.Copies;

/// <summary>
/// Takes checkpoints out of the database as they are made: every host to its own file (<see cref="CheckpointFile"/>), and the host that writes the chain to the
/// webhook (<see cref="CheckpointWebhook"/>). Each goes on where it
/// was, so what could not be pushed is pushed later, and an alert <c>checkpoint-not-pushed</c> says so meanwhile.
/// </summary>
public sealed class PushCheckpoints(
    NpgsqlDataSource database, ChainCheckpointSigner checkpoints, CheckpointFile file, CheckpointWebhook webhook,
    HashChainWriter chain, IClock clock, TimeProvider time, ILogger<PushCheckpoints> log) : BackgroundService
{
    private const int AtOnce = 1_000;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    private bool _isAlerted = true; // a host before this one may have raised it

    /// <summary>Pushes what is not pushed yet.</summary>
    /// <returns>Why something could not be pushed; empty where everything was, or another host is at it.</returns>
    public async Task<IReadOnlyList<string>> Push(CancellationToken cancellation)
    {
        var troubles = new List<string>();
        await Try(file.Path, PushToFile);
        await Try(webhook.IsConfigured ? CheckpointWebhook.Setting : null, PushToWebhook);
        return troubles;

        async Task Try(string? target, Func<CancellationToken, Task> push)
        {
            try
            {
                if (target is not null)
                {
                    await push(cancellation);
                }
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or InvalidDataException)
            {
                troubles.Add($"{target}: {failure.Message}.");
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var pause = Pause;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await checkpoints.Look(stoppingToken);
                var troubles = await Push(stoppingToken);
                await Alert(troubles, stoppingToken);
                pause = troubles.Count == 0 ? Pause : TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, LongestPause.Ticks));
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                log.LogWarning("Checkpoints could not be pushed ({Reason}); trying again", failure.Message);
            }

            await Task.Delay(pause, time, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task PushToFile(CancellationToken cancellation)
    {
        while (await file.Append(number => After(number, cancellation)) == AtOnce)
        {
        }
    }

    private async Task PushToWebhook(CancellationToken cancellation)
    {
        while (chain.IsHere && await webhook.Send(number => After(number, cancellation), cancellation) == AtOnce)
        {
        }
    }

    private async Task<IReadOnlyList<Checkpoint>> After(long number, CancellationToken cancellation) => await checkpoints.After(number, AtOnce, cancellation);

    private async Task Alert(IReadOnlyList<string> troubles, CancellationToken cancellation)
    {
        if (troubles.Count == 0 && !_isAlerted)
        {
            return;
        }

        foreach (var trouble in troubles)
        {
            log.LogWarning("Checkpoints could not be pushed: {Trouble}", trouble);
        }

        List<Finding> findings = troubles.Count == 0 ? [] : [new(AlertKind.CheckpointNotPushed, "checkpoints", string.Join(' ', troubles))];
        await AlertTable.Update(database, [AlertKind.CheckpointNotPushed], findings, clock.GetCurrentInstant(), cancellation);
        _isAlerted = troubles.Count > 0;
    }
}
