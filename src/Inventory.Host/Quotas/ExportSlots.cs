using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using RetailSync.Inventory.Host.Door;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>
/// What is written while it is read from the database holds a connection for as long as its reader takes. So there are only a few at once, and a
/// reader that is too slow is cut off: its connection is closed, and it sees that it has not got everything.
/// </summary>
public sealed class ExportSlots(LimitOptions options) : IDisposable
{
    private readonly SemaphoreSlim _free = new(options.Exports.AtOnce);

    /// <summary>Exports that are being written now.</summary>
    public int InUse => options.Exports.AtOnce - _free.CurrentCount;

    /// <summary>Waits a moment for a slot, which is free again when it is disposed of.</summary>
    /// <exception cref="RequestRefused">429 <c>too-many-exports</c>.</exception>
    public async Task<IDisposable> Enter(HttpContext http)
    {
        if (!await _free.WaitAsync(TimeSpan.FromSeconds(options.Exports.WaitSeconds), http.RequestAborted))
        {
            throw new RequestRefused(StatusCodes.Status429TooManyRequests, "too-many-exports", $"{options.Exports.AtOnce} exports are being read here. Try again.") { RetryAfterSeconds = 5 };
        }

        // HTTP/2 has no rate by request: there, that of the whole connection stays (Limits.cs).
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(options.Exports.BytesPerSecond, TimeSpan.FromSeconds(options.Exports.GraceSeconds));
        }

        return new Slot(_free);
    }

    public void Dispose() => _free.Dispose();

    private sealed class Slot(SemaphoreSlim free) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                free.Release();
            }
        }
    }
}
