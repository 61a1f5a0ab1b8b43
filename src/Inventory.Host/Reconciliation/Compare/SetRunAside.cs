using System.Diagnostics;
using Npgsql;
using RetailSync.Inventory.Host.Reconciliation.Settle;
using Wolverine;
using Wolverine.ErrorHandling;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Reconciliation.Compare;

/// <summary>A message of a run becomes a dead letter. First the run is failed: a host that dies in between handles the message again.</summary>
internal sealed class SetRunAside : IContinuationSource
{
    public string Description => "fail the run and move the message to the dead letters";

    public IContinuation Build(Exception ex, Envelope envelope) => new OfFailure(ex);

    private sealed class OfFailure(Exception failure) : IContinuation
    {
        public async ValueTask ExecuteAsync(IEnvelopeLifecycle lifecycle, IWolverineRuntime runtime, DateTimeOffset now, Activity? activity)
        {
            if (RunOf(lifecycle.Envelope?.Message) is { } run)
            {
                try
                {
                    await runtime.Services.GetRequiredService<ReconciliationRuns>().SetAside(run, CancellationToken.None);
                }
                catch (NpgsqlException away)
                {
                    // A failure here must not lose the dead letter.
                    runtime.Logger.LogWarning("Run {Run} could not be marked as failed ({Reason}); its message is among the dead letters", run, away.Message);
                }
            }

            await lifecycle.MoveToDeadLetterQueueAsync(failure);
            await lifecycle.CompleteAsync();
        }
    }

    private static Guid? RunOf(object? message) => message switch
    {
        CompareSheet compare => compare.Run,
        CorrectDrifts correct => correct.Run,
        _ => null,
    };
}
