using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>What a planner sends: a rule, when it is in force, and why.</summary>
public sealed record RuleDraft(Rule Body, Instant? EffectiveFrom, Instant? EffectiveTo, string? Reason);

/// <summary>
/// Reads a rule strictly. What is no JSON of ours is <c>invalid-request</c>, as everywhere; what is well-formed and makes no rule is
/// <c>invalid-rule</c>, and names the field.
/// </summary>
public sealed class RuleBody
{
    public const int LevelsAtMost = 20;
    private const int PriorityAtMost = 1_000_000;
    private const int HorizonAtMost = 3_650;

    private static readonly string[] Common = ["kind", "effectiveFrom", "effectiveTo", "reason"];

    /// <summary>The fields of each kind, beside those that all have.</summary>
    private static readonly Dictionary<string, string[]> Kinds = new()
    {
        ["safety-stock"] = ["sku", "location", "locationGroup", "quantity", "percent", "level"],
        ["eligibility"] = ["channel", "sku", "location", "locationGroup", "allowed"],
        ["buffer"] = ["channel", "sku", "location", "locationGroup", "quantity"],
        ["allocation"] = ["channel", "sku", "mode", "quantity", "percent", "borrow", "priority", "releaseAt"],
        ["publish"] = ["channel", "sku", "buffer", "cap", "threshold", "levels"],
        ["backorder"] = ["channel", "sku", "limit"],
        ["supply"] = ["supplyKind", "confidence", "horizonDays"],
    };

    public static readonly string[] KindNames = [.. Kinds.Keys];

    private readonly Fields _fields;
    private readonly List<FieldRefusal> _refusals = [];

    private RuleBody(Fields fields) => _fields = fields;

    /// <summary>Every field of every kind, and <paramref name="more"/>.</summary>
    public static Fields AllFields(params string[] more) => new([.. Common.Concat(Kinds.Values.SelectMany(names => names)).Concat(more).Distinct()]);

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c> or <c>invalid-rule</c>.</exception>
    public static RuleDraft Read(Fields fields) => new RuleBody(fields).Read();

    private RuleDraft Read()
    {
        var kind = _fields.Text("kind");
        if (kind is null || !Kinds.TryGetValue(kind, out var own))
        {
            Refuse("kind", $"must be one of {string.Join(", ", Kinds.Keys)}");
            ThrowIfRefused();
            throw new InvalidOperationException("A rule without a kind was not refused.");
        }

        foreach (var other in Kinds.Values.SelectMany(names => names).Distinct().Where(name => !own.Contains(name) && _fields.Has(name)))
        {
            Refuse(other, $"has no meaning for a rule of kind {kind}");
        }

        var (from, to) = (_fields.Instant("effectiveFrom"), _fields.Instant("effectiveTo"));
        if (to <= from)
        {
            Refuse("effectiveTo", "must be after effectiveFrom");
        }

        var reason = _fields.Words("reason");
        var rule = Of(kind);
        ThrowIfRefused();
        return new RuleDraft(rule, from, to, reason);
    }

    private Rule Of(string kind)
    {
        var channel = ChannelId.TryParse(_fields.OptionalName("channel"), out var channelId) ? channelId : (ChannelId?)null;
        var sku = _fields.OptionalSku("sku");
        var location = LocationId.TryParse(_fields.OptionalName("location"), out var locationId) ? locationId : (LocationId?)null;
        var group = _fields.OptionalName("locationGroup");
        if (location is not null && group is not null)
        {
            Refuse("locationGroup", "cannot stand beside location");
        }

        return kind switch
        {
            "safety-stock" => SafetyStock(sku, location, group),
            "eligibility" => new EligibilityRule(channel, sku, location, group, Required(_fields.Boolean("allowed"), "allowed")),
            "buffer" => new BufferRule(channel, sku, location, group, Required(NotNegative("quantity"), "quantity")),
            "allocation" => Allocation(channel, sku),
            "publish" => Publish(channel, sku),
            "backorder" => new BackorderRule(channel, sku, Required(NotNegative("limit"), "limit")),
            _ => Supply(),
        };
    }

    private SafetyStockRule SafetyStock(Sku? sku, LocationId? location, string? group)
    {
        var (quantity, percent) = (NotNegative("quantity"), Percent());
        if (quantity is null == percent is null)
        {
            Refuse(percent is null ? "quantity" : "percent", "must be given, quantity or percent and not both");
        }

        var level = Choice("level", "location", "network") == "network" ? SafetyStockLevel.Network : SafetyStockLevel.Location;
        return new SafetyStockRule(sku, location, group, quantity, percent, level);
    }

