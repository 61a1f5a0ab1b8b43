using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.Gs1Xml;

/// <summary>One message with what all messages have in common; the table of each says what its lines are.</summary>
internal sealed class Gs1Message(XmlItem root, Gs1Header header, ReadSettings settings)
{
    private readonly DocumentLines lines = new();

    public XmlItem Root => root;

    public string Kind => root.Name;

    /// <summary>The sender's number of it.</summary>
    public string? Number { get; } = root.Child(root.Name + "Identification") is { } identification
        ? identification.TextOf("entityIdentification") ?? identification.TextOf("uniqueCreatorIdentification") : null;

    /// <summary>By the header, else the party that writes such messages.</summary>
    public string? Sender { get; } = header.Sender ?? new[] { "logisticServicesSeller", "inventoryReportingParty" }
        .Concat(root.Name switch { "order" => ["buyer"], "receivingAdvice" => ["receiver", "buyer"], _ => (string[])["shipper", "seller"] })
        .Select(party => Gs1Values.CodeOf(root.Child(party))).FirstOrDefault(code => code is not null);

    public Gs1Options Options => field ??= new Gs1Options(settings.OptionsOf(Sender));

    public DocumentTime? CreatedAt { get; } = XmlTime.Read(root.TextOf("creationDateTime"));

    public bool IsDeletion { get; } = root.TextOf("documentActionCode") == "DELETE";

    /// <summary>A line of this element at the time of the message.</summary>
    public DocumentLine Line(XmlItem element, string key) => new()
    {
        Key = key,
        Position = element.Position,
        Articles = Gs1Values.Articles(element),
        Time = CreatedAt,
        Outcome = new NoStock(""),
    };

    public void Add(DocumentLine line) => lines.Add(line);

    /// <summary>The document.</summary>
    /// <param name="function">What it does to an earlier one, where its action does not say it.</param>
    /// <param name="part">What distinguishes it from another with its number.</param>
    public SourceDocument Document(DocumentFunction? function = null, string? part = null)
    {
        if (lines.Lines.Count == 0 && lines.Fault is null && !IsDeletion)
        {
            lines.Add(Line(root, "1") with { Outcome = new Rejected("invalid-line", $"This {Kind} has no line that is known.") });
        }

        var (found, fault) = FunctionOf();
        return new SourceDocument(part is null ? Kind : $"{Kind}:{part}", Number)
        {
            Sender = Sender,
            Position = root.Position,
            Function = found == DocumentFunction.Copy ? found : function ?? found,
            Lines = lines.Lines,
            Fault = lines.Fault ?? fault ?? (header.IsTest && !Options.Is(Gs1Options.AcceptTestData) ? TestData() : null),
        };
    }

    private static DocumentFault TestData() =>
        new("test-data", $"Its header says that it is a test. The option {Gs1Options.AcceptTestData} of the source takes tests for facts.");

    private (DocumentFunction Function, DocumentFault? Fault) FunctionOf()
    {
        var (action, status) = (root.TextOf("documentActionCode"), root.TextOf("documentStatusCode"));
        return (status, action) switch
        {
            ("COPY", _) => (DocumentFunction.Copy, null),
            (not (null or "ORIGINAL" or "ADDITIONAL_TRANSMISSION"), _) => Unknown("documentStatusCode", status),
            (_, null or "ADD") => (DocumentFunction.Original, null),
            (_, "CHANGE_BY_REFRESH" or "CORRECT") => (DocumentFunction.Replace, null),
            (_, "PARTIAL_CHANGE") => (DocumentFunction.Change, null),
            (_, "DELETE") => (DocumentFunction.Cancel, null),
            _ => Unknown("documentActionCode", action),
        };
    }

    private static (DocumentFunction, DocumentFault) Unknown(string element, string? code) => (DocumentFunction.Original,
        new DocumentFault("unknown-reason", $"{element} is '{Gs1Values.Shown(code ?? "")}', which is not known here."));
}
