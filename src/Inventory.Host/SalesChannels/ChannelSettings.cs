using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>A channel's settings: what is a secret in them can be written, never read.</summary>
public static class ChannelSettings
{
    public const int MaxLength = 64 * 1024;

    /// <summary>A setting whose name contains one of these is a secret; so is anything inside it.</summary>
    private static readonly string[] SecretWords = ["secret", "token", "password", "passphrase", "credential", "key", "authorization", "signature", "cookie", "bearer", "private"];

    /// <summary>The settings as they may be shown: secrets left out, and the user information of URLs.</summary>
    public static JsonObject WithoutSecrets(string settings) => (JsonObject)Public(Parse(settings))!;

    /// <summary>
    /// The settings to keep when <paramref name="settings"/> replace <paramref name="current"/>. A secret that is left out stays, since whoever
    /// changes what was read could not have read it; null takes it away.
    /// </summary>
    public static string Replace(string? current, string settings)
    {
        var replaced = Parse(settings);
        foreach (var (name, value) in Parse(current ?? "{}").ToList())
        {
            if (IsSecret(name) && !replaced.ContainsKey(name))
            {
                replaced[name] = value?.DeepClone();
            }
        }

        foreach (var (name, _) in replaced.Where(setting => setting.Value is null).ToList())
        {
            replaced.Remove(name);
        }

        return replaced.ToJsonString();
    }

    /// <summary>Null, or what is wrong with a raw JSON object as settings.</summary>
    public static string? Refusal(string settings)
    {
        if (settings.Length > MaxLength)
        {
            return $"has more than {MaxLength} characters";
        }

        try
        {
            // A NUL or half a surrogate pair is grammatical JSON but no text that could be kept.
            return Parse(settings).ToJsonString().Contains("\\u0000", StringComparison.Ordinal) ? "contains a NUL" : null;
        }
        catch (Exception refused) when (refused is JsonException or InvalidOperationException or ArgumentException)
        {
            return "must be an object of texts, numbers and objects, no name twice";
        }
    }

    private static JsonObject Parse(string settings) =>
        (JsonObject)JsonNode.Parse(settings, null, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 })!;

    private static bool IsSecret(string name) => SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static JsonNode? Public(JsonNode? node) => node switch
    {
        JsonObject nested => new JsonObject(nested.Where(setting => !IsSecret(setting.Key)).Select(setting => KeyValuePair.Create(setting.Key, Public(setting.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Public)]),
        JsonValue value when value.TryGetValue<string>(out var text) && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length > 0 =>
            new UriBuilder(url) { UserName = "", Password = "" }.Uri.ToString(),
        _ => node?.DeepClone(),
    };
}
