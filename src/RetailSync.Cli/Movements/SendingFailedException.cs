namespace RetailSync.Cli.Movements;

/// <summary>What is being sent does not arrive; the message is for the person who started it.</summary>
internal sealed class SendingFailedException(string message) : Exception(message);
