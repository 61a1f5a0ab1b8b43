using NodaTime;

namespace RetailSync.Channels.Promises;

/// <summary>A channel whose protocol can carry what has changed of a promise for a day.</summary>
public interface IPromiseChannel
{
    /// <summary>
    /// Sends one change. Every outcome is in the reply; only a cancelled call throws. Idempotent: the same change has the same id whenever it is sent.
    /// </summary>
    Task<PromiseReply> Publish(PromiseChange change, CancellationToken cancellation);
}

/// <param name="Verdict">Never <see cref="Verdict.Pending"/>.</param>
/// <param name="Detail">The channel's own message; null when there is none.</param>
public sealed record PromiseReply(Verdict Verdict, string? Detail = null)
{
    /// <summary>No call to the channel before this time has passed.</summary>
    public Duration? RetryAfter { get; init; }
}
