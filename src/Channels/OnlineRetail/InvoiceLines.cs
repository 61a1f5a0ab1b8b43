using System.Text;

namespace RetailSync.Channels.OnlineRetail;

/// <summary>Reads the table: <c>InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country</c>, in any order of columns.</summary>
internal sealed class InvoiceLines
{
    private static readonly string[] Columns = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"];

    /// <summary>Why the reading stopped before the end; null when it did not.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>The lines one by one; the stream stays open. A description may span lines.</summary>
    public IEnumerable<InvoiceLine> Read(Stream stream)
    {
        using var text = new StreamReader(stream, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024, leaveOpen: true);
        var records = new CsvRecords(text);
        if (!Advance(records) || ColumnsOf([.. records.Cells]) is not { } columns)
        {
            yield break;
        }

        var width = records.Cells.Count;
        while (Advance(records))
        {
            var problem = records.Broken is { } broken ? $"It {broken}."
                : records.HasStrayQuote ? $"It {CsvRecords.QuoteOutOfPlace}."
                : records.Cells.Count != width ? $"It has {records.Cells.Count} fields and the header {width}."
                : null;
            yield return new InvoiceLine(
                records.Row - 1, Field(columns[0]), Field(columns[1]), Field(columns[2]), Field(columns[3]), Field(columns[4]), Field(columns[5]),
                Field(columns[6]), records.Text, problem);
        }

        string Field(int column) => column < records.Cells.Count ? records.Cells[column].Trim() : "";
    }

    private bool Advance(CsvRecords records)
    {
        try
        {
            return records.Read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            StoppedBy = exception.Message;
            return false;
        }
    }

    private int[]? ColumnsOf(string[] header)
    {
        var indexes = Columns.Select(name => Array.IndexOf(header, name)).ToArray();
        var missing = Columns.Where((_, column) => indexes[column] < 0).ToList();
        if (missing.Count > 0)
        {
            StoppedBy = $"The header lacks {string.Join(", ", missing)}.";
            return null;
        }

        return indexes;
    }
}
