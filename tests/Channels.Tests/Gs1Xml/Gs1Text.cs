using RetailSync.Channels.Documents;
using RetailSync.Channels.Gs1Xml;

namespace RetailSync.Channels.Tests.Gs1Xml;

/// <summary>Messages of GS1 XML, as short as they can be.</summary>
internal static class Gs1Text
{
    public static readonly Gs1XmlDocuments Format = new();

    /// <summary>A message with its number 77, created at 09:10 UTC on 4 November 2026.</summary>
    public static string Message(string kind, string content, string action = "ADD", string status = "ORIGINAL") =>
        $"<m:{kind}Message xmlns:m='urn:gs1:ecom:{kind}:xsd:3'>{One(kind, content, action, status)}</m:{kind}Message>";

    public static string One(string kind, string content, string action = "ADD", string status = "ORIGINAL", string number = "77") =>
        $"<{kind}><creationDateTime>2026-11-04T10:10:00+01:00</creationDateTime><documentStatusCode>{status}</documentStatusCode>"
        + $"<documentActionCode>{action}</documentActionCode><{kind}Identification><entityIdentification>{number}</entityIdentification></{kind}Identification>"
        + $"{content}</{kind}>";

    public static string Header(string sender, string scope = "") =>
        "<sh:StandardBusinessDocumentHeader><sh:Sender><sh:Identifier Authority='GS1'>" + sender + "</sh:Identifier><sh:ContactInformation><sh:Contact>Jane Doe"
        + $"</sh:Contact></sh:ContactInformation></sh:Sender><sh:BusinessScope>{scope}</sh:BusinessScope></sh:StandardBusinessDocumentHeader>";

    public static string Item(string name, string quantities, string line = "1", string gtin = "04012345123456") =>
        $"<{name}><lineItemNumber>{line}</lineItemNumber><transactionalTradeItem><gtin>{gtin}</gtin></transactionalTradeItem>{quantities}</{name}>";

    public static string Location(string code) =>
        $"<inventoryLocation><additionalPartyIdentification additionalPartyIdentificationTypeCode='SELLER_ASSIGNED_IDENTIFIER_FOR_A_PARTY'>{code}"
        + "</additionalPartyIdentification></inventoryLocation>";

    public static async Task<List<string>> Lines(string text, params string[] options) =>
        [.. (await Read(text, options)).SelectMany(DocumentText.Lines)];

    public static Task<List<SourceDocument>> Read(string text, params string[] options) =>
        LineText.Read(Format, Documents.Stream(text), LineText.With(options));
}
