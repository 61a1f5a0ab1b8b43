using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.DataProtection;
using RetailSync.Channels;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>
/// Secrets of channels as they are stored: each encrypted for its channel, by keys that are not in the database (<see cref="KeyDirectorySetting"/>). Secrets
/// that an earlier build stored as they are can still be read, and are encrypted when their channel is written the next time.
/// </summary>
public sealed class ChannelSecrets(IDataProtectionProvider protection)
{
    /// <summary>Where the keys are: one directory for all hosts on a database, readable by nobody else.</summary>
    public const string KeyDirectorySetting = "DataProtection:KeyDirectory";

    private const string Purpose = "RetailSync.ChannelSecrets";

    /// <summary>Encrypts every secret of settings that a caller has sent.</summary>
    /// <exception cref="ApiProblemException">503 <c>secrets-unavailable</c>: there are no keys here.</exception>
    public string Protect(string channel, string settings) => Map(settings, (secret, _) => Encrypt(channel, secret));

    /// <summary>Encrypts what an earlier build has stored as it is.</summary>
    /// <inheritdoc cref="Protect" path="/exception"/>
    public string ProtectRest(string channel, string settings) =>
        Map(settings, (secret, name) => EncryptedSecret.TryRead(secret, out _) ? secret.DeepClone() : Encrypt(channel, secret));

    /// <summary>The settings as the adapter needs them.</summary>
    /// <exception cref="ChannelNotReadyException">A secret was encrypted with a key that this host does not have.</exception>
    public AdapterSettings Read(SalesChannel channel) => AdapterSettings.Parse(Map(
        channel.Settings, (secret, name) => EncryptedSecret.TryRead(secret, out var encrypted)
        ? Decrypt(channel.Id, name, encrypted.Cipher) : secret.DeepClone()));

    private static string Map(string settings, Func<JsonNode, string, JsonNode?> secret) =>
        ((JsonObject)Map("settings", JsonNode.Parse(settings)!, secret)!).ToJsonString();

    private static JsonNode? Map(string name, JsonNode? node, Func<JsonNode, string, JsonNode?> secret) => node switch
    {
        null => null,
        JsonObject nested => new JsonObject(nested.Select(setting => KeyValuePair.Create(
            setting.Key,
            setting.Value is { } value && ChannelSettings.IsSecret(setting.Key) ? secret(value, setting.Key) : Map(setting.Key, setting.Value, secret)))),
        JsonArray array => new JsonArray([.. array.Select(item => Map(name, item, secret))]),
        _ => ChannelSettings.HoldsUserInformation(node) || EncryptedSecret.TryRead(node, out _) ? secret(node, name) : node.DeepClone(),
    };

    private JsonValue Encrypt(string channel, JsonNode secret) =>
        EncryptedSecret.Of(Protector(channel).Encrypt(secret.ToJsonString()), ChannelSettings.WithoutUserInformation(secret));

    private JsonNode? Decrypt(string channel, string name, string cipher)
    {
        try
        {
            return JsonNode.Parse(Protector(channel).Unprotect(cipher));
        }
        catch (Exception wrong) when (wrong is CryptographicException or JsonException)
        {
            throw new ChannelNotReadyException(
                $"settings.{name} was encrypted with a key that is not in {KeyDirectorySetting} of this host, which all hosts on one database share; "
                    + $"restore the keys, or send the secrets again");
        }
    }

    private IDataProtector Protector(string channel) => protection.CreateProtector(Purpose, channel);
}

/// <summary>A secret as it is stored: <c>enc:v1:</c>, the cipher, and after a space what anybody may see of it.</summary>
/// <param name="Cipher">In base64.</param>
/// <param name="Public">An address without its user and password; null where nothing may be seen.</param>
public readonly record struct EncryptedSecret(string Cipher, string? Public)
{
    private const string Mark = "enc:v1:";

    public static JsonValue Of(string cipher, string? visible) => JsonValue.Create($"{Mark}{cipher}{(visible is null ? "" : $" {visible}")}");

    public static bool TryRead(JsonNode? stored, out EncryptedSecret secret)
    {
        secret = default;
        if (stored is not JsonValue value || !value.TryGetValue<string>(out var text) || !text.StartsWith(Mark, StringComparison.Ordinal))
        {
            return false;
        }

        var parts = text[Mark.Length..].Split(' ', 2);
        secret = new EncryptedSecret(parts[0], parts.Length == 2 ? parts[1] : null);
        return true;
    }
}
