using Microsoft.AspNetCore.DataProtection;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.SalesChannels;

/// <summary>The keys that encrypt secrets in the database: files outside it, which all hosts on one database share.</summary>
public static class SecretKeys
{
    /// <summary>
    /// Where they are when <see cref="ChannelSecrets.KeyDirectorySetting"/> does not say: set by the command line, beside a PostgreSQL of the host's own.
    /// </summary>
    public const string DefaultDirectorySetting = "DataProtection:DefaultKeyDirectory";

    public static WebApplicationBuilder AddSecretKeys(this WebApplicationBuilder builder)
    {
        var options = builder.Configuration.Read<SecretKeyOptions>();
        var directory = options.KeyDirectory is { Length: > 0 } named ? named
            : options.DefaultKeyDirectory is { Length: > 0 } beside ? beside
            : OfThisAccount();
        if (!OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        builder.Services.AddDataProtection().SetApplicationName("RetailSync").PersistKeysToFileSystem(new DirectoryInfo(directory));
        builder.Services.AddSingleton<ChannelSecrets>();
        return builder;
    }

    /// <summary>
    /// With a PostgreSQL elsewhere: one directory of this account, so that hosts on one machine can read each other's. Those on several need the setting.
    /// </summary>
    private static string OfThisAccount() =>
        Path.Combine(Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify) is { Length: > 0 } account
            ? account : ".data", "retailsync", "keys");
}
