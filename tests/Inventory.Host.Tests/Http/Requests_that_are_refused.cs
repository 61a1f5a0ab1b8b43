using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace RetailSync.Inventory.Host.Tests.Http;

public class Requests_that_are_refused(ServerWithoutDatabase server) : IClassFixture<ServerWithoutDatabase>
{
    [Theory]
    [InlineData("GET", "/v1/positions", null, 401, "unauthenticated")]
    [InlineData("GET", "/v1/positions", "guess", 401, "unauthenticated")]
    [InlineData("GET", "/v1/positions", "dev-channel-web", 403, "forbidden")]
    [InlineData("GET", "/v1/positions/a/S002", "dev-store-S001", 403, "forbidden")]
    [InlineData("GET", "/v1/positions?location=S002", "dev-store-S001", 403, "forbidden")]
    [InlineData("GET", "/v1/availability/a?channel=other", "dev-channel-web", 403, "forbidden")]
    [InlineData("GET", "/v1/channels/other", "dev-channel-web", 403, "forbidden")]
    [InlineData("POST", "/v1/movements", "dev-planner", 403, "forbidden")]
    [InlineData("GET", "/v1/quarantine/summary", "dev-store-S001", 403, "forbidden")]
    [InlineData("PUT", "/v1/locations/S001", "dev-store-S001", 403, "forbidden")]
    [InlineData("GET", "/v1/nothing", "dev-ops", 404, "not-found")]
    [InlineData("GET", "/", null, 404, "not-found")]
    [InlineData("DELETE", "/v1/positions", "dev-ops", 405, "method-not-allowed")]
    [InlineData("POST", "/v1/movements", "dev-ops", 415, "unsupported-media-type")]
    [InlineData("GET", "/v1/positions?limit=0", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions?limit=1001", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions?limit=ten", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions?sku=a&sku=b", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions?colour=red", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions?after=nowhere", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions?minSequence=-1", "dev-ops", 400, "invalid-request")]
    [InlineData("POST", "/v1/availability/query?minSequence=-1", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions/a/S001?colour=red", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions/%0a/S001", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions/a/b%40c", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/availability/a", "dev-ops", 400, "invalid-request")]
    [InlineData("POST", "/v1/quarantine/none/dismiss", "dev-ops", 415, "unsupported-media-type")]
    [InlineData("POST", "/v1/quarantine/none/dismiss?colour=red", "dev-ops", 400, "invalid-request")]
    [InlineData("POST", "/v1/quarantine/none/replay?colour=red", "dev-ops", 400, "invalid-request")]
    [InlineData("GET", "/v1/positions", "dev-ops", 503, "unavailable")]
    public async Task A_refusal_is_a_problem_document(string method, string path, string? key, int status, string code)
    {
        using var answer = await server.Send(new HttpMethod(method), path, key, method == "POST" ? new StringContent("x", Encoding.UTF8, "text/plain") : null);
        await AssertProblem(answer, status, code);
        Assert.Equal(status == 401, answer.Headers.WwwAuthenticate.Count > 0);
        Assert.Equal(status == 503, answer.Headers.RetryAfter is not null);
    }

    [Theory]
    [InlineData("application/json", "{", "invalid-request")]
    [InlineData("application/json", "{\"source\":\"pos\"}", "invalid-request")]
    [InlineData("text/csv", "id", "invalid-request")]
    [InlineData("application/x-ndjson", "{}", "invalid-request")]
    public async Task A_body_that_cannot_be_read_is_400(string type, string body, string code)
    {
        using var answer = await server.Send(HttpMethod.Post, "/v1/movements", "dev-ops", new StringContent(body, Encoding.UTF8, type));
        await AssertProblem(answer, 400, code);
    }

