namespace RetailSync.Inventory.Host.CommandLine;

/// <summary>The import cannot go on; the message is for the person who started it.</summary>
internal sealed class ImportFailedException(string message) : Exception(message);
