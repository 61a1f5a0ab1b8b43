using System.Buffers;
using System.Text.Json;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Audit.LedgerExport;

/// <summary>The ledger as the contract's list: <c>{ items: [ { sku, location, opening, events, closing } ], next }</c>.</summary>
internal sealed class JsonLedger : LedgerWriter
{
    private const int BufferBytes = 64 * 1024;

    private readonly Stream _output;
    private readonly JsonSerializerOptions _options;
    private readonly ArrayBufferWriter<byte> _written = new(BufferBytes);
    private readonly Utf8JsonWriter _json;
    private bool _isOpen;

    public JsonLedger(Stream output, JsonSerializerOptions options)
    {
        // By way of memory: the serializer would make the connection wait.
        (_output, _options) = (output, options);
        _json = new Utf8JsonWriter(_written, new JsonWriterOptions { Encoder = options.Encoder });
        _json.WriteStartObject();
        _json.WriteStartArray("items");
    }

    public override void Open(PositionKey key, StockBalance opening)
    {
        _json.WriteStartObject();
        _json.WriteString("sku", key.Sku.Value);
        _json.WriteString("location", key.Location.Value);
        Write("opening", opening.OnHand);
        Write("openingUnsellable", opening.Unsellable);
        Write("openingReserved", opening.Reserved);
        Write("openingInTransit", opening.InTransit);
        _json.WriteStartArray("events");
        _isOpen = true;
    }

    public override void Write(LedgerEvent happened) => JsonSerializer.Serialize(_json, happened, _options);

    public override void Close(StockBalance closing)
    {
        _json.WriteEndArray();
        Write("closing", closing.OnHand);
        Write("closingUnsellable", closing.Unsellable);
        Write("closingReserved", closing.Reserved);
        Write("closingInTransit", closing.InTransit);
        _json.WriteEndObject();
        _isOpen = false;
    }

    public override async ValueTask Flush(CancellationToken cancellation)
    {
        if (_written.WrittenCount + _json.BytesPending > BufferBytes)
        {
            await Send(cancellation);
        }
    }

    public override async ValueTask End(string? next, CancellationToken cancellation)
    {
        _json.WriteEndArray();
        _json.WriteString("next", next);
        _json.WriteEndObject();
        await Send(cancellation);
        await _output.FlushAsync(cancellation);
    }

    /// <summary>Ends a truncated document so that it is well-formed; without <c>closing</c> or <c>next</c> it is not mistaken for a complete one.</summary>
    public override async ValueTask BreakOff()
    {
        if (_isOpen)
        {
            _json.WriteEndArray();
            _json.WriteEndObject();
        }

        _json.WriteEndArray();
        await Send(CancellationToken.None);
        await _output.WriteAsync("\n,\"interrupted\":true}\n"u8.ToArray());
        await _output.FlushAsync();
    }

    public override ValueTask DisposeAsync() => _json.DisposeAsync();

    private async Task Send(CancellationToken cancellation)
    {
        _json.Flush();
        await _output.WriteAsync(_written.WrittenMemory, cancellation);
        _written.ResetWrittenCount();
    }

    private void Write(string name, decimal number) => _json.WriteNumber(name, number == 0 ? 0 : Quantity.Canonical(number));
}
