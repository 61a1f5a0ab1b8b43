using System.Net.Mime;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using RetailSync.Inventory.Host.Http.Csv;
using Scalar.AspNetCore;

namespace RetailSync.Inventory.Host.Http.Pipeline;

/// <summary>The service describes itself at <c>/openapi/v1.json</c> and shows that at <c>/docs</c>.</summary>
public static class OpenApi
{
    /// <summary>What every operation may answer.</summary>
    private static readonly string[] Everywhere = ["401 unauthenticated", "403 forbidden", "429 rate-limited"];

    /// <summary>And what every one that takes a body may.</summary>
    private static readonly string[] OfBodies = ["408 request-timeout", "413 body-too-large", "503 too-many-bodies"];

    public static WebApplicationBuilder AddOpenApiDocument(this WebApplicationBuilder builder)
    {
        builder.Services.AddOpenApi("v1", options =>
        {
            options.AddDocumentTransformer(DescribeService);
            options.AddOperationTransformer(DescribeOperation);
            options.AddSchemaTransformer(OpenApiSchemas.SetType);
            options.CreateSchemaReferenceId = OpenApiSchemas.NameOf;
        });
        return builder;
    }

    public static WebApplication MapOpenApiDocument(this WebApplication app)
    {
        app.MapOpenApi("/openapi/{documentName}.json").AllowAnonymous();
        app.MapScalarApiReference("/docs", options => options.WithTitle("RetailSync").WithOpenApiRoutePattern("/openapi/v1.json").DisableDefaultFonts())
            .AllowAnonymous();
        return app;
    }

    private static Task DescribeService(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellation)
    {
        document.Info = new OpenApiInfo
        {
            Title = "RetailSync",
            Version = "v1",
            Description = "Inventory availability: stock facts in, positions and what each channel may promise out. Errors are RFC 9457 problems with a "
                + "stable `code`.",
        };
        document.Servers = [];

        // Those of the operations. Without this, each class that has an endpoint would be one.
        var tags = document.Paths.Values.SelectMany(path => path.Operations?.Values.AsEnumerable() ?? [])
            .SelectMany(operation => operation.Tags?.AsEnumerable() ?? []);
        document.Tags = tags.Select(tag => tag.Reference.Id!).Distinct().Order(StringComparer.Ordinal)
            .Select(name => new OpenApiTag { Name = name }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>
        {
            ["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer", Description = "A key or a JWT." },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", document)] = [] }];
        return Task.CompletedTask;
    }

    private static async Task DescribeOperation(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellation)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        if (metadata.OfType<DescribesAttribute>().FirstOrDefault() is not { } describes)
        {
            return;
        }

        var roles = metadata.OfType<AuthorizeAttribute>().FirstOrDefault()?.Roles;
        operation.Summary = describes.Summary;
        operation.Description = $"{describes.Description}{(roles is null ? "" : $"\n\nRoles: {roles.Replace(",", ", ")}.")}";
        operation.Tags = new HashSet<OpenApiTagReference>
            { new(context.Description.RelativePath?.Split('/') switch { ["v1", var thing, ..] => thing, ["console", ..] => "console", _ => "operations" },
                context.Document) };
        operation.Parameters = [.. operation.Parameters ?? [], .. describes.Query.Select(Parameter)];
        if (context.Description.HttpMethod == HttpMethods.Get && !metadata.OfType<IAllowAnonymous>().Any())
        {
            operation.Parameters.Add(Parameter($"{QueryText.MinSequence}: answer only from a state that has seen this event"));
        }

        if (describes.Body is { } body)
        {
            var schema = OpenApiSchemas.OfBody(await context.GetOrCreateSchemaAsync(body, null, cancellation));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = describes.BodyTypes.ToDictionary(
                    type => type, type => new OpenApiMediaType
                    { Schema = type == MediaTypeNames.Application.Json ? schema : new OpenApiSchema { Type = JsonSchemaType.String } }),
            };
        }

        operation.Responses = new OpenApiResponses();
        foreach (var (status, answer) in Returned(metadata))
        {
            var schema = OpenApiSchemas.Named(await context.GetOrCreateSchemaAsync(answer, null, cancellation), context.Document!);
            operation.Responses[$"{status}"] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Content = new Dictionary<string, OpenApiMediaType> { [MediaTypeNames.Application.Json] = new() { Schema = schema } },
            };
            if (status == StatusCodes.Status200OK && CsvLists.ItemsOf(metadata) is not null)
            {
                operation.Responses["200"].Content![CsvLists.MediaType] = new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
            }
        }

        if (metadata.OfType<IProducesResponseTypeMetadata>().Any(produced => produced.StatusCode == StatusCodes.Status204NoContent))
        {
            operation.Responses["204"] = new OpenApiResponse { Description = ReasonPhrases.GetReasonPhrase(StatusCodes.Status204NoContent) };
        }

        var problem = OpenApiSchemas.Named(await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellation), context.Document!);
        foreach (var status in describes.Problems.Concat(Everywhere).Concat(describes.Body is null ? [] : OfBodies)
            .Distinct().Select(text => text.Split(' ', 2)).GroupBy(parts => parts[0]))
        {
            var codes = status.Where(parts => parts.Length == 2).Select(parts => $"`{parts[1]}`").ToArray();
            operation.Responses[status.Key] = codes.Length == 0
                ? new OpenApiResponse { Description = "Not modified" }
                : new OpenApiResponse
                {
                    Description = string.Join(", ", codes),
                    Content = new Dictionary<string,
                    OpenApiMediaType>
                    { ["application/problem+json"] = new() { Schema = problem } }
                };
        }
    }

    /// <summary>What comes with each status of success, by the types that the method returns: the first of each.</summary>
    private static IEnumerable<(int Status, Type Type)> Returned(IEnumerable<object> metadata) =>
        from produced in metadata.OfType<IProducesResponseTypeMetadata>()
        where produced is { StatusCode: < StatusCodes.Status300MultipleChoices, Type: { } type }
            && type != typeof(void) && !type.IsAssignableTo(typeof(IResult))
        group produced.Type by produced.StatusCode into status
        select (status.Key, status.First());

    private static IOpenApiParameter Parameter(string text)
    {
        var parts = text.Split(": ", 2);
        return new OpenApiParameter
        {
            Name = parts[0],
            In = ParameterLocation.Query,
            Description = parts[1],
            Required = parts[1].StartsWith("required", StringComparison.Ordinal),
            Schema = new OpenApiSchema { Type = parts[0] is "limit" or "points" or "count" or QueryText.MinSequence ? JsonSchemaType.Integer : JsonSchemaType.String },
        };
    }
}
