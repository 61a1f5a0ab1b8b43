using System.Reflection;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.Operations;

/// <param name="Name">The key's name, or the token's `sub`: what is recorded as `by`.</param>
/// <param name="Channels">Of role channel: its own.</param>
/// <param name="Locations">Of role store: its own.</param>
/// <param name="Environment">Production where nothing else is configured.</param>
/// <param name="Version">The product's, as in its changelog: `0.4.0`.</param>
public sealed record MeAnswer(
    string Name, IReadOnlyList<string> Roles, IReadOnlyList<string> Channels, IReadOnlyList<string> Locations, string Environment, string Version)
{
    private static readonly string Product = typeof(MeAnswer).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The product's.</summary>
    internal static string ProductVersion => Product.Split('+')[0];

    public static MeAnswer Of(Caller caller, string environment) => new(
        caller.Name, [.. Role.All.Where(caller.Roles.Contains)], InOrder(caller.Channels), InOrder(caller.Locations), environment, ProductVersion);

    private static List<string> InOrder(IEnumerable<string> names) => [.. names.Order(StringComparer.Ordinal)];
}

public static class GetMe
{
    [WolverineGet("/v1/me")]
    [Authorize(Roles = $"{Role.Channel},{Role.Store},{Role.Planner},{Role.Finance},{Role.Ops}")]
    [Describes("Who you are", "The name, the roles and the own channels and locations of the key or token, and where it has come to.",
        Problems = ["400 invalid-request"])]
    public static Ok<MeAnswer> Get(HttpContext http, [NotBody] IHostEnvironment environment)
    {
        _ = new QueryText(http.Request);
        return TypedResults.Ok(MeAnswer.Of(Caller.Of(http), environment.EnvironmentName));
    }
}
