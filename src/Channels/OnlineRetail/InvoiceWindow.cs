namespace RetailSync.Channels.OnlineRetail;

/// <summary>
/// Gives each line its position within its invoice, and whether it is the only one. That needs lookahead, since
/// invoices interleave; looking <see cref="Rows"/> rows both ways is far more than any invoice spans (705 rows is the
/// longest known), and keeps memory independent of the file.
/// </summary>
internal static class InvoiceWindow
{
    public const int Rows = 5_000;

    public static IEnumerable<(InvoiceLine Line, int Position, bool Alone)> Over(IEnumerable<InvoiceLine> lines)
    {
        var invoices = new Dictionary<string, (int Lines, long LastRow)>();
        var ahead = new Queue<(InvoiceLine Line, int Position)>();
        var behind = new Queue<InvoiceLine>();
        foreach (var line in lines)
        {
            var position = invoices.GetValueOrDefault(line.Invoice).Lines + 1;
            invoices[line.Invoice] = (position, line.Row);
            ahead.Enqueue((line, position));
            if (ahead.Count > Rows)
            {
                yield return Leave();
            }
        }

        while (ahead.Count > 0)
        {
            yield return Leave();
        }

        (InvoiceLine, int, bool) Leave()
        {
            var (line, position) = ahead.Dequeue();
            behind.Enqueue(line);
            if (behind.Count > Rows && behind.Dequeue() is var old && invoices[old.Invoice].LastRow == old.Row)
            {
                invoices.Remove(old.Invoice);
            }

            return (line, position, invoices[line.Invoice].Lines == 1);
        }
    }
}
