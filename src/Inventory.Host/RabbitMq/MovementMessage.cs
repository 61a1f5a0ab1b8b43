using Microsoft.Net.Http.Headers;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>
/// The lines of one message: the three formats of <c>POST /v1/movements</c>, by the content type, or CloudEvents. Only what cannot be split into
/// lines is refused; everything else is the matter of one line, as over HTTP.
/// </summary>
internal static class MovementMessage
{
    /// <summary>Of a message. 10,000 generous lines.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    /// <summary>A header of the message that says who reports, for the forms that have no place for it.</summary>
    public const string SourceHeader = "source";

    private const string Understood =
        "Set content-type to application/json, application/x-ndjson, text/csv, application/cloudevents+json or application/cloudevents-batch+json, in UTF-8.";

    /// <param name="contentType">The property <c>content-type</c>.</param>
    /// <param name="contentEncoding">The property <c>content-encoding</c>: none, or a name of plain UTF-8.</param>
    /// <param name="header">The text of a header; null where there is none.</param>
    /// <exception cref="ApiProblemException">
    /// <c>body-too-large</c>, <c>batch-too-large</c>, <c>unsupported-media-type</c>, <c>invalid-request</c>, <c>invalid-event</c>.
    /// </exception>
    public static MovementBatch Read(string? contentType, string? contentEncoding, Func<string, string?> header, ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBytes)
        {
            throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"A message has at most {MaxBytes} bytes: send several.");
        }

        var isPlain = contentEncoding is null or "" || contentEncoding.ToUpperInvariant() is "UTF-8" or "UTF8" or "IDENTITY";
        var mediaType = isPlain && MediaTypeHeaderValue.TryParse(contentType, out var type)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                ? type.MediaType.Value!.ToLowerInvariant()
                : null;
        return mediaType switch
        {
            MovementEvents.Structured => MovementEvents.ReadOne(body),
            MovementEvents.Batched => MovementEvents.ReadMany(body),
            RequestBody.Json when MovementEvents.AttributesIn(header) is { } attributes => MovementEvents.ReadBinary(attributes, body),
            RequestBody.Json => MovementBatch.OfJson(body),
            RequestBody.Ndjson => MovementBatch.OfNdjson(header(SourceHeader), body),
            RequestBody.Csv => MovementBatch.OfCsv(header(SourceHeader), body),
            _ => throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", Understood),
        };
    }
}
