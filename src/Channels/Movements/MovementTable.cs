using CsvHelper;

namespace RetailSync.Channels.Movements;

/// <summary>
/// A table of movements with a header in the names of the contract. Its records are handed on as they are, for the server
/// to judge; only a column <c>source</c> is taken out, since there it belongs to the batch.
/// </summary>
public sealed class MovementTable : IDisposable
{
    private const int MaxRecordBytes = 64 * 1024;

    private readonly CsvReader reader;
    private readonly int sourceColumn;
    private readonly int skuColumn;
    private bool more;
    private string? stoppedBy;

    /// <summary>Reads the header; the stream stays open.</summary>
    public MovementTable(Stream file)
    {
        reader = CsvReader.Create(file, new CsvReaderOptions { Separator = ',', MaxRecordSize = MaxRecordBytes }, leaveOpen: true);
        sourceColumn = skuColumn = -1;
        Header = "";
        if (Advance())
        {
            sourceColumn = reader.TryGetFieldIndex("source", out var source) ? source : -1;
            skuColumn = reader.TryGetFieldIndex("sku", out var sku) ? sku : -1;
            Header = Record(reader.Headers);
        }
    }

    /// <summary>The header without the source, as a record of CSV.</summary>
    public string Header { get; }

    /// <summary>Record by record; can be read once. Nothing in a file makes it throw.</summary>
    public IEnumerable<TranslatedRow> Read()
    {
        long row = 0;
        while (more)
        {
            row++;
            var source = sourceColumn >= 0 && sourceColumn < reader.FieldCount ? reader.GetString(sourceColumn).Trim() : "";
            var sku = skuColumn >= 0 && skuColumn < reader.FieldCount ? reader.GetString(skuColumn) : "";
            yield return new MovementLine(row, source.Length > 0 ? source : null, sku, Record(Enumerable.Range(0, reader.FieldCount).Select(reader.GetString)));
            Advance();
        }

        if (stoppedBy is not null)
        {
            yield return new Unreadable(row + 1, stoppedBy);
        }
    }

    public void Dispose() => reader.Dispose();

    private bool Advance()
    {
        more = false;
        try
        {
            more = reader.Read();
            return true;
        }
        catch (Exception exception) when (exception is CsvFormatException or InvalidDataException or IOException)
        {
            stoppedBy = exception.Message;
            return false;
        }
    }

    /// <summary>Written anew, since a record of the file may be quoted in ways that only a forgiving reader understands.</summary>
    private string Record(IEnumerable<string> fields)
    {
        var record = string.Join(',', fields.Where((_, field) => field != sourceColumn).Select(Quoted));
        // An empty line is no record to any reader, and this one has to be answered for.
        return record.Length > 0 ? record : "\"\"";
    }

    private static string Quoted(string field) =>
        field.AsSpan().ContainsAny(",\"\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
