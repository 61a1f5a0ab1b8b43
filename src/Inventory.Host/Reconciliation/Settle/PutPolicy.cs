using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reconciliation;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <param name="System">Drifts of this system only.</param>
/// <param name="Location">Drifts at this location only. The most specific rule counts: location and system, location, system, neither.</param>
/// <param name="Tolerance">Units: up to here a difference is ignored; 0 when left out.</param>
/// <param name="CorrectUpTo">Units: up to here our number is corrected automatically; never when left out.</param>
/// <param name="CorrectUpToValue">And only up to this value, where a count says what a unit is worth (<c>unitValue</c>).</param>
/// <param name="SecondPersonAbove">Units: a correction of more needs the approval of two people (409 second-person-needed for the first); one person is enough
/// when left out.</param>
public sealed record PolicyRuleBody(
    string? System, string? Location, decimal? Tolerance, decimal? CorrectUpTo, decimal? CorrectUpToValue, decimal? SecondPersonAbove);

/// <param name="Grace">ISO 8601, to P1D: what happened so shortly before or after the instant may be on its way; PT0S when left out.</param>
/// <param name="Rules">At most 1,000, one for each system and location; without one that fits, every drift needs approval.</param>
public sealed record PolicyBody(string? Grace, IReadOnlyList<PolicyRuleBody> Rules);

/// <param name="Grace">ISO 8601.</param>
/// <param name="Rules">As they were put.</param>
/// <param name="Version">How often it was written; also its ETag; 0 while there is none.</param>
/// <param name="By">Who wrote this version: the key's name or the token's <c>sub</c>; null for what is older than this record.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null when read.</param>
public sealed record PolicyAnswer(string Grace, IReadOnlyList<PolicyRuleBody> Rules, int Version, string? By, long? Sequence = null)
{
    public static PolicyAnswer Of(PolicyDocument policy) => new(
        policy.Grace == Duration.Zero ? "PT0S" : NodaTime.Text.PeriodPattern.Roundtrip.Format(Period.FromTicks(policy.Grace.BclCompatibleTicks).Normalize()),
        [
            .. policy.Rules.Select(rule => new PolicyRuleBody(
                rule.System, rule.Location?.Value, rule.Tolerance, rule.CorrectUpTo, rule.CorrectUpToValue, rule.SecondPersonAbove))],
        policy.Version,
        Actor.NameIn(policy.By));
}

public static class PutPolicy
{
    private const int MostRules = 1_000;

    private static readonly Duration LongestGrace = Duration.FromDays(1);

    [WolverinePut("/v1/reconciliations/policy")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Say what is done about drifts", "Replaces the policy: tolerance, automatic correction and its limits, by system, location and value. It "
        + "holds for runs that are compared from now on.",
        Body = typeof(PolicyBody), Problems = ["400 invalid-request", "412 precondition-failed", "415 unsupported-media-type"])]
    public static async Task<Ok<PolicyAnswer>> Put(HttpContext http, [NotBody] IDocumentStore store, [NotBody] ReadYourWrites writes)
    {
        _ = new QueryText(http.Request);
        var fields = NewFields();
        await RequestBody.ReadInto(fields, http.Request);
        var policy = Read(fields, Caller.Of(http).Actor);
        var before = await ConditionalWrite.Save(store, PolicyDocument.TheOne, policy, http);
        ActionNote.Set(http, before: before is null ? null : PolicyAnswer.Of(before), after: PolicyAnswer.Of(policy));
        return TypedResults.Ok(PolicyAnswer.Of(policy) with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    [WolverineGet("/v1/reconciliations/policy")]
    [Authorize(Roles = $"{Role.Ops},{Role.Finance},{Role.Planner}")]
    [Describes("What is done about drifts", "The policy in force.")]
    public static async Task<Ok<PolicyAnswer>> Get(HttpContext http, [NotBody] IDocumentStore store)
    {
        _ = new QueryText(http.Request);
        await using var session = store.QuerySession();
        var policy = await session.LoadAsync<PolicyDocument>(PolicyDocument.TheOne, http.RequestAborted) ?? new PolicyDocument();
        if (policy.Version > 0)
        {
            http.Response.Headers.ETag = $"\"{policy.Version}\"";
        }

        return TypedResults.Ok(PolicyAnswer.Of(policy));
    }

    internal static Fields NewFields() => new("grace", "rules");

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static PolicyDocument Read(Fields fields, Actor by)
    {
        var policy = new PolicyDocument { Grace = Grace(fields), Rules = Rules(fields), By = by.ToString() };
        fields.ThrowIfRefused();
        return policy;
    }

    private static Duration Grace(Fields fields)
    {
        if (fields.Text("grace") is not { } text)
        {
            return Duration.Zero;
        }

        if (Durations.TryParse(text, out var grace) && grace >= Duration.Zero && grace <= LongestGrace)
        {
            return grace;
        }

        fields.Refuse("grace", "must be an ISO 8601 duration from PT0S to P1D");
        return Duration.Zero;
    }

    private static List<PolicyRule> Rules(Fields fields)
    {
        if (fields.Nested("rules", '[') is not { } json)
        {
            if (!fields.Has("rules"))
            {
                fields.Refuse("rules", "is missing");
            }

            return [];
        }

        using var document = JsonDocument.Parse(json);
        var rules = new List<PolicyRule>();
        var line = new Fields("system", "location", "tolerance", "correctUpTo", "correctUpToValue", "secondPersonAbove");
        foreach (var (index, element) in document.RootElement.EnumerateArray().Index())
        {
            if (index == MostRules)
            {
                fields.Refuse("rules", $"must be at most {MostRules}");
                break;
            }

            line.ReadJson(JsonSerializer.SerializeToUtf8Bytes(element));
            if (line.Refusals.Count == 0)
            {
                var rule = new PolicyRule(
                    line.OptionalIdentifier("system"), line.OptionalName("location") is { } location ? LocationId.Parse(location) : null,
                    ZeroOrMore(line, "tolerance") ?? 0, ZeroOrMore(line, "correctUpTo")
                    ?? 0, ZeroOrMore(line, "correctUpToValue"), ZeroOrMore(line, "secondPersonAbove"));
                if (rules.Exists(other => other.System == rule.System && other.Location == rule.Location))
                {
                    line.Refuse("line", "is for the same system and location as another");
                }

                rules.Add(rule);
            }

            foreach (var (name, why) in line.Refusals)
            {
                fields.Refuse(name == "line" ? $"rules[{index}]" : $"rules[{index}].{name}", why);
            }
        }

        return rules;
    }

    private static decimal? ZeroOrMore(Fields fields, string name)
    {
        var number = fields.Number(name);
        if (number < 0)
        {
            fields.Refuse(name, "must be 0 or more");
        }

        return number;
    }
}
