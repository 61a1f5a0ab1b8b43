using JasperFx;
using Marten;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Rules.Change;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>Reads and writes single rules. What is written is in force on this host before the caller is answered.</summary>
public sealed class RuleStore(
    IDocumentStore store, NpgsqlDataSource database, PlanCache planning, ConcurrencyRetry retry, RuleProposals proposals, IClock clock)
{
    public async Task<RuleVersions> Read(RuleId id, CancellationToken cancellation) =>
        (await RuleStream.Read(database, [RuleStream.KeyOf(id)], cancellation)).SingleOrDefault() ?? RuleVersions.None(id);

    /// <summary>Decides and appends, under the version that was read; a lost race is retried, or refused where the caller named a version.</summary>
    /// <param name="http">Of the caller, with its <c>If-Match</c>.</param>
    /// <param name="change">What is wanted of it.</param>
    /// <exception cref="ApiProblemException">
    /// 412 <c>precondition-failed</c>; 409 <c>second-person-needed</c>: the change is kept as a proposal; and what <see cref="RuleChange.Decide"/> refuses.
    /// </exception>
    public async Task<RuleVersions> Write(HttpContext http, RuleId id, RuleChange change)
    {
        return await retry.Take(Once, IsLost, http.RequestAborted);

        async Task<RuleVersions> Once()
        {
            var rule = await Read(id, http.RequestAborted);
            var now = clock.GetCurrentInstant();
            var by = Caller.Of(http).Actor;
            EntityTag.RequireMatch(http, rule.Latest is { } latest ? RuleAnswer.Tag(latest) : null);
            if (change.Decide(rule, by.Name, now) is not { } happened)
            {
                return rule;
            }

            if (proposals.AreNeededFor(rule, happened))
            {
                await proposals.Keep(new RuleProposal(id, change, rule.Version, by, now), http.RequestAborted);
                throw SecondPerson.Needed(
                    $"A rule of this kind needs a second person: it is kept as proposed by {by.Name}, and another planner approves it with POST "
                        + $"/v1/rules/{id}/approve.");
            }

            return await Append(http, rule, happened, approved: null);
        }
    }

    /// <summary>Appends what was proposed, in the name of who proposed it and of who approves.</summary>
    /// <exception cref="ApiProblemException">404 <c>unknown-proposal</c>; 409 <c>second-person-needed</c> for the one who proposed it, <c>proposal-outdated</c>
    /// when the rule has changed since.</exception>
    public async Task<RuleVersions> Approve(HttpContext http, RuleId id)
    {
        return await retry.Take(Once, IsLost, http.RequestAborted);

        async Task<RuleVersions> Once()
        {
            var proposal = await proposals.Require(id, http.RequestAborted);
            EntityTag.RequireMatch(http, proposal.Tag);
            var second = Caller.Of(http).Name;
            if (second == proposal.By.Name)
            {
                throw SecondPerson.Needed($"{second} proposed it: another planner has to approve it.");
            }

            var rule = await Read(id, http.RequestAborted);
            if (rule.Version != proposal.BasedOn || proposal.Change.Decide(rule, proposal.By.Name, clock.GetCurrentInstant()) is not { } happened)
            {
                throw ApiProblemException.Conflict(
                    "proposal-outdated", $"The rule was at version {proposal.BasedOn} when this was proposed and is at version {rule.Version}: propose it "
                        + $"again.");
            }

            return await Append(http, rule, happened with { ApprovedBy = second }, proposal);
        }
    }

    private async Task<RuleVersions> Append(HttpContext http, RuleVersions rule, RuleEvent happened, RuleProposal? approved)
    {
        var key = RuleStream.KeyOf(rule.Id);
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

        if (approved is not null)
        {
            // Another proposal that was made meanwhile is kept: it is outdated, and its state says so.
            session.QueueSqlCommand($"delete from {RuleTables.Proposals} where rule = ? and by = ? and change = ?::jsonb",
                rule.Id.Value, approved.By.ToString(), approved.ChangeAsJson);
        }

        await session.SaveChangesAsync(http.RequestAborted);
        var written = await Read(rule.Id, http.RequestAborted);
        planning.Put(written);
        var now = clock.GetCurrentInstant();
        if (written.Latest!.Body is not KitRule)
        {
            // A kit is noted as one, by who puts it.
            ActionNote.Set(
                http, written.Latest.Reason, rule.Latest is { } before ? RuleAnswer.Of(before, rule, now) : null, RuleAnswer.Of(written.Latest, written, now));
        }

        return written;
    }

    /// <summary>Two first writes meet as another exception than two later ones.</summary>
    private static bool IsLost(Exception failure) =>
        failure is ConcurrencyException or JasperFx.Events.ExistingStreamIdCollisionException or Marten.Exceptions.ExistingStreamIdCollisionException;
}
