using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Rules;
using RetailSync.Inventory.Host.Rules.Simulate;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <param name="Rules">1 to 100, each as it would be set, with the `id` of the rule that it takes the place of, if any. Their dates are ignored.</param>
/// <param name="Channels">1 to 100; left out, all of them.</param>
/// <param name="Skus">1 to 1,000 by their own names; left out, all that the rules are about.</param>
/// <param name="Limit">How many SKUs are named: 1 to 100, default 10.</param>
public sealed record PreviewFields(IReadOnlyList<RuleFields> Rules, IReadOnlyList<string>? Channels, IReadOnlyList<string>? Skus, int? Limit);

/// <summary>What a planner is about to set, read strictly.</summary>
/// <param name="Channels">Each once; null for all of them.</param>
/// <param name="Skus">Each once; null for all that the rules are about.</param>
/// <param name="Limit">How many SKUs are named.</param>
internal sealed record PreviewBody(IReadOnlyList<ProposedRule> Rules, IReadOnlyList<ChannelId>? Channels, IReadOnlyList<Sku>? Skus, int Limit)
{
    private const int RulesAtMost = 100;
    private const int SkusAtMost = 1_000;
    private const int LimitByDefault = 10;
    private const int LimitAtMost = 100;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c> or <c>invalid-rule</c>.</exception>
    public static async Task<PreviewBody> Read(HttpRequest request, RuleBook book)
    {
        var fields = new Fields("rules", "channels", "skus", "limit");
        await RequestBody.ReadInto(fields, request);
        var (channels, skus, limit) = (SimulationBody.ReadChannels(fields), ReadSkus(fields), fields.Number("limit") ?? LimitByDefault);
        if (limit != decimal.Truncate(limit) || limit is < 1 or > LimitAtMost)
        {
            fields.Refuse("limit", $"must be a whole number from 1 to {LimitAtMost}");
        }

        var elements = SimulationBody.Elements(fields);
        if (elements.Count > RulesAtMost)
        {
            fields.Refuse("rules", $"must be at most {RulesAtMost}");
        }

        fields.ThrowIfRefused();
        return new PreviewBody(SimulationBody.ReadRules(elements, book), channels, skus, (int)limit);
    }

    private static List<Sku>? ReadSkus(Fields fields)
    {
        if (fields.Nested("skus", '[') is not { } json)
        {
            return null;
        }

        var skus = new List<Sku>();
        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            if (element.ValueKind != JsonValueKind.String || !Sku.TryParse(element.GetString(), out var sku))
            {
                fields.Refuse("skus", $"must be texts, each of which {Fields.SkuForm}");
                return null;
            }

            skus.Add(sku);
        }

        if (skus.Count is 0 or > SkusAtMost)
        {
            fields.Refuse("skus", $"must be 1 to {SkusAtMost}");
        }

        return [.. skus.Distinct()];
    }
}
