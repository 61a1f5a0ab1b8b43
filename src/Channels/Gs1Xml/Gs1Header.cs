using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>What is read of a Standard Business Document Header: who sent what follows it. People are not read.</summary>
/// <param name="Sender">Null where it does not say.</param>
/// <param name="IsTest">It says that the message is no fact.</param>
internal sealed record Gs1Header(string? Sender, bool IsTest)
{
    public const string Element = "StandardBusinessDocumentHeader";

    public static readonly Gs1Header None = new(null, false);

    public static readonly IReadOnlyList<string> Contents = ["Sender", "Identifier", "BusinessScope", "Scope", "Type", "InstanceIdentifier"];

    public static Gs1Header Read(XmlItem header) => new(
        header.All("Sender").Select(sender => sender.TextOf("Identifier")).FirstOrDefault(id => id is not null),
        header.All("BusinessScope").SelectMany(scopes => scopes.All("Scope")).Any(scope => scope.TextOf("Type") == "MESSAGE_STATUS"
            && (scope.TextOf("InstanceIdentifier") + scope.TextOf("Identifier")).Contains("TEST", StringComparison.OrdinalIgnoreCase)));
}
