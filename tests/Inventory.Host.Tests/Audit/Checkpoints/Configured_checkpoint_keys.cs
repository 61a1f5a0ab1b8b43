using System.Security.Cryptography;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting.Internal;
using Npgsql;
using RetailSync.Inventory.Host.Audit.Checkpoints;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Tests.Audit.Checkpoints;

public sealed class Configured_checkpoint_keys : IDisposable
{
    private readonly NpgsqlDataSource _nowhere = NpgsqlDataSource.Create("Host=/nowhere");
    private readonly string _folder = Directory.CreateTempSubdirectory("keys").FullName;

    public void Dispose()
    {
        _nowhere.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task The_signing_key_and_the_named_ones_are_trusted()
    {
        var (signing, one, two, three) = (SigningHost.NewKey(), Public(), Public(), Public());

        using var keys = Keys(
            (CheckpointKeys.SigningSetting, signing), ($"{CheckpointKeys.TrustedSetting}:0", one), ($"{CheckpointKeys.TrustedSetting}:1", $"{two}\n{three}\n"));
        using var trusted = await keys.Trusted(CancellationToken.None);

        Assert.Equal([Public(signing), one, two, three], trusted.All.Select(key => key.PublicKey));
    }

    [Fact]
    public async Task Keys_may_be_in_one_text_and_none_needs_to_sign()
    {
        var (one, two) = (Public(), Public());

        using var keys = Keys((CheckpointKeys.TrustedSetting, $"{one}\n{two}"));
        using var trusted = await keys.Trusted(CancellationToken.None);

        Assert.Null(await keys.Signing(CancellationToken.None));
        Assert.Equal([one, two], trusted.All.Select(key => key.PublicKey));
    }

    [Fact]
    public async Task A_signing_key_may_be_in_a_file()
    {
        var (file, key) = (Path.Combine(_folder, "key.pem"), SigningHost.NewKey());
        await File.WriteAllTextAsync(file, key);

        using var keys = Keys((CheckpointKeys.SigningFileSetting, file));
        using var signing = await keys.Signing(CancellationToken.None);

        Assert.Equal(Public(key), signing!.ExportSubjectPublicKeyInfoPem());
    }

    [Theory]
    [InlineData(CheckpointKeys.SigningSetting, "no key")]
    [InlineData(CheckpointKeys.SigningSetting, "public")]
    [InlineData(CheckpointKeys.SigningFileSetting, "/nowhere/key.pem")]
    [InlineData(CheckpointKeys.TrustedSetting, "no key")]
    [InlineData($"{CheckpointKeys.TrustedSetting}:0", "private")]
    [InlineData($"{CheckpointKeys.TrustedSetting}:0", "public and more")]
    public void Invalid_keys_are_named_and_not_shown(string setting, string value)
    {
        var text = value switch { "public" => Public(), "private" => SigningHost.NewKey(), "public and more" => $"{Public()} and more", _ => value };

        var refused = Assert.Throws<SettingsException>(() => Keys((setting, text)));

        Assert.StartsWith($"{setting} ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("BEGIN", refused.ToString(), StringComparison.Ordinal);
    }

    private static string Public(string? key = null)
    {
        using var pair = ECDsa.Create();
        pair.ImportFromPem(key ?? SigningHost.NewKey());
        return pair.ExportSubjectPublicKeyInfoPem();
    }

    private CheckpointKeys Keys(params IEnumerable<(string Name, string Value)> settings) => new(
        _nowhere,
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value))).Build(),
        new HostingEnvironment { EnvironmentName = "Production" });
}
