using NodaTime;
using RetailSync.Channels;
using RetailSync.Channels.Promises;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;

namespace RetailSync.Inventory.Host.Publications.PromiseChanges;

/// <summary>Delivers changed promises to a channel whose adapter can carry them: at least once, within its rate limit and circuit.</summary>
public sealed class PublishPromises(PromiseQueue queue, CallBudget budget, CircuitBreaker circuit, ILogger<PublishPromises> log)
{
    /// <summary>Changes of one round; quantities are published between rounds.</summary>
    private const int AtOnce = 20;

    /// <param name="state">The state of delivery; the channel is neither paused nor is its circuit open.</param>
    /// <returns>Whether the channel may be called further in this round.</returns>
    public async Task<bool> Publish(OpenChannel channel, IPromiseChannel adapter, ChannelDeliveryState state, CancellationToken stopping)
    {
        foreach (var (change, attempts) in await queue.Due(channel.Id, AtOnce, stopping))
        {
            if (CallBudget.RateOf(channel.Channel, (IChannel)adapter) is { } rate && await budget.Take(channel.Id.Value, rate, stopping) > Duration.Zero)
            {
                return false;
            }

            var reply = await Call(channel, adapter, change, stopping);
            var mayDie = state.OpenUntil is null && reply.RetryAfter is null;
            await queue.Record(change, attempts + 1, reply, mayDie, stopping);
            await budget.Charge(channel.Id, calls: 1, reply.RetryAfter, stopping);
            if (reply.Verdict != Verdict.Retry)
            {
                await circuit.RecordSuccess(channel.Id, state.Failures > 0, stopping);
                continue;
            }

            if (reply.RetryAfter is null)
            {
                await circuit.RecordFailure(channel.Id, state.Failures + 1, reply.Detail, stopping);
            }

            return false;
        }

        return true;
    }

    /// <summary>An exception that the adapter throws is a failed call.</summary>
    private async Task<PromiseReply> Call(OpenChannel channel, IPromiseChannel adapter, PromiseChange change, CancellationToken stopping)
    {
        try
        {
            return await adapter.Publish(change, stopping);
        }
        catch (Exception failure) when (failure is not ChannelNotReadyException && !stopping.IsCancellationRequested)
        {
            log.LogWarning(failure, "The adapter {Adapter} of {Channel} failed", channel.Channel.Adapter, channel.Id);
            return new PromiseReply(Verdict.Retry, $"The adapter failed: {failure.GetType().Name}.");
        }
    }
}
