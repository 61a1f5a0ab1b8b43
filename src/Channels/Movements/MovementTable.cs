using System.Text;

namespace RetailSync.Channels.Movements;

/// <summary>
/// A table of movements with a header in the names of the contract. Its records are normalised and passed on for the server to validate; only a column
/// <c>source</c> is taken out, since there it belongs to the batch. A line whose quotes are broken is handed on as one cell, which no server takes for a
/// movement.
/// </summary>
public sealed class MovementTable : IDisposable
{
    private readonly StreamReader text;
    private readonly CsvRecords records;
    private readonly int sourceColumn = -1;
    private readonly int skuColumn = -1;
    private string? stoppedBy;

    /// <summary>Reads the header; the stream stays open.</summary>
    public MovementTable(Stream file)
    {
        text = new StreamReader(file, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, bufferSize: 64 * 1024, leaveOpen: true);
        records = new CsvRecords(text);
        Header = "";
        if (Advance())
        {
            List<string> names = [.. records.Cells.Select(name => name.Trim())];
            (sourceColumn, skuColumn) = (names.IndexOf("source"), names.IndexOf("sku"));
            Header = Record(records.Cells);
        }
    }

    /// <summary>The header without the source, as a record of CSV.</summary>
    public string Header { get; }

    /// <summary>Record by record; can be read once. Nothing in a file makes it throw.</summary>
    public IEnumerable<TranslatedRow> Read()
    {
        long row = 0;
        while (Advance())
        {
            row++;
            if (records.Broken is not null)
            {
                yield return new MovementLine(row, null, "", Quoted(records.Text, always: true));
                continue;
            }

            var source = Cell(sourceColumn).Trim();
            yield return new MovementLine(row, source.Length > 0 ? source : null, Cell(skuColumn), Record(records.Cells));
        }

        if (stoppedBy is not null)
        {
            yield return new Unreadable(row + 1, stoppedBy);
        }
    }

    public void Dispose() => text.Dispose();

    private string Cell(int column) => column >= 0 && column < records.Cells.Count ? records.Cells[column] : "";

    private bool Advance()
    {
        try
        {
            return stoppedBy is null && records.Read();
        }
        catch (Exception exception) when (exception is InvalidDataException or IOException)
        {
            stoppedBy = exception.Message;
            return false;
        }
    }

    /// <summary>Normalised, since a record of the file may have quotes where the standard allows none.</summary>
    private string Record(IEnumerable<string> fields)
    {
        var record = string.Join(',', fields.Where((_, field) => field != sourceColumn).Select(field => Quoted(field)));
        // An empty line is no record to any reader, and this one has to be answered for.
        return record.Length > 0 ? record : "\"\"";
    }

    private static string Quoted(string field, bool always = false) =>
        always || field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
