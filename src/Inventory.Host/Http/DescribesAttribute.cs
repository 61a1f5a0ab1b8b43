using System.Net.Mime;

namespace RetailSync.Inventory.Host.Http;

/// <summary>What the API says of an endpoint at <c>/openapi/v1.json</c>, beside the endpoint itself.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class DescribesAttribute(string summary, string description) : Attribute
{
    public string Summary { get; } = summary;

    public string Description { get; } = description;

    /// <summary>The shape of the body; null when there is none.</summary>
    public Type? Body { get; init; }

    public string[] BodyTypes { get; init; } = [MediaTypeNames.Application.Json];

    /// <summary>It records events, which say who did it, or changes nothing: the activity log leaves it out.</summary>
    public bool RecordsEvents { get; init; }

    /// <summary>Query parameters, each as <c>name: what it does</c>.</summary>
    public string[] Query { get; init; } = [];

    /// <summary>What else it may answer, each as <c>status code</c>. 401 and 403 need not be said.</summary>
    public string[] Problems { get; init; } = [];
}
