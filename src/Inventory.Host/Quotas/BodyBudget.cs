using System.Diagnostics.Metrics;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>
/// How much memory bodies of requests may take while they come in. Who has no key has a budget apart, and one caller gets half of a budget at the most, so that
/// nobody stops the others by sending. A body takes of it what it has sent, and never more than twice that; what it announces costs nothing.
/// </summary>
public sealed class BodyBudget : IDisposable
{
    private readonly Meter _meter = new("RetailSync.Quotas");
    private readonly Counter<long> _refused;
    private readonly Share _anonymous;
    private readonly Share _known;

    public BodyBudget(LimitOptions options)
    {
        var limits = options.Bodies;
        _refused = _meter.CreateCounter<long>("retailsync.bodies.refused", description: "Bodies that found no room");
        _anonymous = new Share(limits.AnonymousBytes, limits.AnonymousBytesInFlight, TimeSpan.FromSeconds(limits.AnonymousSeconds), _refused);
        _known = new Share(RequestBody.MaxLength, limits.BytesInFlight, TimeSpan.FromSeconds(limits.Seconds), _refused);
        _meter.CreateObservableGauge(
            "retailsync.bodies.bytes", () => _anonymous.InFlight + _known.InFlight, "By", "Memory that bodies take while they come in");
    }

    /// <summary>What bodies without a key take, now and at the most since the host started, in bytes.</summary>
    public (long Now, long Most) Anonymous => (_anonymous.InFlight, _anonymous.Most);

    /// <summary>The budget of a caller, and whose part of it that is: a key's, a token subject's, or an address'.</summary>
    public (Share Share, string Owner) Of(HttpContext http) => http.User.Identity?.IsAuthenticated == true
        ? (_known, http.User.FindFirst(Caller.NameClaim)?.Value ?? "")
        : (_anonymous, http.Connection.RemoteIpAddress?.ToString() ?? "");

    public void Dispose() => _meter.Dispose();

    /// <summary>The budget of a kind of caller.</summary>
    public sealed class Share(int longest, long atOnce, TimeSpan time, Counter<long> refused)
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<string, long> _owners = [];
        private long _inFlight;
        private long _most;

        /// <summary>Bytes of one body.</summary>
        public int Longest => longest;

        /// <summary>From when it begins to be read to its end.</summary>
        public TimeSpan Time => time;

        public long InFlight => Interlocked.Read(ref _inFlight);

        public long Most => Interlocked.Read(ref _most);

        /// <exception cref="ApiProblemException">503 <c>too-many-bodies</c>: as much as may be is coming in already, from everybody or from this
        /// owner.</exception>
        public void Take(string owner, int bytes)
        {
            lock (_lock)
            {
                var own = _owners.GetValueOrDefault(owner) + bytes;
                if (_inFlight + bytes <= atOnce && own <= atOnce / 2)
                {
                    _owners[owner] = own;
                    Interlocked.Add(ref _inFlight, bytes);
                    _most = Math.Max(_most, _inFlight);
                    return;
                }
            }

            refused.Add(1);
            throw new ApiProblemException(
                StatusCodes.Status503ServiceUnavailable, "too-many-bodies", "As many bytes as there is room for are coming in already. Try again.")
            { RetryAfterSeconds = 1 };
        }

        public void GiveBack(string owner, int bytes)
        {
            lock (_lock)
            {
                Interlocked.Add(ref _inFlight, -bytes);
                if ((_owners[owner] -= bytes) == 0)
                {
                    _owners.Remove(owner);
                }
            }
        }
    }
}
