using System.Buffers;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace RetailSync.Inventory.Host.Door;

/// <summary>A request's whole body in one rented buffer, at most <see cref="MaxLength"/> bytes, without a byte order mark. Dispose gives the buffer back.</summary>
public sealed class RequestBody : IDisposable
{
    /// <summary>Also after decompression. 10,000 generous lines fit four times.</summary>
    public const int MaxLength = 16 * 1024 * 1024;

    public const string Json = "application/json";
    public const string Csv = "text/csv";
    public const string Ndjson = "application/x-ndjson";

    private byte[] _buffer;
    private int _start;
    private int _end;

    private RequestBody(int capacity) => _buffer = ArrayPool<byte>.Shared.Rent(capacity);

    public ReadOnlySpan<byte> Span => _buffer.AsSpan(_start, _end - _start);

    public ReadOnlyMemory<byte> Memory => _buffer.AsMemory(_start, _end - _start);

    /// <summary>The media type of the body, lower case, one of <paramref name="understood"/>.</summary>
    /// <exception cref="RequestRefused">415 <c>unsupported-media-type</c>: another type, or a charset that is not UTF-8.</exception>
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

        throw new RequestRefused(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", $"Send {string.Join(" or ", understood)} in UTF-8.");
    }

    /// <exception cref="RequestRefused">413 <c>body-too-large</c>, 415 for an unknown encoding, 400 for one that is broken.</exception>
    public static async Task<RequestBody> Read(HttpRequest request, CancellationToken cancellation)
    {
        // What request decompression understood, it has taken out of the header.
        if (request.Headers.ContentEncoding.Count > 0)
        {
            throw new RequestRefused(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", "Send the body as it is, or encoded as gzip, br or deflate.");
        }

        if (request.ContentLength > MaxLength)
        {
            throw TooLarge();
        }

        var body = new RequestBody((int)Math.Max(request.ContentLength + 1 ?? 0, 4096));
        try
        {
            while (await body.Fill(request.Body, cancellation))
            {
                body.GrowWhenFull();
            }
        }
        catch (Exception exception)
        {
            body.Dispose();
            throw exception is InvalidDataException ? RequestRefused.Malformed("The body cannot be decompressed.") : exception;
        }

        if (body.Span.StartsWith("\uFEFF"u8))
        {
            body._start = 3;
        }

        return body;
    }

    /// <summary>Reads a small JSON object into <paramref name="fields"/>; an empty body is an empty object where <paramref name="mayBeEmpty"/>.</summary>
    /// <exception cref="RequestRefused">400, 413 or 415.</exception>
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
            throw RequestRefused.Malformed("The body must be one JSON object, well-formed and in UTF-8.");
        }
    }

    /// <summary>Where the address says everything, a body says nothing: it is left out, or <c>{}</c>.</summary>
    /// <exception cref="RequestRefused">400, 413 or 415.</exception>
    public static async Task RequireEmpty(HttpRequest request)
    {
        var fields = new Fields();
        await ReadInto(fields, request, mayBeEmpty: true);
        fields.ThrowIfRefused();
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(Interlocked.Exchange(ref _buffer, []));
        _start = _end = 0;
    }

    private static RequestRefused TooLarge() =>
        new(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"A body has at most {MaxLength} bytes: send several.");

    private async Task<bool> Fill(Stream stream, CancellationToken cancellation)
    {
        var read = await stream.ReadAsync(_buffer.AsMemory(_end), cancellation);
        _end += read;
        return _end > MaxLength ? throw TooLarge() : read > 0;
    }

    private void GrowWhenFull()
    {
        if (_end < _buffer.Length)
        {
            return;
        }

        var larger = ArrayPool<byte>.Shared.Rent(Math.Min(_buffer.Length * 2, MaxLength + 1));
        _buffer.AsSpan(0, _end).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}
