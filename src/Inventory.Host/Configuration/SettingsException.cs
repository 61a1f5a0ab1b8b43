namespace RetailSync.Inventory.Host.Configuration;

/// <summary>The host does not start with this configuration. The message names every setting at fault, and holds no secret.</summary>
public sealed class SettingsException(string message) : InvalidOperationException(message);
