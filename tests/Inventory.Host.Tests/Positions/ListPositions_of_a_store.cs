using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Positions;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.Positions;

public sealed class ListPositions_of_a_store
{
    private static readonly Caller Store = ParsedRequest.With(Role.Store, locations: ["S001"]);

    [Theory]
    [InlineData("?location=S001", "")]
    [InlineData("?location=S002", "forbidden")]
    [InlineData("?location=no%20name", "location")]
    [InlineData("?sku=..", "sku")]
    [InlineData("?after=A", "after")]
    [InlineData("?limit=0", "limit")]
    [InlineData("?limit=1001", "limit")]
    [InlineData("?status=damaged", "status")]
    public void A_wrong_parameter_is_named(string query, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => ListPositions.Request(ParsedRequest.Query(query), Store)));

    [Fact]
    public void Only_its_own_locations_are_read()
    {
        Assert.Equal(["S001"], ListPositions.Request(ParsedRequest.Query(""), Store).Selection.AmongLocations);
        Assert.Null(ListPositions.Request(ParsedRequest.Query(""), ParsedRequest.Ops).Selection.AmongLocations);
    }

    [Fact]
    public void One_row_more_than_a_page_is_read_after_the_last()
    {
        var (selection, limit) = ListPositions.Request(ParsedRequest.Query("?limit=5&sku=A&after=A@S001"), ParsedRequest.Ops);

        Assert.Equal((5, new PositionSelection(Sku.Parse("A"), null, PositionKey.Parse("A@S001"), 6)), (limit, selection));

        using var command = new NpgsqlCommand();
        Assert.Equal(
            "where true and position.sku = $1 and (position.sku, position.location) > ($2, $3) order by position.sku, position.location limit $4",
            selection.Clauses(command.Parameters));
        Assert.Equal(["A", "A", "S001", 6], command.Parameters.Select(parameter => parameter.Value));
    }
}
