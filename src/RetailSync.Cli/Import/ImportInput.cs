using System.IO.Compression;
using RetailSync.Channels;
using RetailSync.Channels.Epcis;
using RetailSync.Channels.Movements;
using RetailSync.Channels.OnlineRetail;
using RetailSync.Inventory.Domain;

namespace RetailSync.Cli.Import;

/// <summary>A file to import: how its rows are read, and in which shape they are sent.</summary>
/// <param name="Path">The file, plain or compressed (known by its first bytes).</param>
/// <param name="Source">The source of lines that name none themselves; null when a line without one is an error.</param>
/// <param name="Shape">How lines make a body.</param>
/// <param name="Read">The rows; the stream is disposed after the last.</param>
internal sealed record ImportInput(string Path, string? Source, BatchShape Shape, Func<Stream, IEnumerable<TranslatedRow>> Read)
{
    /// <summary>As it lies on disk, for progress.</summary>
    public long Length { get; } = new FileInfo(Path).Length;

    public static ImportInput OnlineRetail(string path, string source, LocationId location) =>
        new(path, source, BatchShape.Json, new OnlineRetailTranslator(source, location).Translate);

    public static ImportInput Epcis(string path, string source, LocationId? fallback) =>
        new(path, source, BatchShape.Json, new EpcisTranslator(source, fallback).Translate);

    /// <summary>CSV or NDJSON: by the name of the file, else by whether it begins with an object.</summary>
    public static ImportInput Movements(string path, string? source)
    {
        var name = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
        var isTable = System.IO.Path.GetExtension(name).ToLowerInvariant() switch
        {
            ".csv" => true,
            ".ndjson" or ".jsonl" => false,
            _ => !BeginsWithObject(path),
        };
        if (!isTable)
        {
            return new(path, source, BatchShape.NdJson, MovementFileReader.Read);
        }

        using var file = Open(path).Content;
        using var table = new MovementTable(file);
        return new(path, source, BatchShape.Csv(table.Header), ReadTable);
    }

    /// <summary>Whether the first line already needs a source, and none was given. A later one is found when it is read.</summary>
    public bool LacksSource() => Source is null && Read(Open().Content).FirstOrDefault() is MovementLine { Source: null };

    /// <summary>The receipts that cover the file, as rows of a file of their own.</summary>
    public ImportInput OpeningStock() => this with { Read = file => OpeningStock(Read(file)) };

    /// <summary>The file on disk (whose position shows the progress), and what is in it.</summary>
    public (FileStream File, Stream Content) Open() => Open(Path);

    private static IEnumerable<TranslatedRow> OpeningStock(IEnumerable<TranslatedRow> rows) =>
        Channels.OnlineRetail.OpeningStock.Covering(rows).Select((receipt, index) => new StockMoved(index + 1, receipt));

    private static IEnumerable<TranslatedRow> ReadTable(Stream file)
    {
        using var table = new MovementTable(file);
        foreach (var row in table.Read())
        {
            yield return row;
        }
    }

    private static (FileStream File, Stream Content) Open(string path)
    {
        var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 64 * 1024, FileOptions.SequentialScan);
        Span<byte> magic = stackalloc byte[2];
        var isCompressed = file.ReadAtLeast(magic, 2, throwOnEndOfStream: false) == 2 && magic is [0x1f, 0x8b];
        file.Position = 0;
        return (file, isCompressed ? new GZipStream(file, CompressionMode.Decompress) : file);
    }

    private static bool BeginsWithObject(string path)
    {
        using var text = new StreamReader(Open(path).Content);
        try
        {
            int next;
            do
            {
                next = text.Read();
            }
            while (next >= 0 && char.IsWhiteSpace((char)next));
            return next == '{';
        }
        catch (InvalidDataException)
        {
            // What cannot be decompressed is neither: reading the rows reports that.
            return false;
        }
    }
}
