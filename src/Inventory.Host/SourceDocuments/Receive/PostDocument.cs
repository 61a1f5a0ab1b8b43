using System.Collections.Concurrent;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http.HttpResults;
using RetailSync.Channels;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Documents.Syntax;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;
using Wolverine.Http;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <param name="Id">Of the file, for <c>GET /v1/documents/{id}</c>.</param>
/// <param name="Format">The name of its format: the one that was named, or found.</param>
/// <param name="Source">Of its documents; of the first where they say it themselves.</param>
/// <param name="Documents">The outcomes of its documents, in its order, at most 1,000 here.</param>
/// <param name="Next">The value for <c>after</c> of <c>GET /v1/documents/{id}</c> where there are more; null at the end.</param>
/// <param name="Sequence">The newest event among its movements, for <c>?minSequence=</c>; 0 when nothing was recorded.</param>
/// <param name="Quarantine">
/// What became since of the lines that were rejected, by code: <c>GET /v1/quarantine?document=</c> lists them. A line that an earlier file had already sent is
/// counted there.
/// </param>
public sealed record FileOutcome(
    Guid Id, string Format, string? Source, IReadOnlyList<DocumentOutcome> Documents, string? Next, long Sequence,
    IReadOnlyDictionary<string, RejectedLines> Quarantine);

/// <summary>A file of documents.</summary>
public sealed class PostDocument(TakeDocuments take, DocumentStore store, IReadOnlyList<IDocumentFormat> formats)
{
    /// <summary>Bytes of a file, also after decompression.</summary>
    public const long MaxBodyLength = 2L * 1024 * 1024 * 1024;

    /// <summary>Files that a host takes in at once; more wait.</summary>
    private const int AtOnce = 4;

    /// <summary>Of one caller, so that those on a slow line leave room for others.</summary>
    private const int AtOnceOfCaller = AtOnce / 2;

    /// <summary>Bytes of a body that are read before it waits for a slot; a file of fewer is here then, and does not.</summary>
    private const int SmallFile = 64 * 1024;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private static readonly string[] AnyFormat = ["application/octet-stream", "application/gzip", "application/x-gzip", "text/plain"];

    private readonly SemaphoreSlim _slots = new(AtOnce);
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _slotsOfCallers = new(StringComparer.Ordinal);

    [WolverinePost("/v1/documents")]
    [Authorize(Roles = $"{Role.Store},{Role.Ops}")]
    [Microsoft.AspNetCore.Mvc.RequestSizeLimit(MaxBodyLength)]
    [Describes("Take in documents", "A file as ERP, WMS or a till sent it, plain or as gzip. Every line of every document becomes a movement, a figure that "
        + "is compared with ours, no stock with a reason, or an entry in quarantine, and the counts of a document add up to its lines. A document that was "
        + "taken in before is a duplicate; one that replaces or cancels an earlier one becomes corrections. A document whose control totals "
        + "do not fit waits as a whole.",
        Body = typeof(string), BodyTypes = [
            RequestBody.Json, "application/octet-stream", "application/xml", "application/edi-x12", "application/edifact", "application/gzip", "text/plain"],
        RecordsEvents = true,
        Query = ["format: required; the name of the format, or `auto`", "source: of its movements; by default what each document says of its sender",
            "zone: of times without an offset, such as Europe/Berlin", "location: of lines that name none",
            "levels: `compare` stock figures with ours, or `count` by them; by default as the source is configured"],
        Problems = ["400 invalid-request", "400 unknown-format", "413 body-too-large", "415 unsupported-media-type", "429 lane-full", "503 unavailable"])]
    public static async Task<Ok<FileOutcome>> Post(HttpContext http, [NotBody] PostDocument documents, [NotBody] LimitOptions limits)
    {
        var query = new QueryText(http.Request, "format", "source", "zone", "location", "levels");
        var format = documents.FormatNamed(query.Text("format"));
        var file = FileSettings.Read(query.Text);
        documents.RequireMediaType(http.Request.ContentType, isPlain: http.Request.Headers.ContentEncoding.Count == 0);
        using var tooLate = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var time = TimeSpan.FromSeconds(limits.Bodies.SheetSeconds);
        tooLate.CancelAfter(time);
        try
        {
            return TypedResults.Ok(await documents.Take(http.Request.Body, format, file, Caller.Of(http), Provenance.Of(http), tooLate.Token));
        }
        catch (OperationCanceledException) when (tooLate.IsCancellationRequested && !http.RequestAborted.IsCancellationRequested)
        {
            throw ApiProblemException.TooSlow(time);
        }
        catch (Exception failure) when (RequestBody.IsUndecodable(failure))
        {
            throw ApiProblemException.Malformed("The body is not encoded as its Content-Encoding says.");
        }
    }

