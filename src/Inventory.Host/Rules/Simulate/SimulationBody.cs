using System.Text;
using System.Text.Json;
using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Domain.Simulation;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.Rules.Simulate;

/// <param name="Rules">1 to 1,000, each as it would be set, with the `id` of the rule that it takes the place of, if any.</param>
/// <param name="From">What was recorded after it is replayed.</param>
/// <param name="To">After `from`, and not ahead.</param>
/// <param name="Channels">1 to 100; left out, all of them.</param>
/// <param name="Series">At most 5, whose courses the answer has.</param>
public sealed record SimulationFields(
    IReadOnlyList<RuleFields> Rules, Instant From, Instant To, IReadOnlyList<string>? Channels, IReadOnlyList<SeriesFields>? Series = null);

/// <param name="Channel">One of those that are compared.</param>
/// <param name="Sku">By its own name.</param>
public sealed record SeriesFields(string Channel, string Sku);

/// <summary>What a planner wants to try, read strictly: what is wrong with a rule is named as <c>rules[3].quantity</c>.</summary>
/// <param name="Channels">Each once; null for all of them.</param>
/// <param name="Series">Whose courses are asked for, each once.</param>
public sealed record SimulationBody(
    IReadOnlyList<ProposedRule> Rules, Instant From, Instant To, IReadOnlyList<ChannelId>? Channels, IReadOnlyList<(ChannelId Channel, Sku Sku)> Series)
{
    public const int SeriesAtMost = 5;

    public const int RulesAtMost = 1_000;
    public const int ChannelsAtMost = 100;

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c> or <c>invalid-rule</c>.</exception>
    public static async Task<SimulationBody> Read(HttpRequest request, RuleBook book, Instant now)
    {
        var fields = new Fields("rules", "from", "to", "channels", "series");
        await RequestBody.ReadInto(fields, request);
        var (from, to, channels) = (fields.Instant("from", required: true), fields.Instant("to", required: true), ReadChannels(fields));
        if (from >= to)
        {
            fields.Refuse("from", "must be before to");
        }

        if (to > now)
        {
            fields.Refuse("to", "must not be ahead: what is to come has no history");
        }

        var series = ReadSeries(fields, channels);
        var elements = Elements(fields);
        fields.ThrowIfRefused();
        return new SimulationBody(ReadRules(elements, book), from!.Value, to!.Value, channels, series);
    }

    /// <summary>The JSON of each rule.</summary>
    internal static List<byte[]> Elements(Fields fields)
    {
        var elements = new List<byte[]>();
        if (fields.Nested("rules", '[') is not { } json)
        {
            if (!fields.Has("rules"))
            {
                fields.Refuse("rules", "is missing");
            }

            return elements;
        }

        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new Utf8JsonReader(bytes);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray && elements.Count <= RulesAtMost)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            elements.Add(bytes[start..(int)reader.BytesConsumed]);
        }

        if (elements.Count is 0 or > RulesAtMost)
        {
            fields.Refuse("rules", $"must be 1 to {RulesAtMost}");
        }

        return elements;
    }

    /// <summary>The rules of these elements, with an id for each that has none.</summary>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c> or <c>invalid-rule</c>.</exception>
    internal static List<ProposedRule> ReadRules(IReadOnlyList<byte[]> elements, RuleBook book)
    {
        var rules = new List<ProposedRule>();
        var ids = new HashSet<RuleId>();
        var fields = RuleBody.AllFields("id");
        for (var index = 0; index < elements.Count; index++)
        {
            try
            {
                if (!fields.ReadJson(elements[index]))
                {
                    throw ApiProblemException.Invalid(fields.Refusals);
                }

                var id = RuleId.TryParse(fields.OptionalName("id"), out var given) ? given : Unnamed(index, book);
                if (!ids.Add(id))
                {
                    fields.Refuse("id", "appears twice");
                }

                var draft = RuleBody.Read(fields);
                rules.Add(new ProposedRule(id, draft.Body, draft.EffectiveFrom, draft.EffectiveTo));
            }
            catch (ApiProblemException refused)
            {
                List<FieldRefusal> errors =
                    [.. refused.Errors.Select(
                        error => new FieldRefusal(error.Field == "line" ? $"rules[{index}]" : $"rules[{index}].{error.Field}", error.Why))];
                throw new ApiProblemException(refused.Status, refused.Code, $"{string.Join("; ", errors)}.") { Errors = errors };
            }
        }

        return rules;
    }

    /// <summary>An id that no rule has.</summary>
    private static RuleId Unnamed(int index, RuleBook book)
    {
        var id = RuleId.Parse($"proposed:{index}");
        while (book.Find(id).Version > 0)
        {
            id = RuleId.Parse($"{id}-");
        }

        return id;
    }

    /// <summary>Null where they are left out or refused.</summary>
    internal static List<ChannelId>? ReadChannels(Fields fields)
    {
        if (fields.Nested("channels", '[') is not { } json)
        {
            return null;
        }

        var channels = new List<ChannelId>();
        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            // Half of a surrogate pair is grammatical JSON and no text; a channel has neither it nor an escape of anything else.
            var name = element.ValueKind == JsonValueKind.String ? element.GetRawText()[1..^1] : "";
            if (!ChannelId.TryParse(name, out var channel))
            {
                fields.Refuse("channels", $"must be texts, each of which {Fields.NameForm}");
                return null;
            }

            if (channels.Contains(channel))
            {
                fields.Refuse("channels", $"has {channel} twice");
                return null;
            }

            channels.Add(channel);
            if (channels.Count > ChannelsAtMost)
            {
                break;
            }
        }

        if (channels.Count is 0 or > ChannelsAtMost)
        {
            fields.Refuse("channels", $"must be 1 to {ChannelsAtMost}");
        }

        return channels;
    }

    private static List<(ChannelId, Sku)> ReadSeries(Fields fields, List<ChannelId>? channels)
    {
        var series = new List<(ChannelId, Sku)>();
        if (fields.Nested("series", '[') is not { } json)
        {
            return series;
        }

        var one = new Fields("channel", "sku");
        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            var index = series.Count;
            if (index == SeriesAtMost)
            {
                fields.Refuse("series", $"must be at most {SeriesAtMost}");
                break;
            }

            one.ReadJson(Encoding.UTF8.GetBytes(element.GetRawText()));
            var isChannel = ChannelId.TryParse(one.OptionalName("channel", required: true), out var channel);
            var sku = one.Sku("sku");
            if (isChannel && channels?.Contains(channel) == false)
            {
                one.Refuse("channel", "must be one of channels");
            }

            if (series.Contains((channel, sku)))
            {
                one.Refuse("sku", "appears twice with this channel");
            }

            if (one.Refusals.Count > 0)
            {
                foreach (var refusal in one.Refusals)
                {
                    fields.Refuse(refusal.Field == "line" ? $"series[{index}]" : $"series[{index}].{refusal.Field}", refusal.Why);
                }

                break;
            }

            series.Add((channel, sku));
        }

        return series;
    }
}
