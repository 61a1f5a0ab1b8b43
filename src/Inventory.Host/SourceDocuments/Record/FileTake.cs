using NodaTime.Text;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;
using RetailSync.Inventory.Host.SourceDocuments.Sources;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.SourceDocuments.Record;

/// <summary>A document whose lines are being recorded.</summary>
public sealed class OpenDocument(SourceDocument document, string format, string source, SourceSettings settings, FileSettings file)
{
    public SourceDocument Document => document;

    public string Source => source;

    public FileSettings File => file;

    public DocumentTally Tally { get; } = new();

    /// <summary>The ids of the movements that its lines report, so that a later document may correct them.</summary>
    public List<string> Movements { get; } = [];

    /// <summary>The business number, as far as it is one.</summary>
    public string? Number { get; } = Identifier.TryParse(document.Number, out var number) ? number : null;

    /// <summary>Whether nothing distinguishes it from another: not even its number was read.</summary>
    public bool IsUnidentified => Number is null && document is { Lines.Count: 0, Function: DocumentFunction.Original };

    public KeptHead Head => new(format, document.Kind, Number, document.Function, document.Revision);

    /// <summary>
    /// What the ids of a line's movements begin with; null where the document has no number. A stock figure of when it was received is one of that instant:
    /// what it is called is called so each time.
    /// </summary>
    public string? IdentityOf(DocumentLine line) => line.OwnIdentity ?? (Number is not null ? $"{document.Kind}:{Number}:{line.Key}"
        : line is { Outcome: Level, Time: TimeOfReceipt { At: { } at } } ? $"{document.Kind}:{line.Key}@{InstantPattern.ExtendedIso.Format(at)}" : null);

    public LineToResolve ToResolve(DocumentLine line) => new(source, settings, file, line);

    /// <summary>A line as it is kept in quarantine: without its place in the file, so that the same line sent again is the same entry.</summary>
    /// <param name="isRest">Its other movements are recorded: it does not change the line, and says the rest of it.</param>
    public string Kept(DocumentLine line, bool isRest = false) => DocumentJson.Write(new KeptLine(
        isRest ? Head with { Function = DocumentFunction.Original } : Head, line with { Position = "" }, file));

    public FinishedDocument Finished() => new(DocumentOutcome.Of(Number, document.Kind, source, document.Position, Tally), Movements);
}

/// <summary>A line of an open document.</summary>
public readonly record struct PendingLine(OpenDocument Document, DocumentLine Line);

/// <summary>A file, or a replay from quarantine, while its documents are taken in: who sent it, what its names mean, and what is rejected.</summary>
/// <param name="id">The file; null for a replay.</param>
public sealed class FileTake(Guid? id, Caller caller, Provenance provenance, ResolveLines names)
{
    private readonly List<(string Source, RejectedLine Line)> _rejected = [];
    private int _lines;

    public Guid? Id => id;

    public Caller Caller => caller;

    public Provenance Provenance => provenance;

    public ResolveLines Names => names;

    public LevelsToCompare Levels { get; } = new();

    /// <summary>How often it has waited for room in the lanes.</summary>
    public int Pauses { get; set; }

    /// <summary>The newest event of its movements; 0 before the first.</summary>
    public long Sequence { get; set; }

    /// <summary>What was rejected since it was last asked for.</summary>
    public IReadOnlyList<(string Source, RejectedLine Line)> TakeRejected()
    {
        List<(string, RejectedLine)> rejected = [.. _rejected];
        _rejected.Clear();
        return rejected;
    }

    /// <param name="isRest">See <see cref="OpenDocument.Kept"/>.</param>
    public void Reject(OpenDocument document, DocumentLine line, LineRefusal refusal, bool isRest = false)
    {
        document.Tally.Rejected++;
        var detail = line.Position.Length == 0 ? refusal.Detail : $"{line.Position}: {refusal.Detail}";
        Reject(document.Source, new RejectedLine(_lines++, document.Kept(line, isRest), refusal.Code, detail)
        {
            WaitsFor = refusal.WaitsFor is { } name && Identifier.TryParse(name.ExternalId, out _) ? $"{name.Kind}:{name.ExternalId}" : null,
            IsUnidentified = document.IdentityOf(line) is null && line.Articles.Count == 0,
        });
    }

    /// <summary>Rejects a document as a whole.</summary>
    public void Reject(OpenDocument document, string kept, DocumentFault fault) => Reject(
        document.Source,
        new RejectedLine(_lines++, kept, fault.Code, $"{document.Document.Position}: {fault.Detail}") { IsUnidentified = document.IsUnidentified });

    private void Reject(string source, RejectedLine line) => _rejected.Add((source, line with { File = id }));
}
