using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using Npgsql;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Locations;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Positions;

public static class GetPosition
{
    [WolverineGet("/v1/positions/{sku}/{location}")]
    [Authorize(Roles = $"{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("A position", "One SKU at one location, as it is now or, with `at`, as it was.",
        Query = [AsOfQuestion.DescribesAt, AsOfQuestion.DescribesKnowledge],
        Problems = ["304", "400 invalid-request", "404 unknown-position", "503 not-yet-seen"])]
    public static async Task<Results<Ok<PositionAnswer>, StatusCodeHttpResult>> Get(
        HttpContext http, [NotBody] NpgsqlDataSource database, [NotBody] ShowAsOf past, [NotBody] PlanCache planning, [NotBody] ShowAllocations allocations,
        [NotBody] LocationNames names, [NotBody] SkuNames skus, [NotBody] IClock clock)
    {
        var (sku, location) = (RouteText.Sku(http), RouteText.Location(http));
        Caller.Of(http).RequireToSee(location);
        sku = await skus.Meant(sku, http.RequestAborted);
        (_, location) = await names.Meant(new PositionKey(sku, location), Caller.Of(http), http.RequestAborted);
        if (AsOfQuestion.Of(new QueryText(http.Request, AsOfQuestion.AtParameter, AsOfQuestion.KnowledgeParameter)) is { } question)
        {
            return TypedResults.Ok(await past.One(new PositionKey(sku, location), question, http.RequestAborted) ?? throw Unknown());
        }

        await using var command = database.CreateCommand(
            $"select {PositionAnswer.Columns} from {PositionAnswer.Source} where position.sku = $2 and position.location = $3");
        var asOf = clock.GetCurrentInstant();
        command.Parameters.AddWithValue(asOf);
        command.Parameters.AddWithValue(sku.Value);
        command.Parameters.AddWithValue(location.Value);
        await using var reader = await command.ExecuteReaderAsync(http.RequestAborted);
        if (!await reader.ReadAsync(http.RequestAborted))
        {
            throw Unknown();
        }

        var position = PositionAnswer.Read(reader, asOf, planning.At(asOf));
        position = (await allocations.Of([position], http.RequestAborted))[0];
        return EntityTag.IsKnown(http, position.Tag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(position);
    }

    public static ApiProblemException Unknown() => ApiProblemException.NotFound("unknown-position", "Nothing was ever recorded of this SKU at this location.");
}
