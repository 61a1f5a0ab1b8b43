using System.Text.Json;

namespace RetailSync.Cli.Movements;

/// <summary>What is being sent does not arrive; the message is for the person who started it.</summary>
internal sealed class SendingFailedException(string message) : Exception(message)
{
    /// <summary>With what the server says of a request that it refused.</summary>
    public static async Task<SendingFailedException> Of(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = $"{(int)response.StatusCode} {response.ReasonPhrase}";
        try
        {
            using var problem = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(cancellation));
            var words = new[] { "code", "title", "detail" }.Select(name => problem.RootElement.TryGetProperty(name, out var word) ? word.ToString() : "")
                .Where(word => word.Length > 0);
            return new SendingFailedException($"the server answers {status}: {string.Join(", ", words)}");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return new SendingFailedException($"the server answers {status}");
        }
    }
}