    [Theory]
    [InlineData("/v1/locations/S001", "{\"type\":\"store\",\"open\":true}", "open")]
    [InlineData("/v1/locations/S001", "{\"type\":\"store\",\"type\":\"store\"}", "type")]
    [InlineData("/v1/locations/S001", "{}", "type")]
    [InlineData("/v1/locations/S001", "{\"type\":\"store\",\"enabled\":\"true\"}", "enabled")]
    [InlineData("/v1/locations/S001", "{\"type\":\"store\",\"groups\":[1]}", "groups")]
    [InlineData("/v1/locations/S001", "{\"type\":\"store\",\"timeZone\":\"Mars/Base\"}", "timeZone")]
    public async Task Each_wrong_field_is_named(string path, string body, string field)
    {
        using var answer = await server.Send(HttpMethod.Put, path, "dev-ops", new StringContent(body, Encoding.UTF8, "application/json"));
        var problem = await AssertProblem(answer, 400, "invalid-request");
        Assert.Equal(field, problem.GetProperty("errors")[0].GetProperty("field").GetString());
    }

    [Theory]
    [InlineData("{\"x\":1}", "application/json", 400, "invalid-request")]
    [InlineData("{", "application/json", 400, "invalid-request")]
    [InlineData("[]", "application/json", 400, "invalid-request")]
    [InlineData("{}", "text/plain", 415, "unsupported-media-type")]
    [InlineData("{}", "application/json", 503, "unavailable")]
    [InlineData("", "application/json", 503, "unavailable")]
    public async Task Only_an_empty_body_is_accepted_where_the_path_says_it_all(string body, string type, int status, string code)
    {
        foreach (var (method, path) in new[]
        {
            (HttpMethod.Post, "/v1/audit/rebuild"), (HttpMethod.Post, "/v1/audit/repair"), (HttpMethod.Put, "/v1/skus/A"),
            (HttpMethod.Post, "/v1/channels/web/pause"),
            (HttpMethod.Post, "/v1/channels/web/resume"), (HttpMethod.Post, "/v1/messages/dead-letters/08dd0a7e-6f3b-4a53-9d56-1b2c3d4e5f60/replay"),
        })
        {
            using var answer = await server.Send(method, path, "dev-ops", new StringContent(body, Encoding.UTF8, type));
            await AssertProblem(answer, status, code);
        }
    }

