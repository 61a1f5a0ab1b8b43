namespace RetailSync.Inventory.Host.Postgres;

/// <summary>PostgreSQL cannot be had here; the message is a sentence for the person who started the host.</summary>
public sealed class LocalPostgresException(string message, Exception? cause = null) : Exception(message, cause);
