using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Positions.Events;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Projections.RecordedMovements;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Movements;

/// <summary>
/// What was recorded under an id of a source. A line with the same content is a duplicate of it, one with another is <c>movement-id-reused</c>.
/// </summary>
/// <param name="Sequence">Of the event that was recorded first.</param>
/// <param name="Archived">Its year is archived, and its position was not named: nothing else is known of it here.</param>
/// <param name="Events">At each position: a transfer has two ends, and a kit components.</param>
/// <param name="Corrections">Movements that correct it, the oldest first.</param>
public sealed record MovementAnswer(
    string Source, string Id, long Sequence, bool Archived, IReadOnlyList<FoundEvent> Events, IReadOnlyList<FoundEvent> Corrections);

/// <summary>Finds movements by the ids of their sources.</summary>
public sealed class FindMovement(NpgsqlDataSource database, FindEvents events)
{
    private const string Sql = $"select sequence from {Projections.InventorySchema.Name}.{RecordedMovementTable.Name} where source = $1 and id = $2";

    /// <param name="position">Where it was recorded, which finds it in an archived year too; null where that is not known.</param>
    /// <returns>Null when there is none, or none that the caller sees.</returns>
    public async Task<MovementAnswer?> Of(string source, string id, PositionKey? position, Caller caller, CancellationToken cancellation)
    {
        await using var command = database.CreateCommand(Sql);
        command.Parameters.AddWithValue(source);
        command.Parameters.AddWithValue(id);
        if (await command.ExecuteScalarAsync(cancellation) is not long sequence)
        {
            return null;
        }

        var first = await events.BySequence(sequence, cancellation)
            ?? (position is { } at ? await events.BySequence(at, sequence, cancellation) : null);
        if (first is null)
        {
            return caller.SeesAll ? new MovementAnswer(source, id, sequence, Archived: true, [], []) : null;
        }

        var all = await events.OfMovement(source, id, sequence, cancellation);
        IReadOnlyList<FoundEvent> seen = [.. (all.Count > 0 ? all : [first]).Where(one => caller.MaySee(LocationId.Parse(one.Location)))];
        if (seen.Count == 0)
        {
            return null;
        }

        List<FoundEvent> corrections = [];
        foreach (var one in seen)
        {
            var key = new PositionKey(Sku.Parse(one.Sku), LocationId.Parse(one.Location));
            corrections.AddRange(await events.Corrections(key, one.Event.Version, source, id, cancellation));
        }

        return new MovementAnswer(source, id, sequence, Archived: false, seen, [.. corrections.OrderBy(one => one.Event.Sequence)]);
    }
}

public static class GetMovement
{
    [WolverineGet("/v1/movements")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("What was recorded under an id",
        "Why a line that is sent again is a duplicate, or `movement-id-reused`. A store sees what is at its own locations.",
        Query =
        [
            "source: required, who reported the movement", "id: required, its id within the source",
            "sku: with `location`: where it was recorded, which finds it in an archived year too", "location: with `sku`",
        ],
        Problems = ["400 invalid-request", "404 movement-not-recorded", "503 not-yet-seen"])]
    public static async Task<Ok<MovementAnswer>> Get(HttpContext http, [NotBody] FindMovement movements)
    {
        var query = new QueryText(http.Request, "source", "id", "sku", "location");
        var (source, id) = (Required(query, "source"), Required(query, "id"));
        var (sku, location) = (query.Sku("sku"), query.Location("location"));
        if (sku is null != location is null)
        {
            throw ApiProblemException.Invalid(new FieldRefusal(sku is null ? "sku" : "location", "is missing beside the other"));
        }

        PositionKey? position = sku is { } of ? new PositionKey(of, location!.Value) : null;
        return TypedResults.Ok(await movements.Of(source, id, position, Caller.Of(http), http.RequestAborted)
            ?? throw ApiProblemException.NotFound("movement-not-recorded", "Nothing was recorded under this id of this source."));
    }

    private static string Required(QueryText query, string name) =>
        query.Text(name) is { Length: > 0 } text ? text : throw ApiProblemException.Invalid(new FieldRefusal(name, "is missing"));
}
