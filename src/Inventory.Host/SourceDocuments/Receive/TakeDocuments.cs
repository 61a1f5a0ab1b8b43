using NodaTime;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Reconciliation.Intake;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;
using RetailSync.Inventory.Host.SourceDocuments.Record;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;
using RetailSync.Inventory.Host.SourceDocuments.Sources;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <summary>
/// Takes in a file of documents, whichever way it came: document by document, with a bounded part of it in memory. Every line becomes a movement, a figure to
/// compare, nothing with a reason, or an entry in quarantine. What has been taken in stays when the rest cannot be read, and sending it again is idempotent.
/// </summary>
public sealed class TakeDocuments(
    DocumentStore store, RecordLines record, TakeWholeDocument whole, QuarantineStore quarantine, ReceiveCounts counts, SourceStore sources, FindNames find)
{
    /// <summary>Lines that are recorded together.</summary>
    private const int LinesAtOnce = 1_000;

    /// <param name="file">How it is to be read.</param>
    /// <param name="provenance">Stored with its events.</param>
    /// <returns>The file's id.</returns>
    public async Task<Guid> Take(
        Stream content, IDocumentFormat format, FileSettings file, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        var configured = await sources.All(cancellation);
        var settings = new ReadSettings(format.Name, file.Source, configured.ToDictionary(source => source.Key, source => source.Value.Options));
        var id = Guid.CreateVersion7();
        var receivedAt = await store.Begin(id, format.Name, file.Source, provenance, cancellation);
        var take = new FileTake(id, caller, provenance, new ResolveLines(find));
        var part = new PartOfFile();
        await foreach (var read in format.Read(content, settings, cancellation))
        {
            var kind = Identifier.TryParse(read.Kind, out var named) ? named : format.Name;
            var document = WithTimesOfReceipt(read with { Kind = kind }, receivedAt);
            await Add(take, part, Open(document, format.Name, settings.SourceOf(document.Sender), file, configured), cancellation);
            if (part.IsFull)
            {
                await Keep(take, part, cancellation);
            }
        }

        await Keep(take, part, cancellation);
        await store.Finish(id, take.Sequence);
        return id;
    }

    private async Task Add(FileTake take, PartOfFile part, OpenDocument open, CancellationToken cancellation)
    {
        var document = open.Document;
        var isAgain = part.Has(open);
        var isNew = document.Fault is null && take.Caller.MaySpeakFor(open.Source)
            && (document.Function == DocumentFunction.Original || (!isAgain && await IsFirst(open, cancellation)));
        if (isAgain && !isNew)
        {
            // What an earlier one of this file reports is known once it is kept.
            await Keep(take, part, cancellation);
        }

        part.Add(open);
        if (!isNew)
        {
            // It may be about a document that is still pending.
            await Record(take, part, cancellation);
            await whole.Take(take, open, cancellation);
            return;
        }

        foreach (var line in document.Lines)
        {
            part.Pending.Add(new PendingLine(open, line));
            if (part.Pending.Count == LinesAtOnce)
            {
                await Record(take, part, cancellation);
            }
        }
    }

    /// <summary>Records what is pending, and keeps the outcomes of the documents.</summary>
    private async Task Keep(FileTake take, PartOfFile part, CancellationToken cancellation)
    {
        await Record(take, part, cancellation);
        await take.Levels.Compare(counts, take.Provenance, cancellation);
        await KeepRejected(take);
        await store.Keep(take.Id!.Value, part.Kept + 1, [.. part.Documents.Select(document => document.Finished())]);
        part.Clear();
    }

    /// <summary>
    /// Of one that says how things now are: whether it is the first that comes of it. Then nothing of it can be recorded, and its lines are recorded with those
    /// of other documents.
    /// </summary>
    private async Task<bool> IsFirst(OpenDocument open, CancellationToken cancellation) =>
        open.Document.Function is DocumentFunction.Replace or DocumentFunction.Change
        && (open.Number is not { } number || await store.IsFirst(open.Source, open.Document.Kind, number, open.Document.Revision, cancellation));

    /// <summary>Takes in one document that was kept: it waited as a whole, or one of its lines did.</summary>
    public async Task<DocumentTally> Again(
        FileTake take, SourceDocument document, string format, string source, FileSettings file, CancellationToken cancellation)
    {
        var open = Open(document, format, source, file, await sources.All(cancellation));
        if (document.Fault is null && document.Function == DocumentFunction.Original && take.Caller.MaySpeakFor(source))
        {
            foreach (var lines in document.Lines.Chunk(LinesAtOnce))
            {
                await record.Record(take, [.. lines.Select(line => new PendingLine(open, line))], cancellation);
            }
        }
        else
        {
            await whole.Take(take, open, cancellation);
        }

        await take.Levels.Compare(counts, take.Provenance, cancellation);
        return open.Tally;
    }

    public FileTake Begin(Caller caller, Provenance provenance) => new(null, caller, provenance, new ResolveLines(find));

    private async Task Record(FileTake take, PartOfFile part, CancellationToken cancellation)
    {
        if (part.Pending.Count > 0)
        {
            await record.Record(take, part.Pending, cancellation);
            part.Pending.Clear();
            await KeepRejected(take);
        }
    }

    private async Task KeepRejected(FileTake take)
    {
        foreach (var ofSource in take.TakeRejected().GroupBy(rejected => rejected.Source, rejected => rejected.Line))
        {
            await quarantine.Keep(ofSource.Key, ofSource, take.Provenance, CancellationToken.None);
        }
    }

    /// <summary>
    /// What has no time of its own is of when it was received, also when it waits in quarantine for a mapping: a stock figure, and what its format says so of.
    /// </summary>
    private static SourceDocument WithTimesOfReceipt(SourceDocument document, Instant receivedAt) =>
        document.Lines.Any(IsOfReceipt)
            ? document with { Lines = [.. document.Lines.Select(line => IsOfReceipt(line) ? line with { Time = new TimeOfReceipt(receivedAt) } : line)] }
            : document;

    private static bool IsOfReceipt(DocumentLine line) => line is { Outcome: Level, Time: null } or { Time: TimeOfReceipt { At: null } };

    private static OpenDocument Open(
        SourceDocument document, string format, string source, FileSettings file, IReadOnlyDictionary<string, SourceSettings> configured)
    {
        var settings = configured.GetValueOrDefault(source, SourceSettings.None);
        return new OpenDocument(
            document, format, settings.SeparateUnits && Identifier.TryParse($"{source}/{document.SenderUnit}", out var unit) && document.SenderUnit is not null
                ? unit : source, settings, file);
    }

    /// <summary>What is in memory of a file: documents whose outcomes are not kept yet, and those of their lines that are not recorded yet.</summary>
    private sealed class PartOfFile
    {
        /// <summary>Lines of the documents that are in memory until their outcomes are kept.</summary>
        private const int MostLines = 10_000;

        private readonly HashSet<(string Source, string Identity)> _identities = [];
        private int _lines;

        public List<OpenDocument> Documents { get; } = [];

        public List<PendingLine> Pending { get; } = [];

        /// <summary>How many documents of the file were before these.</summary>
        public int Kept { get; private set; }

        public bool IsFull => _lines >= MostLines;

        /// <summary>Whether an earlier state of the document is among them.</summary>
        public bool Has(OpenDocument open) => _identities.Contains((open.Source, open.Document.Identity));

        public void Add(OpenDocument open)
        {
            _identities.Add((open.Source, open.Document.Identity));
            Documents.Add(open);
            _lines += open.Document.Lines.Count + 1;
        }

        public void Clear()
        {
            Kept += Documents.Count;
            Documents.Clear();
            _identities.Clear();
            _lines = 0;
        }
    }
}
