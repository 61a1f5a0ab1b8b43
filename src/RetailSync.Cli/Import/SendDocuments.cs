using System.CommandLine;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json;
using RetailSync.Channels;
using RetailSync.Cli.Movements;

namespace RetailSync.Cli.Import;

/// <summary>How a file of documents is to be read, by the parameters of <c>POST /v1/documents</c>; null where its documents or the server say it.</summary>
internal sealed record DocumentsOptions(string Format, string? Source, string? Zone, string? Location, string? Levels);

/// <summary>
/// Sends a file of documents as it is to <c>POST /v1/documents</c>, and sums up what became of its lines, by kind of document. Not repeated when the
/// connection breaks: the file may be a gigabyte, and sending it again is idempotent.
/// </summary>
internal static class SendDocuments
{
    private static readonly string[] Counts = ["accepted", "absorbed", "duplicates", "corrected", "rejected"];

    public static async Task<int> Run(
        FileInfo file, DocumentsOptions options, Uri url, string key, InvocationConfiguration console, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = url, Timeout = Timeout.InfiniteTimeSpan };
        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        try
        {
            if (options.Format == DocumentFormats.Auto)
            {
                if (await Recognise(file, cancellation) is not var (format, why))
                {
                    var names = string.Join(", ", DocumentFormats.All.Select(known => known.Name));
                    console.Error.WriteLine($"The file is of no known format: name one of {names}; auto never takes a file for movements or online-retail.");
                    return 1;
                }

                console.Output.WriteLine($"The format is {format.Name}: {why}.");
                options = options with { Format = format.Name };
            }

            var answer = await Send(http, file, options, console, cancellation);
            var id = answer.GetProperty("id").GetGuid();
            await Summarise(http, id, answer, console, cancellation);
            return 0;
        }
        catch (Exception failure) when (failure is SendingFailedException or HttpRequestException or IOException or UnauthorizedAccessException)
        {
            console.Error.WriteLine($"The import did not finish: {failure.Message}");
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            console.Error.WriteLine("The import did not finish: Stopped.");
        }

        console.Error.WriteLine("The import is idempotent: run it again, and lines that have arrived are not recorded twice.");
        return 1;
    }

    private static async Task<(Channels.Documents.IDocumentFormat Format, string Why)?> Recognise(FileInfo file, CancellationToken cancellation)
    {
        await using var raw = file.OpenRead();
        var isGzip = raw.ReadByte() == 0x1f && raw.ReadByte() == 0x8b;
        raw.Position = 0;
        await using Stream content = isGzip ? new GZipStream(raw, CompressionMode.Decompress) : raw;
        var beginning = new byte[DocumentFormats.BeginningLength];
        try
        {
            return DocumentFormats.Recognise(beginning.AsSpan(0, await content.ReadAtLeastAsync(beginning, beginning.Length, false, cancellation)));
        }
        catch (InvalidDataException)
        {
            throw new IOException("It begins as gzip and cannot be decompressed.");
        }
    }

    private static async Task<JsonElement> Send(
        HttpClient http, FileInfo file, DocumentsOptions options, InvocationConfiguration console, CancellationToken cancellation)
    {
        await using var content = file.OpenRead();
        JsonElement answer = default;
        await ImportProgress.Show(
            console, _ => string.Create(CultureInfo.InvariantCulture, $"{content.Position / 1_000_000.0:N1} MB"), file.Length,
            async read =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, Path(options))
                {
                    Content = new ProgressContent(content, read) { Headers = { ContentType = new("application/octet-stream") } },
                };
                using var response = await http.SendAsync(request, cancellation);
                answer = response.IsSuccessStatusCode ? JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellation))
                    : throw await SendingFailedException.Of(response, cancellation);
            },
            cancellation);
        return answer;
    }

    private static string Path(DocumentsOptions options)
    {
        (string Name, string? Value)[] query =
        [
            ("format", options.Format), ("source", options.Source), ("zone", options.Zone), ("location", options.Location), ("levels", options.Levels),
        ];
        return "v1/documents?" + string.Join('&', query.Where(one => one.Value is not null).Select(one => $"{one.Name}={Uri.EscapeDataString(one.Value!)}"));
    }

    /// <summary>A line for each kind of document; further documents are read page by page.</summary>
    private static async Task Summarise(HttpClient http, Guid id, JsonElement page, InvocationConfiguration console, CancellationToken cancellation)
    {
        var kinds = new SortedDictionary<string, KindTally>(StringComparer.Ordinal);
        while (true)
        {
            foreach (var document in page.GetProperty("documents").EnumerateArray())
            {
                var kind = document.GetProperty("kind").GetString()!;
                if (!kinds.TryGetValue(kind, out var tally))
                {
                    kinds.Add(kind, tally = new KindTally());
                }

                tally.Add(document);
            }

            if (page.GetProperty("next").GetString() is not { } after)
            {
                break;
            }

            var next = new Uri($"v1/documents/{id}?after={Uri.EscapeDataString(after)}", UriKind.Relative);
            page = JsonElement.Parse(await http.GetByteArrayAsync(next, cancellation));
        }

        foreach (var (kind, tally) in kinds)
        {
            console.Output.WriteLine($"{kind}: {tally}");
        }

        console.Output.WriteLine($"The file is {id}: GET /v1/documents/{id} lists its documents.");
        if (kinds.Values.Any(tally => tally.HasRejected))
        {
            console.Output.WriteLine(
                "What is rejected is in quarantine: GET /v1/quarantine?state=open says why, GET /v1/sources/{source}/unmapped which names are to be mapped.");
        }
    }

    /// <summary>The outcomes of all documents of a kind; a kind's counts add up to its lines.</summary>
    private sealed class KindTally
    {
        private readonly SortedDictionary<string, long> _noStock = new(StringComparer.Ordinal);
        private readonly long[] _counts = new long[Counts.Length];
        private long _documents;
        private long _lines;

        public bool HasRejected => _counts[Array.IndexOf(Counts, "rejected")] > 0;

        public void Add(JsonElement document)
        {
            _documents++;
            _lines += document.GetProperty("lines").GetInt64();
            for (var at = 0; at < Counts.Length; at++)
            {
                _counts[at] += document.GetProperty(Counts[at]).GetInt64();
            }

            foreach (var reason in document.GetProperty("noStock").EnumerateObject())
            {
                _noStock[reason.Name] = _noStock.GetValueOrDefault(reason.Name) + reason.Value.GetInt64();
            }
        }

        public override string ToString() =>
            string.Create(CultureInfo.InvariantCulture, $"{_documents} {(_documents == 1 ? "document" : "documents")}, {_lines} lines")
            + string.Concat(Counts.Select((name, at) => _counts[at] == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $", {name} {_counts[at]}")))
            + string.Concat(_noStock.Select(reason => string.Create(CultureInfo.InvariantCulture, $", no stock ({reason.Key}) {reason.Value}")));
    }

    /// <summary>The file as it is, which says how far it has been sent.</summary>
    private sealed class ProgressContent(FileStream file, Action<long> read) : StreamContent(file)
    {
        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context, CancellationToken cancellationToken)
        {
            var buffer = new byte[81_920];
            for (int length; (length = await file.ReadAsync(buffer, cancellationToken)) > 0;)
            {
                await stream.WriteAsync(buffer.AsMemory(0, length), cancellationToken);
                read(file.Position);
            }
        }
    }
}
