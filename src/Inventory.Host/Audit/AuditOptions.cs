using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Audit;

/// <summary>Checkpoints, their keys and copies, and what is verified each night; section <c>Audit</c> of the configuration.</summary>
[Section("Audit")]
public sealed class AuditOptions
{
    /// <summary>The private EC key that signs checkpoints, as PEM.</summary>
    [Setting(IsSecret = true, Default = "none; in Development one is made")]
    public string? SigningKey { get; init; }

    /// <summary>A file with that key, where <see cref="SigningKey"/> is not set.</summary>
    [Setting(Default = "none")]
    public string? SigningKeyFile { get; init; }

    /// <summary>Where a host in Development keeps the key that it makes.</summary>
    [Setting(Default = "checkpoints.key under --data with a PostgreSQL of its own, else the database")]
    public string? DevelopmentKeyFile { get; init; }

    /// <summary>Public EC keys, as PEM, whose signatures count beside that of the signing key: keys that signed before, and those of other hosts.</summary>
    [Setting(MayBeOne = true, Default = "none")]
    public string[] TrustedKeys { get; init; } = [];

    /// <summary>The file that checkpoints are appended to as they are made.</summary>
    [Setting(Default = "checkpoints.ndjson under --data with a PostgreSQL of its own, else none")]
    public string? CheckpointFile { get; init; }

    /// <summary>The http or https address that checkpoints are posted to as they are made. It may hold a credential.</summary>
    [Setting(IsSecret = true, Default = "none")]
    public string? CheckpointWebhook { get; init; }

    /// <summary>What those posts are signed with, as Standard Webhooks: <c>whsec_</c> and base64, or any text.</summary>
    [Setting(IsSecret = true, Default = "none: they are not signed")]
    public string? CheckpointWebhookSecret { get; init; }

    /// <summary>How many positions are verified each night; 0 verifies none.</summary>
    [Setting("positions", 0, 100_000_000)]
    public int NightlySample { get; init; } = 1_000;

    /// <summary>The hour of the day at which they are, UTC.</summary>
    [Setting("hours", 0, 23)]
    public int NightlyHour { get; init; } = 3;
}
