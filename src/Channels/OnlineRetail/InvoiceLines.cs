using System.Text;
using CsvHelper;

namespace RetailSync.Channels.OnlineRetail;

/// <summary>Reads the table: <c>InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country</c>, in any order of columns.</summary>
internal sealed class InvoiceLines
{
    private const int MaxRecordBytes = 64 * 1024;

    private static readonly string[] Columns = ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"];

    /// <summary>Why the reading stopped before the end; null when it did not.</summary>
    public string? StoppedBy { get; private set; }

    /// <summary>The lines one by one; the stream stays open.</summary>
    public IEnumerable<InvoiceLine> Read(Stream stream)
    {
        string? malformed = null;
        var options = new CsvReaderOptions
        {
            Separator = ',',
            // No description spans lines, and this way an unbalanced quote spoils its own line only.
            AllowLineBreaksInQuotes = false,
            MaxRecordSize = MaxRecordBytes,
            OnMalformedRecord = record => malformed = record.Reason.ToString(),
        };
        using var reader = CsvReader.Create(stream, options, leaveOpen: true);
        if (!TryRead(reader, out var more) || ColumnsOf(reader) is not { } columns)
        {
            yield break;
        }

        while (more)
        {
            var content = Encoding.UTF8.GetString(reader.RawRecord);
            var problem = malformed is not null ? $"Its quoting is broken ({malformed})."
                : reader.FieldCount != reader.Headers.Count ? $"It has {reader.FieldCount} fields and the header {reader.Headers.Count}."
                : null;
            yield return new InvoiceLine(
                reader.RowNumber, Field(columns[0]), Field(columns[1]), Field(columns[2]), Field(columns[3]), Field(columns[4]), Field(columns[5]), Field(columns[6]), content, problem);
            malformed = null;
            if (!TryRead(reader, out more))
            {
                yield break;
            }
        }

        string Field(int column) => column < reader.FieldCount ? reader.GetString(column).Trim() : "";
    }

    private bool TryRead(CsvReader reader, out bool more)
    {
        more = false;
        try
        {
            more = reader.Read();
            return true;
        }
        catch (Exception exception) when (exception is CsvFormatException or InvalidDataException or IOException)
        {
            StoppedBy = exception.Message;
            return false;
        }
    }

    private int[]? ColumnsOf(CsvReader reader)
    {
        var missing = Columns.Where(name => !reader.TryGetFieldIndex(name, out _)).ToList();
        if (missing.Count > 0)
        {
            StoppedBy = $"The header lacks {string.Join(", ", missing)}.";
            return null;
        }

        return [.. Columns.Select(name => reader.GetFieldIndex(name))];
    }
}
