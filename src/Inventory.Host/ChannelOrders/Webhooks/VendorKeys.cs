using System.Collections.Concurrent;
using System.Security.Cryptography;
using NodaTime;
using RetailSync.Channels.Http;
using RetailSync.Inventory.Host.Publications.Delivery;

namespace RetailSync.Inventory.Host.ChannelOrders.Webhooks;

/// <summary>Public keys with which vendors sign, fetched from their addresses, and cached for a while.</summary>
public sealed class VendorKeys(Adapters adapters, IClock clock) : IDisposable
{
    /// <summary>A key has some hundred bytes.</summary>
    private const int MostBytes = 16 * 1024;

    private const int MostKept = 100;

    /// <summary>The most concurrent key fetches, since forged deliveries cause them too.</summary>
    private const int MostAtOnce = 4;

    /// <summary>The timeout of a fetch: the vendor waits for our answer meanwhile, some for no more than ten seconds.</summary>
    private static readonly Duration FetchTimeout = Duration.FromSeconds(3);

    /// <summary>A key may be replaced at the vendor's; half of the day for which the strictest lets it be kept.</summary>
    private static readonly Duration Lifetime = Duration.FromHours(12);

    private readonly ConcurrentDictionary<Uri, (string Key, Instant Until)> _kept = [];
    private readonly SemaphoreSlim _turns = new(MostAtOnce);
    private readonly HttpClient _http = adapters.Client(FetchTimeout);

    /// <returns>Those that are there; and whether one may be there and cannot be read now.</returns>
    public async Task<(IReadOnlyDictionary<Uri, string> Keys, bool IsOneAway)> Read(IReadOnlyList<Uri> addresses, CancellationToken cancellation)
    {
        var read = await Task.WhenAll(addresses.Select(async address => (Address: address, Answer: await Read(address, cancellation))));
        return (read.Where(one => one.Answer.Key is not null).ToDictionary(one => one.Address, one => one.Answer.Key!), read.Any(one => one.Answer.IsAway));
    }

    public void Dispose()
    {
        _http.Dispose();
        _turns.Dispose();
    }

    private async Task<(string? Key, bool IsAway)> Read(Uri address, CancellationToken cancellation)
    {
        var now = clock.GetCurrentInstant();
        if (_kept.TryGetValue(address, out var kept) && kept.Until > now)
        {
            return (kept.Key, false);
        }

        if (!await _turns.WaitAsync(FetchTimeout.ToTimeSpan(), cancellation))
        {
            return (null, true);
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var call = await HttpCall.Make(_http, request, cancellation, MostBytes);
            if (!call.Succeeded || !PemEncoding.TryFind(call.Body, out _))
            {
                return (null, call.Succeeded || call.MayWorkLater);
            }

            Keep(address, call.Body, now);
            return (call.Body, false);
        }
        finally
        {
            _turns.Release();
        }
    }

    private void Keep(Uri address, string key, Instant now)
    {
        _kept[address] = (key, now + Lifetime);
        if (_kept.Count > MostKept)
        {
            _kept.TryRemove(_kept.MinBy(one => one.Value.Until).Key, out _);
        }
    }
}
