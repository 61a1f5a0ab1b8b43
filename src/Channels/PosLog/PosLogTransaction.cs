using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Xml;

namespace RetailSync.Channels.PosLog;

/// <summary>The table of a till's transaction: what its header and its state say for all of its lines.</summary>
internal static class PosLogTransaction
{
    public const string Kind = "Transaction";

    private static readonly string[] Times = ["EndDateTime", "ReceiptDateTime", "POSLogDateTime", "BeginDateTime"];

    /// <summary>Itself, and where it voids another one, the cancellation of that.</summary>
    public static IEnumerable<SourceDocument> Read(XmlItem transaction, ReadSettings settings)
    {
        var retail = transaction.Child("RetailTransaction");
        var control = transaction.Child("InventoryControlTransaction");
        var body = retail ?? control;
        var store = Store(transaction);
        var options = PosLogOptions.Of(settings, store);
        var number = Number(transaction, (store, transaction.TextOf("WorkstationID"), Day(transaction, body)), transaction.TextOf("TransactionID"));
        var link = Links(transaction, body).FirstOrDefault(IsVoid);
        var status = body?["TransactionStatus"] ?? body?.TextOf("TransactionStatus") ?? transaction["TransactionStatus"];
        var isVoid = link is not null || Matches(status, "PostVoided", "PostVoid");
        var header = new DocumentLine
        {
            Key = "",
            Position = transaction.Position,
            Place = store is null ? null : new PlaceName(store),
            Time = Time(transaction, body),
            Outcome = new NoStock(""),
        };

        var lines = new DocumentLines();
        var state = isVoid ? new NoStock("voids a transaction") : State(transaction, body, status);
        foreach (var line in Lines(transaction, retail, control, header, number, options))
        {
            lines.Add(state is null ? line : line with { Outcome = state });
        }

        var document = new SourceDocument(Kind, number) { Sender = store, Position = transaction.Position, Lines = lines.Lines, Fault = lines.Fault };
        return !isVoid ? [document]
            : link is not null ? [document, Cancelled(transaction, body, store, link, header)]
            : [document with { Function = DocumentFunction.Replace }]; // it is the voided one, sent once more: none of its lines occurred
    }

    /// <summary>The cancellation of the transaction that a link names.</summary>
    private static SourceDocument Cancelled(XmlItem transaction, XmlItem? body, string? store, XmlItem link, DocumentLine header)
    {
        var linked = Number(
            link, (Store(link) ?? store, link.TextOf("WorkstationID") ?? transaction.TextOf("WorkstationID"),
                link.TextOf("BusinessDayDate") ?? Day(transaction, body)),
            link.TextOf("TransactionID"));
        return linked is null
            ? new SourceDocument(Kind, null)
            {
                Sender = store,
                Position = link.Position,
                Lines =
                [
                    header with
                    {
                        Key = "link", Position = link.Position,
                        Outcome = new Rejected("unknown-movement", "It voids a transaction, and does not say which."),
                    },
                ],
            }
            : new SourceDocument(Kind, linked) { Sender = store, Position = link.Position, Function = DocumentFunction.Cancel };
    }

    private static IEnumerable<DocumentLine> Lines(
        XmlItem transaction, XmlItem? retail, XmlItem? control, DocumentLine header, string? number, PosLogOptions options)
    {
        if (retail is not null)
        {
            return RetailLines.Read(retail, header, number, options);
        }

        if (control is not null)
        {
            return InventoryControl.Read(control, header, number, options);
        }

        // Sign-ons, till counts and price changes have no lines; what is not known has one, so that it is seen.
        return transaction.Children.FirstOrDefault(child => child.Name.EndsWith("Transaction", StringComparison.Ordinal)) is { } other
            && other.Name is not ("ControlTransaction" or "TenderControlTransaction")
            ? [header with { Key = "1", Position = other.Position, Outcome = new NoStock("other transaction") }] : [];
    }

    /// <summary>Why nothing of it counts; null where it does.</summary>
    private static LineOutcome? State(XmlItem transaction, XmlItem? body, string? status)
    {
        bool Has(string flag) => transaction.Is(flag) || body?.Is(flag) == true;
        return Has("TrainingModeFlag") ? new NoStock("training")
            : Has("CancelFlag") || Matches(status, "Canceled", "Cancelled", "Failed", "Aborted") ? new NoStock("cancelled")
            : Has("VoidedFlag") || Has("VoidFlag") || Matches(status, "Voided", "Void") ? new NoStock("voided")
            : Has("SuspendedFlag") || Matches(status, "Suspended", "SuspendedDeleted") ? new NoStock("suspended")
            : status is null || Matches(status, "Finished", "Delivered", "Totaled", "Tendered", "Complete", "Completed", "Closed", "Normal", "Paid") ? null
            : new Rejected("unknown-reason", $"TransactionStatus '{PosLogItem.Shown(status)}' is not known: it may be a sale or not.");
    }

    /// <summary>Where nothing numbers it within its till and day, what names it by itself.</summary>
    private static string? Number(XmlItem item, (string? Store, string? Workstation, string? Day) of, string? id) =>
        (item.TextOf("SequenceNumber") ?? id ?? item.TextOf("ReceiptNumber")) is { } sequence
            ? string.Join(':', new[] { of.Store, of.Workstation, of.Day, sequence }.Select(part => part?.Replace(":", "%3A", StringComparison.Ordinal))) : null;

    private static string? Store(XmlItem item) =>
        item.TextOf("RetailStoreID") ?? item.Child("BusinessUnit")?.TextOf("UnitID") ?? item.TextOf("UnitID");

    private static string? Day(XmlItem transaction, XmlItem? body) =>
        transaction.TextOf("BusinessDayDate") ?? (TimeText(transaction, body) is { Length: >= 10 } time ? time[..10] : null);

    private static DocumentTime? Time(XmlItem transaction, XmlItem? body) =>
        XmlTime.Read(TimeText(transaction, body) ?? transaction.TextOf("BusinessDayDate"));

    private static string? TimeText(XmlItem transaction, XmlItem? body) =>
        Times.Select(name => transaction.TextOf(name) ?? body?.TextOf(name)).FirstOrDefault(time => time is not null);

    private static IEnumerable<XmlItem> Links(XmlItem transaction, XmlItem? body) =>
        transaction.All("TransactionLink").Concat(body?.All("TransactionLink") ?? []);

    private static bool IsVoid(XmlItem link) => Matches(link["ReasonCode"] ?? link.TextOf("ReasonCode"), "Voided", "Void", "PostVoided", "PostVoid");

    private static bool Matches(string? text, params ReadOnlySpan<string> words)
    {
        foreach (var word in words)
        {
            if (string.Equals(text, word, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }
}
