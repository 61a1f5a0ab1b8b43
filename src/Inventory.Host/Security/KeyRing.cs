using System.Collections.Frozen;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Security;

/// <summary>One key of the configuration (<c>Authentication:Keys</c>).</summary>
public sealed class ConfiguredKey : ConfiguredCaller
{
    /// <summary>The key itself, or null when only its hash is kept.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public string? Key { get; set; }

    /// <summary>SHA-256 of the key's UTF-8 bytes, in hexadecimal, so that the configuration need not hold the key.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public string? Sha256 { get; set; }
}

/// <summary>The API keys. Only hashes are kept, and every one is compared in constant time.</summary>
public sealed class KeyRing
{
    private const string DevChannel = "dev-channel-";
    private const string DevStore = "dev-store-";

    private static readonly FrozenDictionary<string, Caller> DevKeys = new Dictionary<string, Caller>
    {
        ["dev-planner"] = With("dev-planner", Role.Planner),
        ["dev-finance"] = With("dev-finance", Role.Finance),
        ["dev-ops"] = With("dev-ops", Role.Ops),
        ["dev-admin"] = With("dev-admin", [.. Role.All]),
    }.ToFrozenDictionary();

    private readonly List<(byte[] Hash, Caller Caller)> _keys = [];
    private readonly bool _devKeysAnywhere;
    private volatile bool _devKeys;

    /// <exception cref="SettingsException">A key that cannot be right: it says which, and never the key.</exception>
    public KeyRing(IConfiguration configuration, bool isDevelopment)
    {
        var options = configuration.Read<CallerOptions>();
        _devKeys = options.DevKeys ?? isDevelopment;
        if (_devKeys && !isDevelopment)
        {
            throw new SettingsException("Authentication:DevKeys is true outside Development, where anybody knows these keys. Remove it.");
        }

        _devKeysAnywhere = options.DevKeys is true;

        foreach (var (name, configured) in options.Keys)
        {
            if (!isDevelopment && configured.Key is { } key && FindDevKey(key) is not null)
            {
                throw new SettingsException($"Authentication:Keys:{name} is a development key, which anybody knows. Make another.");
            }

            _keys.Add((Hash(name, configured), configured.ToCaller($"Authentication:Keys:{name}", name)));
        }
    }

    /// <summary>
    /// Says where the host listens. Anybody knows the development keys, so they are for this machine: on any address that is not loopback they are refused from
    /// now on, unless <c>Authentication:DevKeys</c> is true.
    /// </summary>
    /// <returns>The first address for which they are refused; null where nothing changes.</returns>
    public string? Listen(IEnumerable<string> addresses)
    {
        var reachable = _devKeys && !_devKeysAnywhere ? addresses.FirstOrDefault(address => !IsLoopback(address)) : null;
        _devKeys &= reachable is null;
        return reachable;
    }

    private static bool IsLoopback(string address)
    {
        var listening = BindingAddress.Parse(address);
        return listening.IsUnixPipe || listening.IsNamedPipe || listening.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
            || (IPAddress.TryParse(listening.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));
    }

    /// <summary>Who the key belongs to; null when nobody.</summary>
    public Caller? Find(string key) => Find(SHA256.HashData(Encoding.UTF8.GetBytes(key)), key);

    /// <summary>Who the key belongs to, with what <see cref="IsCurrent"/> compares later; null when it is nobody's.</summary>
    public (Caller Caller, byte[] Fingerprint)? Identify(string key)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(key));
        return Find(hash, key) is { } caller ? (caller, Fingerprint(hash, caller)) : null;
    }

    /// <summary>Whether there is still a key of this name with the same value, roles, channels, locations and sources as when it was identified.</summary>
    public bool IsCurrent(string name, ReadOnlySpan<byte> fingerprint)
    {
        foreach (var (hash, caller) in _keys)
        {
            if (caller.Name == name && CryptographicOperations.FixedTimeEquals(Fingerprint(hash, caller), fingerprint))
            {
                return true;
            }
        }

        return _devKeys && FindDevKey(name) is { } dev
            && CryptographicOperations.FixedTimeEquals(Fingerprint(SHA256.HashData(Encoding.UTF8.GetBytes(name)), dev), fingerprint);
    }

    private Caller? Find(byte[] hash, string key)
    {
        Caller? found = null;
        foreach (var (known, caller) in _keys)
        {
            found = CryptographicOperations.FixedTimeEquals(hash, known) ? caller : found;
        }

        return found ?? (_devKeys ? FindDevKey(key) : null);
    }

    /// <summary>SHA-256 over the key's hash and everything that it may: neither can be read from it.</summary>
    private static byte[] Fingerprint(byte[] hash, Caller caller)
    {
        var rights = new[] { caller.Roles, caller.Channels, caller.Locations, caller.Sources }
            .Select(names => string.Join('\t', names.Order(StringComparer.Ordinal)));
        return SHA256.HashData(Encoding.UTF8.GetBytes($"{Convert.ToHexString(hash)}\n{caller.Name}\n{string.Join('\n', rights)}"));
    }

    private static Caller? FindDevKey(string key) =>
        DevKeys.TryGetValue(key, out var caller) ? caller
        : key.StartsWith(DevChannel, StringComparison.Ordinal) && ChannelId.TryParse(key[DevChannel.Length..], out var channel)
            ? With(key, Role.Channel) with { Channels = new HashSet<string> { channel.Value } }
        : key.StartsWith(DevStore, StringComparison.Ordinal) && LocationId.TryParse(key[DevStore.Length..], out var location)
            ? With(key, Role.Store) with { Locations = new HashSet<string> { location.Value } }
        : null;

    private static Caller With(string name, params string[] roles) => new(name, roles.ToHashSet(), new HashSet<string>(), new HashSet<string>());

    private static byte[] Hash(string name, ConfiguredKey configured)
    {
        if (configured is { Key: { Length: >= 16 } key, Sha256: null })
        {
            return SHA256.HashData(Encoding.UTF8.GetBytes(key));
        }

        return configured is { Key: null, Sha256: { Length: 64 } sha256 } && sha256.All(char.IsAsciiHexDigit)
            ? Convert.FromHexString(sha256)
            : throw new SettingsException(
                $"Authentication:Keys:{name} needs a Key of at least 16 characters, or its Sha256 in 64 hexadecimal digits, and not both.");
    }
}
