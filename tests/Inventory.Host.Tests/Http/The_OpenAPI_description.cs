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
            .Where(endpoint => endpoint.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal))
            .SelectMany(endpoint => endpoint.Metadata.GetRequiredMetadata<HttpMethodMetadata>().HttpMethods.Select(
                method => $"{method} {Regex.Replace(endpoint.RoutePattern.RawText!, @":[^}]*", "")}")).Order();

        Assert.Contains("POST /v1/movements", served);
        Assert.Equal(served, described);
    }
}