    private AllocationRule Allocation(ChannelId? channel, Sku? sku)
    {
        var mode = Choice("mode", "fixed", "percent");
        var (quantity, percent) = (NotNegative("quantity"), Percent());
        Required(channel, "channel");
        Required(mode, "mode");
        if (mode is not null)
        {
            var (own, other) = mode == "fixed" ? ("quantity", "percent") : ("percent", "quantity");
            Required(mode == "fixed" ? quantity : percent, own);
            if (_fields.Has(other))
            {
                Refuse(other, $"has no meaning where mode is {mode}");
            }
        }

        var priority = _fields.Number("priority") ?? 0;
        if (priority != decimal.Truncate(priority) || Math.Abs(priority) > PriorityAtMost)
        {
            Refuse("priority", $"must be a whole number from -{PriorityAtMost} to {PriorityAtMost}");
            priority = 0;
        }

        return new AllocationRule(
            channel.GetValueOrDefault(), sku, mode == "percent" ? AllocationMode.Percent : AllocationMode.Fixed, quantity ?? percent ?? 0,
            _fields.Boolean("borrow") ?? false, (int)priority, _fields.Instant("releaseAt"));
    }

    private PublishRule Publish(ChannelId? channel, Sku? sku)
    {
        var rule = new PublishRule(channel, sku, NotNegative("buffer"), NotNegative("cap"), NotNegative("threshold"), Levels());
        if (rule is { Buffer: null, Cap: null, Threshold: null } && !_fields.Has("levels"))
        {
            Refuse("buffer", "or cap, threshold or levels must be given");
        }

        return rule;
    }

    private ImmutableList<PublishLevel> Levels()
    {
        if (_fields.Nested("levels", '[') is not { } json)
        {
            return [];
        }

        var levels = ImmutableList.CreateBuilder<PublishLevel>();
        var level = new Fields("name", "upTo");
        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            level.ReadJson(System.Text.Encoding.UTF8.GetBytes(element.GetRawText()));
            var (name, upTo) = (level.Words("name"), level.Number("upTo"));
            if (name is null || level.Refusals.Count > 0 || (upTo is null && levels.Count + 1 < document.RootElement.GetArrayLength()))
            {
                Refuse("levels", "must be objects of a name and, but for the last one, an upper bound upTo");
                return [];
            }

            levels.Add(new PublishLevel(name, upTo));
        }

        if (levels.Count is 0 or > LevelsAtMost)
        {
            Refuse("levels", $"must be 1 to {LevelsAtMost}");
        }

        if (levels.Zip(levels.Skip(1)).Any(pair => pair.Second.UpTo <= pair.First.UpTo))
        {
            Refuse("levels", "must have rising upper bounds");
        }

        return levels.ToImmutable();
    }

    private SupplyRule Supply()
    {
        var kind = Choice("supplyKind", "purchase-order", "transfer");
        var confidence = _fields.Number("confidence") ?? 1;
        if (confidence is < 0 or > 1)
        {
            Refuse("confidence", "must be from 0 to 1");
        }

        var horizon = _fields.Number("horizonDays");
        if (horizon is { } days && (days != decimal.Truncate(days) || days is < 0 or > HorizonAtMost))
        {
            Refuse("horizonDays", $"must be a whole number from 0 to {HorizonAtMost}");
            horizon = 0;
        }

        if (!_fields.Has("confidence") && !_fields.Has("horizonDays"))
        {
            Refuse("confidence", "or horizonDays must be given");
        }

        return new SupplyRule(kind switch { null => null, "transfer" => SupplyKind.Transfer, _ => SupplyKind.PurchaseOrder }, confidence, (int?)horizon);
    }

    private decimal? NotNegative(string name)
    {
        var number = _fields.Number(name);
        if (number < 0)
        {
            Refuse(name, "must be 0 or more");
        }

        return number;
    }

    private decimal? Percent()
    {
        var percent = _fields.Number("percent");
        if (percent is < 0 or > 100)
        {
            Refuse("percent", "must be from 0 to 100");
        }

        return percent;
    }

    private string? Choice(string name, params string[] choices)
    {
        var text = _fields.Text(name);
        if (text is null || choices.Contains(text, StringComparer.Ordinal))
        {
            return text;
        }

        Refuse(name, $"must be one of {string.Join(", ", choices)}");
        return null;
    }

    private T Required<T>(T? value, string name)
        where T : struct
    {
        if (value is null && !_fields.Has(name))
        {
            Refuse(name, "is missing");
        }

        return value.GetValueOrDefault();
    }

    private void Required(string? value, string name)
    {
        if (value is null && !_fields.Has(name))
        {
            Refuse(name, "is missing");
        }
    }

    private void Refuse(string name, string why) => _refusals.Add(new FieldRefusal(name, why));

    private void ThrowIfRefused()
    {
        _fields.ThrowIfRefused();
        if (_refusals.Count > 0)
        {
            throw new ApiProblemException(StatusCodes.Status400BadRequest, "invalid-rule", $"{string.Join("; ", _refusals)}.") { Errors = _refusals };
        }
    }
}
