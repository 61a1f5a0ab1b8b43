using System.Security.Cryptography;
using NodaTime;
using Npgsql;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Reconciliation.Intake;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;
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
    DocumentStore store, RecordLines record, ReviseDocument revise, QuarantineStore quarantine, ReceiveCounts counts, SourceStore sources,
    SourceMappings mappings, SkuRegistry skus, NpgsqlDataSource database)
{
    /// <summary>Lines that are recorded together.</summary>
    private const int LinesAtOnce = 1_000;

    /// <summary>Lines of the documents that are in memory until their outcomes are kept.</summary>
    private const int MostLinesHeld = 10_000;

    /// <param name="file">How it is to be read.</param>
    /// <param name="provenance">Stored with its events.</param>
    /// <returns>The file's id.</returns>
    public async Task<Guid> Take(
        Stream content, IDocumentFormat format, FileSettings file, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        var configured = await sources.All(cancellation);
        var id = Guid.CreateVersion7();
        var receivedAt = await store.Begin(id, format.Name, file.Source, provenance, cancellation);
        var take = new FileTake(id, caller, provenance, new ResolveLines(database, mappings, skus));
        var (finished, pending) = (new List<OpenDocument>(), new List<PendingLine>());
        var unkept = new HashSet<(string Source, string Identity)>();
        var (taken, held) = (0, 0);
        var settings = new ReadSettings(sender => Settings(configured, SourceOf(format, file, sender)).Options);
        await foreach (var read in format.Read(content, settings, cancellation))
        {
            var kind = Identifier.TryParse(read.Kind, out var named) ? named : format.Name;
            var document = WithTimesOfReceipt(read with { Kind = kind }, receivedAt);
            var open = Open(document, format.Name, SourceOf(format, file, document.Sender), file, configured);
            var isAgain = unkept.Contains((open.Source, document.Identity));
            var isNew = document.Fault is null && caller.MaySpeakFor(open.Source)
                && (document.Function == DocumentFunction.Original || (!isAgain && await IsFirst(open, cancellation)));
            if (isAgain && !isNew)
            {
                // What an earlier one of this file reports is known once it is kept.
                await Keep();
            }

            unkept.Add((open.Source, document.Identity));
            finished.Add(open);
            held += document.Lines.Count + 1;
            if (isNew)
            {
                foreach (var line in document.Lines)
                {
                    pending.Add(new PendingLine(open, line));
                    if (pending.Count == LinesAtOnce)
                    {
                        await Record(take, pending, cancellation);
                    }
                }
            }
            else
            {
                // It may be about a document that is still pending.
                await Record(take, pending, cancellation);
                await TakeWhole(take, open, cancellation);
            }

            if (held >= MostLinesHeld)
            {
                await Keep();
            }
        }

        await Keep();
        await store.Finish(id, take.Sequence);
        return id;

        async Task Keep()
        {
            await Record(take, pending, cancellation);
            await take.Levels.Compare(counts, provenance, cancellation);
            await KeepRejected(take, quarantine);
            await store.Keep(id, taken + 1, [.. finished.Select(document => document.Finished())]);
            taken += finished.Count;
            finished.Clear();
            unkept.Clear();
            held = 0;
        }
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
            await TakeWhole(take, open, cancellation);
        }

        await take.Levels.Compare(counts, take.Provenance, cancellation);
        return open.Tally;
    }

    public FileTake Begin(Caller caller, Provenance provenance) => new(null, caller, provenance, new ResolveLines(database, mappings, skus));

    /// <summary>Keeps what was rejected, by source.</summary>
    public static async Task KeepRejected(FileTake take, QuarantineStore quarantine)
    {
        foreach (var ofSource in take.TakeRejected().GroupBy(rejected => rejected.Source, rejected => rejected.Line))
        {
            await quarantine.Keep(ofSource.Key, ofSource, take.Provenance, CancellationToken.None);
        }
    }

    private async Task Record(FileTake take, List<PendingLine> pending, CancellationToken cancellation)
    {
        if (pending.Count > 0)
        {
            await record.Record(take, pending, cancellation);
            pending.Clear();
            await KeepRejected(take, quarantine);
        }
    }

    /// <summary>What is not simply new.</summary>
    private async Task TakeWhole(FileTake take, OpenDocument open, CancellationToken cancellation)
    {
        var document = open.Document;
        if (RecordMovements.ForeignSource(open.Source, take.Caller) is { } foreign)
        {
            await RefuseSource(take, open, foreign.Code!, foreign.Detail!);
        }
        else if (document.Fault is { } fault)
        {
            await Hold(take, open, fault);
        }
        else if (document.Function == DocumentFunction.Copy)
        {
            foreach (var _ in document.Lines)
            {
                open.Tally.CountNoStock("copy");
            }
        }
        else if (!await revise.Revise(take, open, cancellation))
        {
            await Hold(take, open, new DocumentFault("unknown-movement", "It cancels a document of which nothing is recorded yet."));
        }
    }

    /// <summary>
    /// Whose name it is matters more than what is wrong with a line: one that waited for a mapping would be recorded with the rights of the person who maps.
    /// </summary>
    private async Task RefuseSource(FileTake take, OpenDocument open, string code, string detail)
    {
        if (open.Document is { Fault: null, Lines.Count: > 0 })
        {
            foreach (var line in open.Document.Lines)
            {
                take.Reject(open, line, new LineRefusal(code, detail));
            }
        }
        else
        {
            await Hold(take, open, new DocumentFault(code, detail));
        }
    }

    /// <summary>Keeps the whole document: its lines are rejected together, in one entry.</summary>
    private async Task Hold(FileTake take, OpenDocument open, DocumentFault fault)
    {
        var document = open.Document;
        var content = DocumentJson.Write(document with { Fault = null });
        var kept = DocumentJson.Write(new KeptDocument(
            open.Head, document.Position, document.Lines.Count, open.File, Convert.ToHexStringLower(SHA256.HashData(content))));
        open.Tally.Rejected += Math.Max(1, document.Lines.Count);
        if (!open.IsUnidentified)
        {
            await store.Hold(QuarantineStore.IdOf(open.Source, kept, fault.Code), DocumentJson.Compress(content));
        }

        take.Reject(open, kept, fault);
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
        var settings = Settings(configured, source);
        return new OpenDocument(
            document, format, settings.SeparateUnits && Identifier.TryParse($"{source}/{document.SenderUnit}", out var unit) && document.SenderUnit is not null
                ? unit : source, settings, file);
    }

    private static SourceSettings Settings(IReadOnlyDictionary<string, SourceSettings> configured, string source) =>
        configured.GetValueOrDefault(source) ?? SourceSettings.None;

    private static string SourceOf(IDocumentFormat format, FileSettings file, string? sender) =>
        file.Source ?? (Identifier.TryParse(sender, out var name) && Identifier.TryParse($"{format.Name}/{name}", out var source) ? source : format.Name);
}