    [Fact]
    public async Task The_accepted_range_of_instants_is_named()
    {
        using var answer = await server.Send(HttpMethod.Get, "/v1/audit/as-of?at=2016-12-31T23:59:60Z", "dev-ops");
        var problem = await AssertProblem(answer, 400, "invalid-request");
        Assert.Contains("at most 9 fraction digits and seconds up to 59", problem.GetProperty("detail").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_above_its_limit_is_413()
    {
        using var known = await server.Send(HttpMethod.Post, "/v1/movements", "dev-ops", Body(new byte[Host.Quotas.RequestBody.MaxLength + 1]));
        await AssertProblem(known, 413, "body-too-large");
    }

    [Theory]
    [InlineData("/v1/movements")]
    [InlineData("/v1/documents?format=auto")]
    public async Task An_unknown_or_broken_encoding_is_refused(string path)
    {
        using var unknown = await server.Send(HttpMethod.Post, path, "dev-ops", Encoded("zstd"));
        await AssertProblem(unknown, 415, "unsupported-media-type");
        using var broken = await server.Send(HttpMethod.Post, path, "dev-ops", Encoded("gzip"));
        await AssertProblem(broken, 400, "invalid-request");

        static ByteArrayContent Encoded(string encoding)
        {
            var body = Body("not encoded at all"u8.ToArray());
            body.Headers.ContentEncoding.Add(encoding);
            return body;
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_truncated_encoded_body_is_refused(string encoding)
    {
        var lines = string.Concat(Enumerable.Range(1, 2_000).Select(line => $"{{\"id\":\"cut-{line * 7919 % 2003}\",\"type\":\"sale\"}}\n"));
        using var encoded = new MemoryStream();
        using (Stream encoder = encoding switch
        {
            "gzip" => new GZipStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            "deflate" => new ZLibStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
            _ => new BrotliStream(encoded, CompressionLevel.Fastest, leaveOpen: true),
        })
        {
            encoder.Write(Encoding.UTF8.GetBytes(lines));
        }

        var body = new ByteArrayContent(encoded.ToArray()[..(int)(encoded.Length / 2)]);
        body.Headers.ContentType = new("application/x-ndjson");
        body.Headers.ContentEncoding.Add(encoding);
        using var cut = await server.Send(HttpMethod.Post, "/v1/movements?source=erp", "dev-ops", body);

        await AssertProblem(cut, 400, "invalid-request");
    }

    [Theory]
    [InlineData("till 3/124", true)]
    [InlineData("", false)]
    public async Task The_given_correlation_id_or_a_new_one_is_returned(string sent, bool kept)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live");
        request.Headers.TryAddWithoutValidation(Host.Http.Correlation.Header, sent);
        using var answer = await server.Client.SendAsync(request);
        var returned = Assert.Single(answer.Headers.GetValues(Host.Http.Correlation.Header));
        Assert.Equal(kept, returned == sent);
        Assert.NotEmpty(returned);
    }

    [Theory]
    [InlineData("/health/live", 200)]
    [InlineData("/health/ready", 503)]
    [InlineData("/metrics", 200)]
    [InlineData("/docs/", 200)]
    [InlineData("/console", 200)]
    [InlineData("/console/stock/any/where", 200)]
    [InlineData("/console/files/0/appsettings.json", 404)]
    public async Task Health_and_metrics_need_no_key(string path, int status)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.Equal(status, (int)answer.StatusCode);
    }

    /// <summary>Everything is in the address, or the body is in a vendor's words.</summary>
    private static readonly string[] WithoutBodyOfOurs =
    [
        "post /console/sign-out", "post /v1/channels/{id}/pause", "post /v1/channels/{id}/resume", "post /v1/channels/{id}/webhooks/{adapter}",
        "post /v1/sources/{source}/webhooks/{format}",
        "post /v1/audit/rebuild", "post /v1/audit/repair", "post /v1/rules/{id}/approve", "post /v1/messages/dead-letters/{id}/replay",
    ];

    [Fact]
    public async Task Every_endpoint_is_described_with_a_title_and_its_answers()
    {
        using var document = JsonDocument.Parse(await server.Client.GetStringAsync(new Uri("/openapi/v1.json", UriKind.Relative)));
        var operations = document.RootElement.GetProperty("paths").EnumerateObject()
            .SelectMany(path => path.Value.EnumerateObject().Select(operation => (Name: $"{operation.Name} {path.Name}", operation.Value))).ToArray();
        Assert.NotEmpty(operations);
        Assert.All(operations, operation =>
        {
            Assert.True(operation.Value.TryGetProperty("summary", out _), operation.Name);
            Assert.True(operation.Value.TryGetProperty("description", out _), operation.Name);
            Assert.True(operation.Value.GetProperty("responses").TryGetProperty("401", out _), operation.Name);
            var writes = operation.Name.StartsWith("put", StringComparison.Ordinal) || operation.Name.StartsWith("post", StringComparison.Ordinal);
            Assert.Equal(writes && !WithoutBodyOfOurs.Contains(operation.Name), operation.Value.TryGetProperty("requestBody", out _));
        });
    }

    [Fact]
    public void Every_endpoint_says_who_may_call_it()
    {
        var endpoints = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().ToArray();
        Assert.Contains(endpoints, endpoint => endpoint.RoutePattern.RawText == "/v1/movements");
        Assert.All(endpoints, endpoint => Assert.True(
            endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null || endpoint.Metadata.GetMetadata<IAuthorizeData>()?.Roles is not null,
            endpoint.RoutePattern.RawText));
    }

    private static ByteArrayContent Body(byte[] bytes)
    {
        var body = new ByteArrayContent(bytes);
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return body;
    }

    private static async Task<JsonElement> AssertProblem(HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(status == (int)answer.StatusCode, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        using var document = JsonDocument.Parse(text);
        Assert.Equal(code, document.RootElement.GetProperty("code").GetString());
        Assert.Equal(status, document.RootElement.GetProperty("status").GetInt32());
        foreach (var part in (string[])["type", "title", "detail"])
        {
            Assert.NotEmpty(document.RootElement.GetProperty(part).GetString()!);
        }

        return document.RootElement.Clone();
    }
}
