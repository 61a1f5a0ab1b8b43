using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using NodaTime;
using RetailSync.Inventory.Domain.Kits;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Kits;

/// <param name="Sku">Or another name of it; that of a pack means as many as are in it.</param>
/// <param name="Quantity">Units in one kit: above 0, at most 9,999; whole where the component is a kit.</param>
public sealed record KitComponentFields(string Sku, decimal Quantity);

/// <summary>What a planner sends of a kit.</summary>
/// <param name="Components">1 to 100, each SKU once.</param>
/// <param name="From">Where components may come from: `any` location (default), or all of a kit from `one-location`.</param>
/// <param name="EffectiveFrom">Now when left out.</param>
/// <param name="EffectiveTo">For ever when left out.</param>
/// <param name="Reason">Why, in the planner's words.</param>
public sealed record KitFields(
    IReadOnlyList<KitComponentFields> Components, string? From, Instant? EffectiveFrom, Instant? EffectiveTo, string? Reason);

/// <summary>A kit as it was sent: names of components may be other names of SKUs.</summary>
/// <param name="Components">Not empty; quantities above 0.</param>
public sealed record KitBody(
    IReadOnlyList<KitComponent> Components, KitAssembly From, Instant? EffectiveFrom, Instant? EffectiveTo, string? Reason)
{
    private const string Any = "any";
    private const string OneLocation = "one-location";

    public static Fields Empty => new("components", "from", "effectiveFrom", "effectiveTo", "reason");

    /// <summary>The contract's word.</summary>
    public static string Word(KitAssembly from) => from == KitAssembly.OneLocation ? OneLocation : Any;

    public static ApiProblemException Refused(params IReadOnlyList<FieldRefusal> refusals) =>
        new(StatusCodes.Status400BadRequest, "invalid-kit", $"{string.Join("; ", refusals)}.") { Errors = refusals };

    /// <summary>What is no JSON of ours is <c>invalid-request</c>; what is well-formed and makes no kit is <c>invalid-kit</c>.</summary>
    /// <exception cref="ApiProblemException">400.</exception>
    public static KitBody Read(Fields fields)
    {
        List<FieldRefusal> refusals = [];
        var components = ReadComponents(fields, refusals);
        var from = fields.Text("from");
        if (from is not (null or Any or OneLocation))
        {
            refusals.Add(new FieldRefusal("from", $"must be {Any} or {OneLocation}"));
        }

        var (effectiveFrom, effectiveTo) = (fields.Instant("effectiveFrom"), fields.Instant("effectiveTo"));
        if (effectiveTo <= effectiveFrom)
        {
            refusals.Add(new FieldRefusal("effectiveTo", "must be after effectiveFrom"));
        }

        var reason = fields.Words("reason");
        fields.ThrowIfRefused();
        return refusals.Count > 0 ? throw Refused(refusals)
            : new KitBody(components, from == OneLocation ? KitAssembly.OneLocation : KitAssembly.Any, effectiveFrom, effectiveTo, reason);
    }

    private static ImmutableList<KitComponent> ReadComponents(Fields fields, List<FieldRefusal> refusals)
    {
        if (fields.Nested("components", '[') is not { } json)
        {
            if (!fields.Has("components"))
            {
                refusals.Add(new FieldRefusal("components", "is missing"));
            }

            return [];
        }

        var components = ImmutableList.CreateBuilder<KitComponent>();
        var component = new Fields("sku", "quantity");
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.GetArrayLength() is var count and (0 or > KitCheck.MostComponents))
        {
            refusals.Add(new FieldRefusal("components", $"must be 1 to {KitCheck.MostComponents}, and not {count}"));
            return [];
        }

        foreach (var element in document.RootElement.EnumerateArray())
        {
            var at = $"components[{components.Count}]";
            component.ReadJson(Encoding.UTF8.GetBytes(element.GetRawText()));
            var (sku, quantity) = (component.Sku("sku"), component.Number("quantity", required: true) ?? 0);
            foreach (var refusal in component.Refusals)
            {
                fields.Refuse(refusal.Field == "line" ? at : $"{at}.{refusal.Field}", refusal.Why);
            }

            if (component.Refusals.Count == 0 && quantity is <= 0 or > KitCheck.MostUnits)
            {
                refusals.Add(new FieldRefusal($"{at}.quantity", FormattableString.Invariant($"must be above 0, and at most {KitCheck.MostUnits}")));
            }

            components.Add(new KitComponent(sku, quantity));
        }

        return components.ToImmutable();
    }
}
