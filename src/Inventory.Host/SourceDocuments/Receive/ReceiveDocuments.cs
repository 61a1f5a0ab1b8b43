using RetailSync.Channels;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.RabbitMq.Messages;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;

namespace RetailSync.Inventory.Host.SourceDocuments.Receive;

/// <summary>Documents from the queue, one after the other in its order, as <c>POST /v1/documents</c> takes them in.</summary>
internal sealed class ReceiveDocuments(PostDocument documents, IReadOnlyList<IDocumentFormat> formats) : IMessageHandler
{
    /// <summary>Of a message; half of what RabbitMQ 4 lets through by default. A larger file comes over HTTP, or into a folder.</summary>
    public const int MaxBytes = 8 * 1024 * 1024;

    public BrokerQueue Queue => BrokerQueue.Documents;

    /// <summary>One that is taken in, and the next one.</summary>
    public ushort Prefetch => 2;

    public Func<Task<Task<object>>> Read(Message message, Caller caller, Provenance provenance, CancellationToken cancellation)
    {
        if (message.Body.Length > MaxBytes)
        {
            throw new ApiProblemException(
                StatusCodes.Status413PayloadTooLarge, "body-too-large", $"A message has at most {MaxBytes} bytes: send a larger file over HTTP.");
        }

        var type = message.Properties.ContentType;
        documents.RequireMediaType(type, message.IsPlain || string.Equals(message.Properties.ContentEncoding, "gzip", StringComparison.OrdinalIgnoreCase));
        var format = documents.FormatNamed(message.Header("format") ?? FormatOf(type));
        var file = FileSettings.Read(message.Header);
        return async () => Task.FromResult<object>(
            await documents.TakeLocal(new MemoryStream(message.Body), format, file, caller, provenance, cancellation));
    }

    /// <summary>The one format of a media type; of several, the content says which.</summary>
    private string FormatOf(string? contentType) =>
        formats.Where(format => format.MediaTypes.Contains(contentType?.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase)).ToList() is [var only]
            ? only.Name : DocumentFormats.Auto;
}
