using JasperFx;
using Marten;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Callers;
using RetailSync.Inventory.Host.Door;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>Reads and writes single rules. What is written is in force on this host before the caller is answered.</summary>
public sealed class RuleStore(IDocumentStore store, NpgsqlDataSource database, Planning planning, WriteTurns turns, IClock clock)
{
    public async Task<RuleVersions> Read(RuleId id, CancellationToken cancellation) =>
        (await RuleStream.Read(database, [RuleStream.KeyOf(id)], cancellation)).SingleOrDefault() ?? RuleVersions.None(id);

    /// <summary>Decides and appends, under the version that was read; a lost race is decided anew, or refused where the caller named a version.</summary>
    /// <param name="http">Of the caller, with its <c>If-Match</c>.</param>
    /// <param name="id">Which rule.</param>
    /// <param name="decide">The event that follows from the rule as it is at an instant; null when nothing changes.</param>
    /// <exception cref="RequestRefused">412 <c>precondition-failed</c>, and what <paramref name="decide"/> refuses.</exception>
    public async Task<RuleVersions> Write(HttpContext http, RuleId id, Func<RuleVersions, Instant, RuleEvent?> decide)
    {
        var key = RuleStream.KeyOf(id);
        return await turns.Take(Once, IsLost, http.RequestAborted);

        async Task<RuleVersions> Once()
        {
            var rule = await Read(id, http.RequestAborted);
            EntityTag.RequireMatch(http, rule.Latest is { } latest ? RuleAnswer.Tag(latest) : null);
            if (decide(rule, clock.GetCurrentInstant()) is not { } happened)
            {
                return rule;
            }

            await using var session = store.LightweightSession();
            session.CorrelationId = http.CorrelationId();
            session.LastModifiedBy = Caller.Of(http).Actor.ToString();
            if (rule.Version == 0)
            {
                session.Events.StartStream(key, happened);
            }
            else
            {
                session.Events.Append(key, rule.Version + 1, happened);
            }

            await session.SaveChangesAsync(http.RequestAborted);
            var written = await Read(id, http.RequestAborted);
            planning.Put(written);
            return written;
        }
    }

    /// <summary>Two first writes meet as another exception than two later ones.</summary>
    private static bool IsLost(Exception failure) =>
        failure is ConcurrencyException or JasperFx.Events.ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException;
}
