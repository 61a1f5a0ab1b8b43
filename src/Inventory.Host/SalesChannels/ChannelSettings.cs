using System.Text.Json;
using System.Text.Json.Nodes;
using RetailSync.Channels.Webhook;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>A channel's settings: what is a secret in them can be written, never read.</summary>
public static class ChannelSettings
{
    public const int MaxLength = 64 * 1024;

    /// <summary>A setting whose name contains one of these is a secret; so is anything inside it.</summary>
    private static readonly string[] SecretWords =
        ["secret", "token", "password", "passphrase", "credential", "key", "authorization", "signature", "cookie", "bearer", "private"];

    /// <summary>Secrets that are chosen here, to sign with; the others are issued by vendors.</summary>
    private static readonly string[] SigningSecrets = ["secret", "previousSecret", "webhookSecret"];

    /// <summary>Characters of a secret that signs.</summary>
    public const int ShortestSecret = 16;

    /// <summary>Settings that say where a channel is reached; so does every one whose value is an address.</summary>
    private static readonly string[] AddressNames = ["url", "tokenUrl", "eventsUrl", "shop", "region", "host", "endpoint"];

    /// <summary>The longest acceptable lag in seconds, unless the channel's settings say otherwise (<c>promiseSeconds</c>).</summary>
    public const int DefaultPromiseSeconds = 60;

    /// <summary>How long a change may take until the channel has it, in seconds.</summary>
    public static int PromiseSeconds(string settings) =>
        Parse(settings)["promiseSeconds"] is JsonValue value
        && int.TryParse(value.ToString(), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var seconds)
            ? seconds : DefaultPromiseSeconds;

    /// <summary>The settings as they may be shown: secrets left out, and the user information of URLs.</summary>
    public static JsonObject WithoutSecrets(string settings) => (JsonObject)Public(Parse(settings))!;

    /// <summary>
    /// The settings to keep when <paramref name="settings"/> replace <paramref name="current"/>. A secret that is left out stays, since whoever
    /// changes what was read could not have read it; null takes it away. But where an address is another than before, what is left out is dropped: a secret was
    /// given to be used with one address, and whoever sets another must know it.
    /// </summary>
    /// <param name="current">As stored; null when there are none.</param>
    /// <param name="dropped">Names of secrets that were not kept.</param>
    public static string Replace(string? current, string settings, out IReadOnlyList<string> dropped)
    {
        var replaced = Parse(settings);
        var before = Parse(current ?? "{}");
        var leftOut = before.Where(setting => IsSecret(setting.Key) && !replaced.ContainsKey(setting.Key)).ToList();
        var isElsewhere = !Addresses(before).SequenceEqual(Addresses(replaced));
        dropped = isElsewhere ? [.. leftOut.Select(secret => secret.Key)] : [];
        foreach (var (name, value) in isElsewhere ? [] : leftOut)
        {
            replaced[name] = value?.DeepClone();
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

    /// <summary>Whether a value is an address that has a user or a password inside.</summary>
    public static bool HoldsUserInformation(JsonNode? node) => node is JsonValue && WithoutUserInformation(node) is not null;

    /// <summary>The address without its user and password; null for what is none, or has neither.</summary>
    public static string? WithoutUserInformation(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) && Uri.TryCreate(text, UriKind.Absolute, out var url) && url.UserInfo.Length > 0
            ? new UriBuilder(url) { UserName = "", Password = "" }.Uri.ToString()
            : null;

    private static JsonObject Parse(string settings) =>
        (JsonObject)JsonNode.Parse(settings, null, new JsonDocumentOptions { AllowDuplicateProperties = false, MaxDepth = 16 })!;

    /// <summary>Secrets of ours that are too short to sign with, by the names of their settings.</summary>
    public static IEnumerable<string> TooShort(string settings) =>
        from setting in Parse(settings)
        where SigningSecrets.Contains(setting.Key) && setting.Value is JsonValue value && value.TryGetValue<string>(out var text)
            && (text.StartsWith(StandardSignature.SecretPrefix, StringComparison.Ordinal)
                ? text.Length - StandardSignature.SecretPrefix.Length : text.Length) < ShortestSecret
        select setting.Key;

    /// <summary>By its name; an address is none, though it be that of tokens.</summary>
    public static bool IsSecret(string name) =>
        !AddressNames.Contains(name, StringComparer.OrdinalIgnoreCase) && SecretWords.Any(word => name.Contains(word, StringComparison.OrdinalIgnoreCase));

    private static JsonNode? Public(JsonNode? node) => node switch
    {
        JsonObject nested => new JsonObject(
            nested.Where(setting => !IsSecret(setting.Key)).Select(setting => KeyValuePair.Create(setting.Key, Public(setting.Value)))),
        JsonArray array => new JsonArray([.. array.Select(Public)]),
        JsonValue value when EncryptedSecret.TryRead(value, out var secret) => secret.Public,
        JsonValue value when WithoutUserInformation(value) is { } address => address,
        _ => node?.DeepClone(),
    };

    /// <summary>By name. Of an encrypted address that has a password inside, what may be seen of it.</summary>
    private static IEnumerable<(string Name, string Value)> Addresses(JsonObject settings) =>
        from setting in settings
        where setting.Value is JsonValue && !IsSecret(setting.Key)
        let value = Public(setting.Value) is JsonValue text && text.TryGetValue<string>(out var known) ? known : ""
        where value.Length > 0 && (AddressNames.Contains(setting.Key, StringComparer.OrdinalIgnoreCase)
            || (Uri.TryCreate(value, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        orderby setting.Key
        select (setting.Key, value);
}
