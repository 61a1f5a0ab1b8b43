using System.Globalization;
using Npgsql;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;

namespace RetailSync.Inventory.Host.Publications;

/// <summary>
/// Waits for the publication ledger to process an event: a read with <c>minSequence</c> has waited until the event is committed, and the ledger follows with
/// a lag.
/// </summary>
public sealed class FollowedEventFeed(NpgsqlDataSource database, TimeProvider time)
{
    private static readonly TimeSpan SeenTimeout = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    /// <summary>
    /// Whether the ledger has processed an event and every committed one with a lower sequence: the events of one request may be in several transactions.
    /// Transactions that are still open are not waited for. A new ledger has processed nothing until its first full comparison is complete: it has no other
    /// source for events that are older than itself, and until then its plan fingerprint is empty.
    /// </summary>
    public async Task<bool> Has(long sequence, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(
            $"""
             select $1 <= 0 or exists (
               select from {PublicationTables.Cursor} where grounds <> '' and ($1 <= settled or ($1 <= newest and not exists (
                 select from unnest(missing) as gap
                 join {Projections.InventorySchema.Name}.mt_events as late on late.seq_id >= lower(gap) and late.seq_id < upper(gap) and late.seq_id <= $1))))
             """);
        command.Parameters.AddWithValue(sequence);
        return (bool)(await command.ExecuteScalarAsync(cancellation))!;
    }

    /// <exception cref="ApiProblemException">503 <c>not-yet-seen</c>.</exception>
    public async Task Wait(HttpContext http)
    {
        if (!long.TryParse(http.Request.Query[ReadYourWrites.Parameter].ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var wanted))
        {
            return;
        }

        var wait = new SeenWait(time, SeenTimeout, Pause);
        while (!await Has(wanted, http.RequestAborted))
        {
            if (!await wait.Pause(http.RequestAborted))
            {
                throw ReadYourWrites.NotYetSeen($"Event {wanted} is not in the ledger yet.");
            }
        }
    }
}

internal static class OwnChannel
{
    /// <summary>The channel that a path names, for a caller who may see it.</summary>
    /// <exception cref="ApiProblemException">400, 403 or 404 <c>unknown-channel</c>.</exception>
    public static async Task<Domain.ChannelId> RequireOwn(this SalesChannels.KnownChannels channels, HttpContext http)
    {
        var id = RouteText.Channel(http);
        Caller.Of(http).RequireToSee(id);
        return await channels.IsKnown(id, http.RequestAborted) ? id : throw KnownChannels.Unknown();
    }
}
