using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Publications.Ledger;
using RetailSync.Inventory.Host.Publications.PromiseChanges;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Publications.Administration;

/// <param name="Skus">These, at most 1,000.</param>
/// <param name="SkuPrefix">All that begin with this.</param>
public sealed record RepublishBody(string? Sku, IReadOnlyList<string>? Skus, string? SkuPrefix);

/// <param name="Republished">How many quantities are published again.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record RepublishAnswer(long Republished, long Sequence);

/// <param name="Sku">This one; all when left out.</param>
/// <param name="Skus">These, at most 1,000.</param>
public sealed record ReplayDeadLettersBody(string? Sku, IReadOnlyList<string>? Skus);

/// <param name="Replayed">How many dead letters are published again.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>.</param>
public sealed record ReplayDeadLettersAnswer(int Replayed, long Sequence);

/// <summary>The operator's controls of publication to a channel: pause, resume, republish, replay of dead letters.</summary>
public static class ChannelControl
{
    private const int MostSkus = 1_000;

    [WolverinePost("/v1/channels/{id}/pause")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Pause a channel", "Nothing is published to it until it is resumed; changes meanwhile are kept, and its change feed continues.",
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static Task<Ok<ChannelAnswer>> Pause(
        HttpContext http, [NotBody] IDocumentStore store, [NotBody] ChannelProgress progress, [NotBody] ReadYourWrites writes) =>
        SetPaused(http, store, progress, writes, paused: true);

    [WolverinePost("/v1/channels/{id}/resume")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Resume a channel", "Publishes what has changed meanwhile: each SKU once, with its current quantity.",
        Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static Task<Ok<ChannelAnswer>> Resume(
        HttpContext http, [NotBody] IDocumentStore store, [NotBody] ChannelProgress progress, [NotBody] ReadYourWrites writes) =>
        SetPaused(http, store, progress, writes, paused: false);

    [WolverinePost("/v1/channels/{id}/republish")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Publish to a channel again", "All quantities, one SKU's (`sku`), some (`skus`) or those of a prefix (`skuPrefix`), whether or not the channel "
        + "has acknowledged them already.",
        Body = typeof(RepublishBody), Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<RepublishAnswer>> Republish(
        HttpContext http, [NotBody] KnownChannels channels, [NotBody] ChannelProgress progress, [NotBody] ReadYourWrites writes)
    {
        var id = await channels.RequireOwn(http);
        var fields = await Read(http, "sku", "skus", "skuPrefix");
        var which = new Republication(Skus(fields), fields.Text("skuPrefix"));
        fields.ThrowIfRefused();
        var answer = new RepublishAnswer(await progress.Republish(id, which, http.RequestAborted), await writes.NewestSequence(http.RequestAborted));
        ActionNote.Set(http, after: answer);
        return TypedResults.Ok(answer);
    }

    [WolverinePost("/v1/channels/{id}/dead-letters/replay")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Replay dead letters", "Publishes the current quantities of SKUs whose publications are dead letters: all of them, with changed promises that "
        + "are, or `sku` or `skus`.",
        Body = typeof(ReplayDeadLettersBody), Problems = ["400 invalid-request", "404 unknown-channel"])]
    public static async Task<Ok<ReplayDeadLettersAnswer>> Replay(
        HttpContext http, [NotBody] KnownChannels channels, [NotBody] ChannelProgress progress, [NotBody] PromiseQueue promises,
        [NotBody] ReadYourWrites writes)
    {
        var id = await channels.RequireOwn(http);
        var fields = await Read(http, "sku", "skus");
        var skus = Skus(fields);
        fields.ThrowIfRefused();
        var replayed = skus is null ? await promises.Replay(id, http.RequestAborted) : 0;
        return TypedResults.Ok(new ReplayDeadLettersAnswer(
            replayed + await progress.ReplayDeadLetters(id, skus, http.RequestAborted), await writes.NewestSequence(http.RequestAborted)));
    }

    private static async Task<Ok<ChannelAnswer>> SetPaused(HttpContext http, IDocumentStore store, ChannelProgress progress, ReadYourWrites writes, bool paused)
    {
        var id = RouteText.Channel(http);
        (await Read(http)).ThrowIfRefused();
        await using var session = store.QuerySession();
        var channel = await session.LoadAsync<SalesChannel>(id.Value, http.RequestAborted) ?? throw KnownChannels.Unknown();
        var before = await progress.Status(channel, http.RequestAborted);
        await progress.Pause(id, paused, Caller.Of(http).Actor, http.RequestAborted);
        ActionNote.Set(http, before: new { before.Paused, before.PausedBy }, after: new { Paused = paused });
        return TypedResults.Ok(ChannelAnswer.Of(
            channel) with
        { Status = await progress.Status(channel, http.RequestAborted), Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    private static async Task<Fields> Read(HttpContext http, params string[] names)
    {
        _ = new QueryText(http.Request);
        var fields = new Fields(names);
        await RequestBody.ReadInto(fields, http.Request, mayBeEmpty: true);
        return fields;
    }

    /// <summary>Null when all are meant.</summary>
    private static IReadOnlyList<string>? Skus(Fields fields)
    {
        var one = fields.OptionalSku("sku")?.Value;
        if (fields.Nested("skus", '[') is not { } json)
        {
            return one is null ? null : [one];
        }

        List<string> skus = one is null ? [] : [one];
        using var array = JsonDocument.Parse(json);
        foreach (var element in array.RootElement.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || !Sku.TryParse(element.GetString(), out var sku) || skus.Count > MostSkus)
            {
                fields.Refuse("skus", $"must be at most {MostSkus} SKUs");
                break;
            }

            skus.Add(sku.Value);
        }

        return skus;
    }
}
