using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace RetailSync.Inventory.Host.Tests.Http;

public class The_OpenAPI_description(ServerWithoutDatabase server) : IClassFixture<ServerWithoutDatabase>
{
    [Fact]
    public async Task Lists_every_route_with_its_methods()
    {
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var described = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(method => $"{method.Name.ToUpperInvariant()} {path.Name}")).Order();
        var served = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)
                || endpoint.RoutePattern.RawText is "/console/sign-in" or "/console/sign-out")
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(
                method => $"{method} {Regex.Replace(endpoint.RoutePattern.RawText!, @":[^}]*", "")}")).Order();

        Assert.Contains("POST /v1/movements", served);
        Assert.Equal(served, described);
    }

    [Fact]
    public async Task Says_the_type_of_every_property()
    {
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var properties = (from shape in ObjectsIn(document.RootElement)
                          where shape.Value.TryGetProperty("properties", out _)
                          from property in shape.Value.GetProperty("properties").EnumerateObject()
                          select (Name: $"{shape.Name}.{property.Name}", property.Value)).ToList();

        Assert.Contains("RuleAnswer.effectiveTo", properties.Select(property => property.Name));
        Assert.Empty(properties.Where(property => property.Value.EnumerateObject().All(word => word.Name is not ("type" or "$ref" or "oneOf")))
            .Select(property => property.Name));
    }

    [Fact]
    public async Task Says_the_shape_of_every_success()
    {
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var operations = from path in document.RootElement.GetProperty("paths").EnumerateObject()
                         from method in path.Value.EnumerateObject()
                         let successes = method.Value.GetProperty("responses").EnumerateObject().Where(answer => answer.Name[0] == '2')
                         select (Name: $"{method.Name} {path.Name}", Successes: string.Join(' ', successes.Select(answer => answer.Name)));

        Assert.Contains(("post /v1/reservations", "200 201"), operations);
        Assert.Contains(("post /v1/reconciliations", "202"), operations);
        Assert.Empty(operations.Where(operation => operation.Successes == "").Select(operation => operation.Name));
    }

    [Fact]
    public async Task Has_every_shape_that_it_names()
    {
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var named = from shape in ObjectsIn(document.RootElement)
                    where shape.Value.TryGetProperty("$ref", out _)
                    select shape.Value.GetProperty("$ref").GetString();
        var there = document.RootElement.GetProperty("components").GetProperty("schemas").EnumerateObject().Select(
            shape => $"#/components/schemas/{shape.Name}");

        Assert.Equal(there.Order(StringComparer.Ordinal), named.Distinct().Order(StringComparer.Ordinal));
    }

    /// <summary>What a body may leave out is not required of it, as generated clients would otherwise have to send it.</summary>
    [Fact]
    public async Task Requires_of_a_reservation_what_the_contract_requires()
    {
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var body = document.RootElement.GetProperty("paths").GetProperty("/v1/reservations").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("application/json").GetProperty("schema");

        Assert.Equal(["id", "channel", "lines"], Names(body.GetProperty("required")));
        Assert.Equal(["sku", "quantity"], Names(body.GetProperty("properties").GetProperty("lines").GetProperty("items").GetProperty("required")));

        static IEnumerable<string?> Names(JsonElement list) => list.EnumerateArray().Select(name => name.GetString());
    }

    private static IEnumerable<(string Name, JsonElement Value)> ObjectsIn(JsonElement value, string name = "") => value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().SelectMany(part => ObjectsIn(part.Value, part.Name)).Prepend((name, value)),
        JsonValueKind.Array => value.EnumerateArray().SelectMany(part => ObjectsIn(part, name)),
        _ => [],
    };
}
