using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>
/// What is written while it is read from the database holds a connection for as long as its reader takes. So there are only a few at once, one caller
/// has half of them at the most, and a reader that is too slow is cut off: its connection is closed, and it sees that it has not got everything.
/// </summary>
public sealed class ExportSlots(LimitOptions options)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _owners = [];
    private TaskCompletionSource _released = NewSignal();

    /// <summary>Exports that are being written now.</summary>
    public int InUse
    {
        get
        {
            lock (_lock)
            {
                return _owners.Values.Sum();
            }
        }
    }

    /// <summary>Of one caller at once: half, and one where there is one.</summary>
    private int Share => (options.Exports.AtOnce + 1) / 2;

    /// <summary>Waits a moment for a slot, which is released when it is disposed of.</summary>
    /// <exception cref="ApiProblemException">429 <c>too-many-exports</c>: all slots are in use, or this caller's share of them.</exception>
    public async Task<IDisposable> Enter(HttpContext http)
    {
        var owner = Caller.Of(http).Name;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        timeout.CancelAfter(TimeSpan.FromSeconds(options.Exports.WaitSeconds));
        while (Take(owner) is { } full)
        {
            try
            {
                await full.Released.WaitAsync(timeout.Token);
            }
            catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
            {
                throw new ApiProblemException(StatusCodes.Status429TooManyRequests, "too-many-exports", $"{full.Reason} are being read here. Try again.")
                { RetryAfterSeconds = 5 };
            }
        }

        // HTTP/2 has no rate by request: there, that of the whole connection stays (Limits.cs).
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(options.Exports.BytesPerSecond, TimeSpan.FromSeconds(options.Exports.GraceSeconds));
        }

        return new Slot(this, owner);
    }

    /// <summary>Null where there was a slot; otherwise what is full, and what to wait for.</summary>
    private (string Reason, Task Released)? Take(string owner)
    {
        lock (_lock)
        {
            var own = _owners.GetValueOrDefault(owner);
            if (own < Share && _owners.Values.Sum() < options.Exports.AtOnce)
            {
                _owners[owner] = own + 1;
                return null;
            }

            return (own < Share ? $"{options.Exports.AtOnce} exports" : $"{own} exports of this caller", _released.Task);
        }
    }

    private void Release(string owner)
    {
        lock (_lock)
        {
            if (--_owners[owner] == 0)
            {
                _owners.Remove(owner);
            }

            _released.SetResult();
            _released = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private sealed class Slot(ExportSlots slots, string owner) : IDisposable
    {
        private int _isReleased;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _isReleased, 1) == 0)
            {
                slots.Release(owner);
            }
        }
    }
}
