using System.Text.Json;
using Marten;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Storage;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Locations;

/// <param name="Type"><c>store</c> or <c>warehouse</c>.</param>
/// <param name="TimeZone">A TZDB zone such as Europe/Berlin; UTC when left out.</param>
/// <param name="Groups">At most 100 names; none when left out.</param>
/// <param name="Enabled">Whether channels may sell from it; true when left out.</param>
public sealed record LocationBody(string Type, string? TimeZone, IReadOnlyList<string>? Groups, bool? Enabled);

/// <param name="Type"><c>store</c> or <c>warehouse</c>.</param>
/// <param name="TimeZone">The zone whose days are its days.</param>
/// <param name="Groups">Names that rules can address it by.</param>
/// <param name="Enabled">Whether channels may sell from it.</param>
/// <param name="Version">How often it was written; also its ETag.</param>
/// <param name="By">Who wrote this version: the key's name or the token's <c>sub</c>; null for what is older than this record.</param>
/// <param name="Sequence">The newest event when it was written, for <c>?minSequence=</c>; null in lists.</param>
public sealed record LocationAnswer(
    string Id, string Type, string TimeZone, IReadOnlyList<string> Groups, bool Enabled, int Version, string? By, long? Sequence = null)
{
    public static LocationAnswer Of(Location location) =>
        new(location.Id, location.Type, location.TimeZone, location.Groups, !location.Disabled, location.Version, Actor.NameIn(location.By));
}

public static class PutLocation
{
    private const int MaxGroups = 100;

    [WolverinePut("/v1/locations/{id}")]
    [Authorize(Roles = Role.Ops)]
    [Describes("Register a location", "Creates or replaces it. `If-Match` guards against a lost update.",
        Body = typeof(LocationBody),
        Problems = ["400 invalid-request", "412 precondition-failed", "415 unsupported-media-type"])]
    public static async Task<Ok<LocationAnswer>> Put(
        HttpContext http, [NotBody] IDocumentStore store, [NotBody] NpgsqlDataSource database, [NotBody] PlanCache planning, [NotBody] ReadYourWrites writes)
    {
        var id = RouteText.Location(http, "id");
        _ = new QueryText(http.Request);
        var fields = NewFields();
        await RequestBody.ReadInto(fields, http.Request);
        var location = Read(fields, id, Caller.Of(http).Actor);
        var before = await ConditionalWrite.Save(store, id.Value, location, http);
        ActionNote.Set(http, before: before is null ? null : LocationAnswer.Of(before), after: LocationAnswer.Of(location));
        planning.Put(await LocationProfiles.Read(database, http.RequestAborted));
        return TypedResults.Ok(LocationAnswer.Of(location) with { Sequence = await writes.NewestSequence(http.RequestAborted) });
    }

    internal static Fields NewFields() => new("type", "timeZone", "groups", "enabled");

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>.</exception>
    internal static Location Read(Fields fields, LocationId id, Actor by)
    {
        var location = new Location
        {
            Id = id.Value,
            Type = fields.Choice("type", required: true, "store", "warehouse") ?? "",
            TimeZone = TimeZones.Read(fields, "timeZone") ?? "UTC",
            Groups = Groups(fields),
            Disabled = fields.Boolean("enabled") == false,
            By = by.ToString(),
        };
        fields.ThrowIfRefused();
        return location;
    }

    private static string[] Groups(Fields fields)
    {
        if (fields.Nested("groups", '[') is not { } json)
        {
            return [];
        }

        try
        {
            var names = JsonSerializer.Deserialize<string[]>(json) ?? [];
            if (names.Length <= MaxGroups && names.All(name => Identifier.TryParseName(name, out var trimmed) && trimmed == name))
            {
                return names.Distinct().ToArray();
            }
        }
        catch (JsonException)
        {
            // Something in it is no text: the same answer as for a text that is no name.
        }

        fields.Refuse("groups", $"must be at most {MaxGroups} names of letters, digits and . _ : -");
        return [];
    }
}
