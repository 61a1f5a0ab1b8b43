using System.Globalization;
using System.Text.Json.Nodes;
using JasperFx;
using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Delivery;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications.Administration;

/// <param name="Adapter">none, log, webhook, rabbitmq, amazon, walmart, shopify or adobe-commerce; none publishes nowhere.</param>
/// <param name="Settings">The adapter's settings. Secrets are write-only; one that is left out stays as it is.</param>
/// <param name="TimeZone">A TZDB zone; UTC when left out.</param>
/// <param name="RateLimit">Calls a second, above 0.</param>
/// <param name="MinimumInterval">ISO 8601 duration, such as PT30S.</param>
public sealed record ChannelBody(string Adapter, JsonObject? Settings, string? TimeZone, decimal? RateLimit, string? MinimumInterval);

/// <param name="LagSeconds">The age in seconds of the oldest unpublished change.</param>
/// <param name="Dirty">SKUs whose newest quantity is unpublished.</param>
/// <param name="Circuit">closed, or open while it is not called because it keeps failing.</param>
/// <param name="Budget">Calls that it may be sent at once; null when unlimited.</param>
/// <param name="Paused">Whether an operator has paused publication to it.</param>
/// <param name="PausedBy">Who paused it: the key's name or the token's <c>sub</c>; null while it is not paused.</param>
/// <param name="DeadLetters">SKUs whose newest publication is a dead letter; these are not counted in lag and dirty.</param>
/// <param name="Error">Why publishing fails, in the channel's words; null when it does not.</param>
/// <param name="ExpectedSeconds">Seconds that the rate limit alone needs for the unpublished quantities; null when it is unlimited.</param>
public sealed record ChannelStatus(
    decimal LagSeconds, long Dirty, string Circuit, decimal? Budget, bool Paused, string? PausedBy, long DeadLetters, string? Error, decimal? ExpectedSeconds);

/// <summary>A channel at a glance, where the list is asked for with <c>detail=status</c>.</summary>
/// <param name="State"><c>not-published</c> (no adapter), <c>paused</c>, <c>circuit-open</c>, <c>failing</c>, <c>behind</c> (the lag is longer than promised),
/// <c>publishing</c> or <c>current</c>.</param>
/// <param name="PromiseSeconds">How long a change may take until the channel has it.</param>
/// <param name="PublishedPerMinute">Quantities that it acknowledged in the last whole minute.</param>
/// <param name="CallsPerSecond">The lower of its own rate limit and the operator's; null when unlimited.</param>
/// <param name="BudgetUsed">Calls of its burst that are used up now; null when unlimited.</param>
/// <param name="BudgetLeft">Calls that it may be sent at once; null when unlimited.</param>
/// <param name="Drifts">SKUs of which it showed another quantity than it had acknowledged, in the last day.</param>
/// <param name="OpenOversells">Oversells by order and SKU that are open.</param>
public sealed record ChannelOverview(
    string State, int PromiseSeconds, long PublishedPerMinute, decimal? CallsPerSecond, decimal? BudgetUsed, decimal? BudgetLeft, long Drifts,
    long OpenOversells);

/// <param name="Adapter">The adapter that publishes to it.</param>
/// <param name="TimeZone">The zone whose days are its days.</param>
/// <param name="RateLimit">Calls a second, above 0.</param>
/// <param name="MinimumInterval">ISO 8601.</param>
/// <param name="Version">How often it was written; also its ETag.</param>
/// <param name="Status">How publication goes; only where one channel is asked for, or a list with <c>detail=status</c>.</param>
/// <param name="By">Who wrote this version: the key's name or the token's <c>sub</c>; null for what is older than this record.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null when read.</param>
/// <param name="Overview">Only in a list with <c>detail=status</c>.</param>
/// <param name="SecretsDropped">Names of secrets that were left out and not kept, since an address is another than before; null when read.</param>
public sealed record ChannelAnswer(
    string Id, string Adapter, JsonObject Settings, string TimeZone, decimal? RateLimit, string? MinimumInterval, int Version, string? By,
    ChannelStatus? Status = null, long? Sequence = null,
    IReadOnlyList<string>? SecretsDropped = null, ChannelOverview? Overview = null)
{
    public static ChannelAnswer Of(SalesChannel channel) => new(
        channel.Id, channel.Adapter, ChannelSettings.WithoutSecrets(channel.Settings), channel.TimeZone, channel.RateLimit, channel.MinimumInterval,
        channel.Version, Actor.NameIn(channel.By));
}

public static class PutChannel
{
    [WolverinePut("/v1/channels/{id}")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Register a channel",
        "Creates or replaces it. `If-Match` guards against a lost update. A secret that is left out stays, unless an address is another than before: then "
            + "it is dropped, and `secretsDropped` names it.",
        Body = typeof(ChannelBody),
        Problems = ["400 invalid-request", "412 precondition-failed", "415 unsupported-media-type", "503 secrets-unavailable"])]
    public static async Task<Ok<ChannelAnswer>> Put(
        HttpContext http, [NotBody] IDocumentStore store, [NotBody] ConcurrencyRetry retry, [NotBody] ReadYourWrites writes, [NotBody] Adapters adapters,
        [NotBody] ChannelSecrets secrets,
        [NotBody] RegisteredChannels registered)
    {
        var id = RouteText.Channel(http);
        _ = new QueryText(http.Request);
        var fields = ChannelDraft.NewFields();
        await RequestBody.ReadInto(fields, http.Request);
        var draft = ChannelDraft.Read(fields, adapters);
        var (before, channel, dropped) = await retry.Take(
            Replace, failure => failure is ConcurrencyException or DocumentAlreadyExistsException, http.RequestAborted);
        registered.Invalidate();
        ActionNote.Set(http, before: before is null ? null : ChannelAnswer.Of(before), after: ChannelAnswer.Of(channel));
        http.Response.Headers.ETag = $"\"{channel.Version}\"";
        return TypedResults.Ok(
            ChannelAnswer.Of(channel) with { Sequence = await writes.NewestSequence(http.RequestAborted), SecretsDropped = dropped });

        // Secrets that were left out come from what was read, so a channel that exists is replaced under its version in any case.
        async Task<(SalesChannel? Before, SalesChannel Channel, IReadOnlyList<string> Dropped)> Replace()
        {
            await using var session = store.LightweightSession();
            var current = await session.LoadAsync<SalesChannel>(id.Value, http.RequestAborted);
            var replacement = draft.Replacing(current, id, secrets, Caller.Of(http).Actor, out var left);
            EntityTag.RequireMatch(http, current?.Version.ToString(CultureInfo.InvariantCulture));
            if (current is not null)
            {
                session.UpdateRevision(replacement, current.Version + 1);
            }
            else
            {
                session.Insert(replacement);
            }

            await session.SaveChangesAsync(http.RequestAborted);
            return (current, replacement, left);
        }
    }
}