    /// <summary>Takes in a file that may come slowly, when there is room for one more.</summary>
    /// <param name="body">Plain or as gzip.</param>
    /// <param name="format">The name of a format, or <see cref="DocumentFormats.Auto"/>.</param>
    /// <param name="file">How it is to be read.</param>
    /// <param name="provenance">Stored with its events.</param>
    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>, <c>unknown-format</c>, 413, 503.</exception>
    public async Task<FileOutcome> Take(
        Stream body, string format, FileSettings file, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        var beginning = new byte[SmallFile];
        var length = await body.ReadAtLeastAsync(beginning, SmallFile, throwOnEndOfStream: false, cancellation);
        if (length < SmallFile)
        {
            return await TakeLocal(new MemoryStream(beginning, 0, length), format, file, caller, provenance, cancellation);
        }

        var own = _slotsOfCallers.GetOrAdd(caller.Name, _ => new SemaphoreSlim(AtOnceOfCaller));
        await Enter(own, cancellation);
        try
        {
            await Enter(_slots, cancellation);
            try
            {
                return await TakeLocal(new RejoinedStream(beginning, body), format, file, caller, provenance, cancellation);
            }
            finally
            {
                _slots.Release();
            }
        }
        finally
        {
            own.Release();
        }
    }

    /// <summary>Takes in a file that is here already, in memory or on a disk: it waits for nobody's upload.</summary>
    /// <inheritdoc cref="Take"/>
    public async Task<FileOutcome> TakeLocal(
        Stream body, string format, FileSettings file, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        try
        {
            await using var content = await FileBody.Open(body, MaxBodyLength, cancellation);
            var id = await take.Take(content, content.FormatOf(format, formats), file, caller, provenance, cancellation);
            return (await GetDocument.Read(store, id, 0, QueryText.MaxLimit, cancellation))!;
        }
        catch (Exception failure) when (RequestBody.IsUndecodable(failure))
        {
            throw ApiProblemException.Malformed("The file cannot be decompressed.");
        }
    }

    private static async Task Enter(SemaphoreSlim slots, CancellationToken cancellation)
    {
        if (!await slots.WaitAsync(LongestWait, cancellation))
        {
            throw new ApiProblemException(StatusCodes.Status503ServiceUnavailable, "unavailable", "Other files are being taken in: try again.")
            { RetryAfterSeconds = 10 };
        }
    }

    /// <exception cref="ApiProblemException">400 <c>invalid-request</c>: it is none.</exception>
    internal string FormatNamed(string? name)
    {
        string[] names = [.. formats.Select(format => format.Name), DocumentFormats.Auto];
        return name is null ? throw ApiProblemException.Invalid(new FieldRefusal("format", "is missing"))
            : names.Contains(name, StringComparer.Ordinal) ? name
            : throw ApiProblemException.Invalid(new FieldRefusal("format", $"must be one of {string.Join(", ", names)}"));
    }

    /// <summary>The bytes say what it is, not the header; but a form, say, is none of it.</summary>
    /// <exception cref="ApiProblemException">415 <c>unsupported-media-type</c>.</exception>
    internal void RequireMediaType(string? contentType, bool isPlain)
    {
        var type = contentType?.Split(';')[0].Trim();
        if (!isPlain
            || (type is not null && !AnyFormat.Concat(formats.SelectMany(format => format.MediaTypes)).Contains(type, StringComparer.OrdinalIgnoreCase)
                && !type.EndsWith("xml", StringComparison.OrdinalIgnoreCase) && !type.EndsWith("json", StringComparison.OrdinalIgnoreCase)))
        {
            throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type",
                "Send the media type of the format, or application/octet-stream; plain, as gzip, or encoded as gzip, br or deflate.");
        }
    }
}
