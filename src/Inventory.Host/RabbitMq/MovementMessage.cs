using Microsoft.Net.Http.Headers;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Movements;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.RabbitMq.Messages;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>
/// The lines of one message: the three formats of <c>POST /v1/movements</c>, by the content type, or CloudEvents. Only what cannot be split into
/// lines is refused; everything else is the matter of one line, as over HTTP.
/// </summary>
internal static class MovementMessage
{
    /// <summary>Of a message. 10,000 generous lines.</summary>
    public const int MaxBytes = 4 * 1024 * 1024;

    private const string Understood =
        "Set content-type to application/json, application/x-ndjson, text/csv, application/cloudevents+json or application/cloudevents-batch+json, in UTF-8.";

    /// <exception cref="ApiProblemException">
    /// <c>body-too-large</c>, <c>batch-too-large</c>, <c>unsupported-media-type</c>, <c>invalid-request</c>, <c>invalid-event</c>.
    /// </exception>
    public static MovementBatch Read(Message message)
    {
        ReadOnlyMemory<byte> body = message.Body;
        if (body.Length > MaxBytes)
        {
            throw new ApiProblemException(StatusCodes.Status413PayloadTooLarge, "body-too-large", $"A message has at most {MaxBytes} bytes: send several.");
        }

        var mediaType = message.IsPlain && MediaTypeHeaderValue.TryParse(message.Properties.ContentType, out var type)
            && (!type.Charset.HasValue || HeaderUtilities.RemoveQuotes(type.Charset).Equals("utf-8", StringComparison.OrdinalIgnoreCase))
                ? type.MediaType.Value!.ToLowerInvariant()
                : null;
        return mediaType switch
        {
            MovementEvents.Structured => MovementEvents.ReadOne(body),
            MovementEvents.Batched => MovementEvents.ReadMany(body),
            RequestBody.Json when MovementEvents.AttributesIn(message.Header) is { } attributes => MovementEvents.ReadBinary(attributes, body),
            RequestBody.Json => MovementBatch.OfJson(body),
            RequestBody.Ndjson => MovementBatch.OfNdjson(message.Header(Message.SourceHeader), body),
            RequestBody.Csv => MovementBatch.OfCsv(message.Header(Message.SourceHeader), body),
            _ => throw new ApiProblemException(StatusCodes.Status415UnsupportedMediaType, "unsupported-media-type", Understood),
        };
    }
}
