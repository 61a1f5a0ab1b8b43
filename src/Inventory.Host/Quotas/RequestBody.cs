using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>
/// A request's whole body in one buffer, at most <see cref="MaxLength"/> bytes (fewer from who has no key: <see cref="BodyLimits.AnonymousBytes"/>), without a
/// byte order mark. The buffer grows with what has come, is paid for from the <see cref="BodyBudget"/>, and is given back by Dispose.
/// </summary>
public sealed class RequestBody : IDisposable
{
    /// <summary>Also after decompression. 10,000 generous lines fit four times.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    public const string Json = "application/json";
    public const string Csv = "text/csv";
    public const string Ndjson = "application/x-ndjson";

    /// <summary>Of a body that nobody has sent yet; most fit.</summary>
    private const int FirstBuffer = 64 * 1024;

    /// <summary>Larger buffers are rare and go back to the collector: a pool would keep every one that it has ever had.</summary>
    private const int LargestPooled = 1024 * 1024;

    private readonly BodyBudget.Share _share;
    private readonly string _owner;
    private byte[] _buffer = [];
    private int _start;
    private int _end;

    private RequestBody(BodyBudget.Share share, string owner, int capacity)
    {
        (_share, _owner) = (share, owner);
        _buffer = Rent(capacity);
    }

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(_start, _end - _start);

    /// <summary>The media type of the body, lower case, one of <paramref name="understood"/>.</summary>
    /// <exception cref="ApiProblemException">415 <c>unsupported-media-type</c>: another type, or a charset that is not UTF-8.</exception>
    public static string MediaType(HttpRequest request, params string[] understood)
    {
        if (MediaTypeHeaderValue.TryParse(request.ContentType, out var type))
        {
            var charset = HeaderUtilities.RemoveQuotes(type.Charset);
            var utf8 = !charset.HasValue || charset.Length == 0 || charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase);
            if (utf8 && understood.FirstOrDefault(name => type.MediaType.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } mediaType)
            {
                return mediaType;
            }
        }

        throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", $"Send {string.Join(" or ", understood)} in UTF-8.");
    }

    /// <exception cref="ApiProblemException">
    /// 413 <c>body-too-large</c>, 415 for an unknown encoding, 400 for one that is broken, 408 <c>request-timeout</c> for one that takes too long, 503
    /// <c>too-many-bodies</c>.
    /// </exception>
    public static async Task<RequestBody> Read(HttpRequest request, CancellationToken cancellation)
    {
        // What request decompression understood, it has taken out of the header.
        if (request.Headers.ContentEncoding.Count > 0)
        {
            throw new ApiProblemException(
                StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send the body as it is, or encoded as gzip, br or deflate.");
        }

        var (share, owner) = request.HttpContext.RequestServices.GetRequiredService<BodyBudget>().Of(request.HttpContext);
        if (request.ContentLength > share.Longest)
        {
            throw TooLarge(share);
        }

        var body = new RequestBody(share, owner, (int)Math.Clamp(request.ContentLength + 1 ?? 0, 4096, FirstBuffer));
        using var tooLate = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        tooLate.CancelAfter(share.Time);
        try
        {
            while (await body.Fill(request.Body, tooLate.Token))
            {
                body.GrowWhenFull();
            }
        }
        catch (Exception exception)
        {
            body.Dispose();
            throw exception switch
            {
                _ when IsUndecodable(exception) => ApiProblemException.Malformed("The body cannot be decompressed."),
                OperationCanceledException when tooLate.IsCancellationRequested && !cancellation.IsCancellationRequested =>
                    ApiProblemException.TooSlow(share.Time),
                _ => exception,
            };
        }

        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body._start = 3;
        }

        return body;
    }

    /// <summary>
    /// Whether a failure while reading a body says that it cannot be decompressed. For gzip and deflate that is one exception, and for brotli another, which is
    /// also thrown for much else.
    /// </summary>
    public static bool IsUndecodable(Exception failure) =>
        failure is InvalidDataException or InvalidOperationException { Source: "System.IO.Compression.Brotli" };

    /// <summary>Reads a small JSON object into <paramref name="fields"/>; an empty body is an empty object where <paramref name="mayBeEmpty"/>.</summary>
    /// <exception cref="ApiProblemException">400, 413 or 415.</exception>
    public static async Task ReadInto(Fields fields, HttpRequest request, bool mayBeEmpty = false)
    {
        if (mayBeEmpty && request.HttpContext.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == false)
        {
            return;
        }

        MediaType(request, Json);
        using var body = await Read(request, request.HttpContext.RequestAborted);
        if (mayBeEmpty && body.Span.IsEmpty)
        {
            return;
        }

        if (!fields.ReadJson(body.Span))
        {
            throw ApiProblemException.Malformed("The body must be one JSON object, well-formed and in UTF-8.");
        }
    }

    /// <summary>Where the address says everything, a body says nothing: it is left out, or <c>{}</c>.</summary>
    /// <exception cref="ApiProblemException">400, 413 or 415.</exception>
    public static async Task RequireEmpty(HttpRequest request)
    {
        var fields = new Fields();
        await ReadInto(fields, request, mayBeEmpty: true);
        fields.ThrowIfRefused();
    }

    public void Dispose()
    {
        GiveBack(Interlocked.Exchange(ref _buffer, []));
        _start = _end = 0;
    }

    private static ApiProblemException TooLarge(BodyBudget.Share share) =>
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"A body has at most {share.Longest} bytes: send several.");

    private async Task<bool> Fill(Stream stream, CancellationToken cancellation)
    {
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return _end > _share.Longest ? throw TooLarge(_share) : read > 0;
    }

    private void GrowWhenFull()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        var larger = Rent(Math.Min(_buffer.Length * 2, _share.Longest + 1));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        GiveBack(_buffer);
        _buffer = larger;
    }

    private byte[] Rent(int capacity)
    {
        var buffer = capacity <= LargestPooled ? ArrayPool<byte>.Shared.Rent(capacity) : GC.AllocateUninitializedArray<byte>(capacity);
        try
        {
            _share.Take(_owner, buffer.Length);
            return buffer;
        }
        catch (ApiProblemException)
        {
            Return(buffer);
            throw;
        }
    }

    private void GiveBack(byte[] buffer)
    {
        if (buffer.Length > 0)
        {
            _share.GiveBack(_owner, buffer.Length);
            Return(buffer);
        }
    }

    private static void Return(byte[] buffer)
    {
        if (buffer.Length <= LargestPooled)
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
