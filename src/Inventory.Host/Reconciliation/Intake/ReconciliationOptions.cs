using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Reconciliation.Intake.Pull;

namespace RetailSync.Inventory.Host.Reconciliation.Intake;

/// <summary>Where counts of other systems come from; section <c>Reconciliation</c> of the configuration.</summary>
[Section("Reconciliation")]
public sealed class ReconciliationOptions
{
    /// <summary>The systems, by name.</summary>
    public Dictionary<string, CountSource> Sources { get; init; } = [];

    /// <summary>A folder with a folder for each system, from which files are taken in.</summary>
    [Setting(Default = "none")]
    public string? Folder { get; init; }

    /// <summary>The pause between two looks into it.</summary>
    [Setting(min: 100, max: 86_400_000)]
    public TimeSpan FolderPause { get; init; } = TimeSpan.FromSeconds(5);
}
