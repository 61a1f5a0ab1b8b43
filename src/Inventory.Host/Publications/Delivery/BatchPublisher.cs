using RetailSync.Channels;
using RetailSync.Inventory.Host.Publications.Ledger;

namespace RetailSync.Inventory.Host.Publications.Delivery;

/// <summary>One call to a channel's adapter, and the recording of its reply in the ledger, the rate limit and the circuit.</summary>
public sealed class BatchPublisher(
    PublicationQueue queue, PendingOperations operations, ChannelMappings mappings, CallBudget budget, CircuitBreaker circuit, TimeProvider time,
    ILogger<BatchPublisher> log)
{
    /// <summary>The reason of dead letters that a mapping would resolve.</summary>
    public const string NotMapped = "The channel's id of this SKU is not known: it has no mapping.";

    /// <summary>Publishes a batch in one call and records the reply.</summary>
    /// <param name="channel">The channel to publish to.</param>
    /// <param name="taken">Publications that are recorded as sent. Those that need a mapping and have none become dead letters instead.</param>
    /// <param name="state">The state of delivery before the call.</param>
    public async Task Publish(
        OpenChannel channel, IChannel adapter, IReadOnlyList<(Publication Publication, bool IsMapped)> taken, ChannelDeliveryState state,
        CancellationToken stopping)
    {
        var publications = await WithMapping(channel, taken, stopping);
        if (publications.Count == 0)
        {
            return;
        }

        var started = time.GetTimestamp();
        var reply = await Call(channel, adapter, publications, stopping);
        var wasAskedToWait = reply.RetryAfter is not null;
        await queue.Record(channel.Id, publications, reply, mayDie: state.OpenUntil is null && !wasAskedToWait, stopping);
        if (reply.Ticket is { } ticket)
        {
            var pending = reply.Replies.Where(one => one.Verdict == Verdict.Pending).Select(one => one.Sku).ToHashSet();
            await operations.Keep(channel.Id, ticket, publications.Where(publication => pending.Contains(publication.Sku)), stopping);
        }

        PublicationMetrics.Called(channel.Id.Value, reply, time.GetElapsedTime(started));
        await budget.Charge(channel.Id, reply.Calls, reply.RetryAfter, stopping);
        var drifts = (from one in reply.Replies
                      where one.Shows is not null
                      join publication in publications on one.Sku equals publication.Sku
                      select (one.Sku, publication.Acknowledged, one.Shows!.Value)).ToList();
        if (drifts.Count > 0)
        {
            await mappings.Note(channel.Id, drifts, stopping);
        }

        if (!reply.CallFailed)
        {
            await circuit.RecordSuccess(channel.Id, state.Failures > 0, stopping);
        }
        else if (!wasAskedToWait)
        {
            await circuit.RecordFailure(channel.Id, state.Failures + 1, reply.Replies.Select(one => one.Detail).FirstOrDefault(), stopping);
        }
    }

    /// <summary>Polls a pending operation and records its results.</summary>
    public async Task PollPendingOperation(OpenChannel channel, IChannel adapter, CancellationToken stopping)
    {
        if (adapter.BulkThreshold == 1
            || await operations.Next(channel.Id, stopping) is not var (ticket, publications)
            || await adapter.Poll(ticket, stopping) is not { } results)
        {
            return;
        }

        var answers = publications.Select(publication => (publication.Sku, Result: results.Of(publication.ExternalId)));
        var reply = new Reply([.. answers.Select(one => new SkuReply(one.Sku, one.Result.Verdict, one.Result.Detail))]);
        await queue.Record(channel.Id, publications, reply, mayDie: true, stopping);
        await operations.Done(channel.Id, ticket, stopping);
    }

    /// <summary>The publications that can be sent. Those that need a mapping and have none become dead letters.</summary>
    private async Task<IReadOnlyList<Publication>> WithMapping(
        OpenChannel channel, IReadOnlyList<(Publication Publication, bool IsMapped)> taken, CancellationToken stopping)
    {
        var unmapped = Adapters.NeedingMapping.Contains(channel.Channel.Adapter)
            ? taken.Where(one => !one.IsMapped).Select(one => one.Publication).ToList() : [];
        if (unmapped.Count > 0)
        {
            await queue.Record(channel.Id, unmapped, Reply.Of(unmapped, Verdict.Refused, NotMapped), mayDie: true, stopping);
        }

        return [.. taken.Select(one => one.Publication).Except(unmapped)];
    }

    /// <summary>Calls the adapter; an exception that it throws is a failed call.</summary>
    private async Task<Reply> Call(OpenChannel channel, IChannel adapter, IReadOnlyList<Publication> publications, CancellationToken stopping)
    {
        try
        {
            return await adapter.Publish(publications, stopping);
        }
        catch (Exception failure) when (failure is not ChannelNotReadyException && !stopping.IsCancellationRequested)
        {
            log.LogWarning(failure, "The adapter {Adapter} of {Channel} failed", channel.Channel.Adapter, channel.Id);
            return Reply.Failed(publications, $"The adapter failed: {failure.GetType().Name}.");
        }
    }
}
