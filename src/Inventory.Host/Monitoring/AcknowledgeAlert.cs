using System.Data;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using NpgsqlTypes;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage.Tables;
using RetailSync.Inventory.Projections;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Monitoring;

/// <param name="Note">What is done about it: 1 to 1,000 characters.</param>
/// <param name="Until">In the future, at most 30 days ahead.</param>
public sealed record AcknowledgeBody(string Note, Instant Until);

public static class AcknowledgeAlert
{
    private static readonly Duration Longest = Duration.FromDays(30);

    [WolverinePost("/v1/alerts/{id}/acknowledge")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Acknowledge an alert", "Somebody knows of it: until an instant it is shown as acknowledged, unless it gets worse or is resolved and raised "
        + "anew. It stays open, and is acknowledged again with another note or instant.",
        Body = typeof(AcknowledgeBody),
        Problems = ["400 invalid-request", "404 unknown-alert", "409 alert-resolved"])]
    public static async Task<Ok<AlertAnswer>> Post(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] IClock clock, [NotBody] ReadYourWrites writes)
    {
        var (kind, subject) = RouteText.Segment(http, "id").Split('/', 2) is [var first, var rest] ? (first, rest) : throw Unknown();
        _ = new QueryText(http.Request);
        var fields = NewFields();
        await RequestBody.ReadInto(fields, http.Request);
        var now = clock.GetCurrentInstant();
        var acknowledged = Read(fields, Caller.Of(http).Actor, now);
        await using var command = database.CreateCommand(
            $"""
             update {OperationsTables.Alerts} set acknowledged = case when resolved_at is null then $3 else acknowledged end
             where kind = $1 and subject = $2 returning {AlertAnswer.Columns}
             """);
        command.Parameters.AddWithValue(kind);
        command.Parameters.AddWithValue(subject);
        command.Parameters.Add(new NpgsqlParameter { Value = JsonSerializer.Serialize(acknowledged, EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb });
        AlertAnswer alert;
        await using (var reader = await command.ExecuteReaderAsync(http.RequestAborted))
        {
            alert = await reader.ReadAsync(http.RequestAborted) ? AlertAnswer.Read(reader, now) : throw Unknown();
        }

        return alert.ResolvedAt is null
            ? TypedResults.Ok(alert with { Sequence = await writes.NewestSequence(http.RequestAborted) })
            : throw ApiProblemException.Conflict("alert-resolved", "Its cause has ended meanwhile.");
    }

    internal static Fields NewFields() => new("note", "until");

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static Acknowledgement Read(Fields fields, Actor by, Instant now)
    {
        var (note, until) = (fields.Words("note", required: true), fields.Instant("until", required: true));
        if (until is { } end && (end <= now || end > now + Longest))
        {
            fields.Refuse("until", FormattableString.Invariant($"must be in the future, at most {Longest.Days} days ahead"));
        }

        fields.ThrowIfRefused();
        return new Acknowledgement(by.Name, note!, now, until!.Value);
    }

    private static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-alert", "There is no such alert.");
}
