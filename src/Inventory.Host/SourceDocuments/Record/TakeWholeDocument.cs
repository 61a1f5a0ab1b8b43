using System.Security.Cryptography;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.SourceDocuments.Record;

/// <summary>Takes in a document that is not simply new: it revises an earlier one, is a copy, or cannot be taken in as it is and waits as a whole.</summary>
public sealed class TakeWholeDocument(ReviseDocument revise, DocumentStore store)
{
    public async Task Take(FileTake take, OpenDocument open, CancellationToken cancellation)
    {
        var document = open.Document;
        if (CheckMovements.ForeignSource(open.Source, take.Caller) is { } foreign)
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
}
