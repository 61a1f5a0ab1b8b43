using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Reconciliation.Report;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Reconciliation.Settle;

/// <param name="Reason">Why: 1 to 1,000 characters.</param>
public sealed record SettleBody(string Reason);

/// <summary>A person decides about a drift.</summary>
public static class SettleDrift
{
    [WolverinePost("/v1/reconciliations/{id}/drifts/{n}/approve")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Correct our number", "Records an event that names the run, at the instant of the count, and answers with the drift. What has changed since "
        + "it was compared is not corrected. Above the limit `secondPersonAbove` of the policy the first approval is kept and answered with 409, and "
        + "another identity has to approve, too.",
        Body = typeof(SettleBody),
        Problems = ["400 invalid-request", "404 unknown-reconciliation", "404 unknown-drift", "409 second-person-needed",
            "409 drift-already-settled", "409 drift-outdated", "409 drift-not-correctable", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<DriftAnswer>> Approve(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] CorrectDrift correct, [NotBody] ReadYourWrites writes)
    {
        var (run, n, reason) = await Read(http, database);
        var drift = DriftAnswer.Of(await correct.Correct(run, n, Settlement.Approved, reason, Caller.Of(http).Actor, http.RequestAborted));
        ActionNote.Set(http, reason, after: drift);
        return TypedResults.Ok(drift with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    [WolverinePost("/v1/reconciliations/{id}/drifts/{n}/dismiss")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Let a drift be", "Both numbers stay as they are; the drift keeps the reason.", Body = typeof(SettleBody),
        Problems = ["400 invalid-request", "404 unknown-reconciliation", "404 unknown-drift", "409 drift-already-settled"])]
    public static async Task<Ok<DriftAnswer>> Dismiss(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] CorrectDrift correct, [NotBody] ReadYourWrites writes)
    {
        var (run, n, reason) = await Read(http, database);
        var drift = DriftAnswer.Of(await correct.Dismiss(run, n, reason, Caller.Of(http).Actor, http.RequestAborted));
        ActionNote.Set(http, reason, after: drift);
        return TypedResults.Ok(drift with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    [WolverinePost("/v1/reconciliations/{id}/drifts/{n}/revert")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Take a correction back", "Of a drift that was approved or corrected by the policy: records the opposite event, which names the run, and "
        + "answers with the drift. Once. Units that were given back to others cannot be taken back.",
        Body = typeof(SettleBody),
        Problems = ["400 invalid-request", "404 unknown-reconciliation", "404 unknown-drift", "409 drift-not-approved", "409 drift-already-reverted",
            "409 drift-not-revertible", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<DriftAnswer>> Revert(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] UndoDrift undo, [NotBody] ReadYourWrites writes)
    {
        var (run, n, reason) = await Read(http, database);
        return TypedResults.Ok(DriftAnswer.Of(await undo.Revert(run, n, reason, Provenance.Of(http), http.RequestAborted))
            with
        { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    [WolverinePost("/v1/reconciliations/{id}/drifts/{n}/reopen")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Decide anew", "A drift that was dismissed needs approval again; it keeps who had dismissed it and why.", Body = typeof(SettleBody),
        Problems = ["400 invalid-request", "404 unknown-reconciliation", "404 unknown-drift", "409 drift-not-dismissed"])]
    public static async Task<Ok<DriftAnswer>> Reopen(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] UndoDrift undo, [NotBody] ReadYourWrites writes)
    {
        var (run, n, reason) = await Read(http, database);
        return TypedResults.Ok(DriftAnswer.Of(await undo.Reopen(run, n, reason, Caller.Of(http).Actor, http.RequestAborted))
            with
        { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    private static async Task<(Guid Run, int N, string Reason)> Read(HttpContext http, NpgsqlDataSource database)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields("reason");
        await RequestBody.ReadInto(fields, http.Request);
        var reason = fields.Words("reason", required: true);
        fields.ThrowIfRefused();
        var run = GetReconciliation.IdOf(http);
        await using var command = database.CreateCommand($"select exists (select 1 from {ReconciliationTables.Runs} where id = $1)");
        command.Parameters.AddWithValue(run);
        return !(bool)(await command.ExecuteScalarAsync(http.RequestAborted))! ? throw GetReconciliation.UnknownRun()
            : int.TryParse(RouteText.Segment(http, "n"), NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? (run, n, reason!)
            : throw ApiProblemException.NotFound("unknown-drift", "There is no such drift in this run.");
    }
}
