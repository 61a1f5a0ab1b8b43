using System.Buffers;
using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using NodaTime.Text;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Quotas;
using RetailSync.Inventory.Host.SalesChannels;
using RetailSync.Inventory.Host.Security;
using RetailSync.Inventory.Host.Skus;

namespace RetailSync.Inventory.Host.Availability.Query;

/// <summary>
/// The fast path of the most frequent request by far, <c>GET /v1/availability/{sku}?channel=</c> with nothing more, answered
/// before the pipeline: routing, authentication, authorization and serialization there cost several times as much as the answer.
/// Any other request (another parameter, a condition, a token instead of a key, a caller without the right, a cache that is not
/// current) goes on to <see cref="GetAvailability"/>; a test proves that both answer alike (<c>Answers_from_the_cache</c>).
/// </summary>
public sealed class AvailabilityFastPath(ReadAvailability availability, SkuNames names, KnownChannels channels, KeyRing keys, CallRates rates)
{
    private const string Path = "/v1/availability/";
    private const string Question = "?channel=";

    /// <summary>The one path of that form that is not a SKU's.</summary>
    private const string Feed = "changes";
    private const string Bearer = "Bearer ";

    [ThreadStatic]
    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)? _writing;

    /// <summary>Null when the request has to go through the pipeline.</summary>
    public Task? TryAnswer(HttpContext http)
    {
        var request = http.Request;
        if (!HttpMethods.IsGet(request.Method)
            || !TryRead(http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget, out var named, out var channel)
            || names.TryMeant(named) is not { } sku
            || request.Headers.IfNoneMatch.Count > 0
            || !channels.IsKnownHere(channel)
            || Asker(request, channel) is not { } caller
            || availability.FromMemory() is not { } basis
            || !rates.CountAvailability(http, caller))
        {
            return null;
        }

        return Write(http, basis, channel, sku);
    }

    private static bool TryRead(string target, out Sku sku, out ChannelId channel)
    {
        (sku, channel) = (default, default);
        var question = target.IndexOf(Question, StringComparison.Ordinal);
        if (question < 0 || !target.StartsWith(Path, StringComparison.Ordinal))
        {
            return false;
        }

        var segment = target.AsSpan(Path.Length, question - Path.Length);

        // A percent sign, or a second parameter, is no character of a channel's name.
        return segment is not Feed && segment.IndexOf('/') < 0 && segment.IndexOf('?') < 0
            && Sku.TryParse(segment.IndexOf('%') < 0 ? segment.ToString() : Uri.UnescapeDataString(segment.ToString()), out sku)
            && ChannelId.TryParse(target[(question + Question.Length)..], out channel);
    }

    /// <summary>The caller; null when it lacks the right, or is not known by a key.</summary>
    private Caller? Asker(HttpRequest request, ChannelId channel)
    {
        var authorization = request.Headers.Authorization;
        return authorization.Count == 1 && authorization[0] is { } text && text.StartsWith(Bearer, StringComparison.Ordinal)
            && keys.Find(text[Bearer.Length..].Trim()) is { } caller && caller.MaySee(channel) ? caller : null;
    }

    private static Task Write(HttpContext http, AvailabilityInputs basis, ChannelId channel, Sku sku)
    {
        var newest = basis.Book.NewestSequence;
        var promised = basis.Book.Promise(channel, sku, basis.Plan, basis.AsOf);
        var (buffer, json) = _writing ??= Writer();
        buffer.ResetWrittenCount();
        json.Reset();
        json.WriteStartObject();
        json.WriteString("sku"u8, sku.Value);
        json.WriteString("channel"u8, channel.Value);
        json.WriteNumber("quantity"u8, Quantity.Canonical(promised.Promise.Quantity));
        json.WriteString("asOf"u8, InstantPattern.ExtendedIso.Format(basis.AsOf));
        json.WriteNumber("version"u8, promised.Version);
        json.WriteNumber("asOfSequence"u8, newest);
        json.WriteString("sourceAge"u8, GetAvailability.Age(basis.AsOf, promised.RecordedAt));
        if (promised.Promise.Level is { } level)
        {
            json.WriteString("level"u8, level);
        }

        json.WriteEndObject();
        json.Flush();

        var response = http.Response;
        response.ContentType = "application/json; charset=utf-8";
        response.ContentLength = buffer.WrittenCount;
        response.Headers.ETag = $"\"{GetAvailability.Tag(promised)}\"";

        // The server's own request id suffices for an answer that is not traced.
        response.Headers[Correlation.Header] = Correlation.Sent(http.Request) ?? http.TraceIdentifier;

        // The buffer is copied into the response before the thread uses it for another request.
        buffer.WrittenSpan.CopyTo(response.BodyWriter.GetSpan(buffer.WrittenCount));
        response.BodyWriter.Advance(buffer.WrittenCount);
        return Task.CompletedTask;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) Writer()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        return (buffer, new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }));
    }
}

public static class AnswerFromMemoryPipeline
{
    /// <summary>Registers it before all other middleware.</summary>
    public static IApplicationBuilder UseAnswersFromMemory(this IApplicationBuilder app)
    {
        var memory = app.ApplicationServices.GetRequiredService<AvailabilityFastPath>();
        return app.Use(next => http => memory.TryAnswer(http) ?? next(http));
    }
}
