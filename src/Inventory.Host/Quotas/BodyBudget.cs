using System.Diagnostics.Metrics;
using System.Security.Claims;
using RetailSync.Inventory.Host.Door;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>
/// How much memory bodies of requests may take while they come in. Who has no key has a budget apart, so that nobody can stop those who have one by sending.
/// A body takes of it what it has sent, and never more than twice that; what it announces costs nothing.
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
        _meter.CreateObservableGauge("retailsync.bodies.bytes", () => _anonymous.InFlight + _known.InFlight, "By", "Memory that bodies take while they come in");
    }

    /// <summary>What bodies without a key take, now and at the most since the host started, in bytes.</summary>
    public (long Now, long Most) Anonymous => (_anonymous.InFlight, _anonymous.Most);

    public Share Of(ClaimsPrincipal user) => user.Identity?.IsAuthenticated == true ? _known : _anonymous;

    public void Dispose() => _meter.Dispose();

    /// <summary>The budget of a kind of caller.</summary>
    public sealed class Share(int longest, long atOnce, TimeSpan time, Counter<long> refused)
    {
        private long _inFlight;
        private long _most;

        /// <summary>Bytes of one body.</summary>
        public int Longest => longest;

        /// <summary>From when it begins to be read to its end.</summary>
        public TimeSpan Time => time;

        public long InFlight => Interlocked.Read(ref _inFlight);

        public long Most => Interlocked.Read(ref _most);

        /// <exception cref="RequestRefused">503 <c>too-many-bodies</c>: as much as may be is coming in already.</exception>
        public void Take(int bytes)
        {
            var taken = Interlocked.Add(ref _inFlight, bytes);
            if (taken > atOnce)
            {
                GiveBack(bytes);
                refused.Add(1);
                throw new RequestRefused(StatusCodes.Status503ServiceUnavailable, "too-many-bodies", $"Bodies of {atOnce} bytes are coming in already. Try again.") { RetryAfterSeconds = 1 };
            }

            for (var most = Most; taken > most; most = Most)
            {
                Interlocked.CompareExchange(ref _most, taken, most);
            }
        }

        public void GiveBack(int bytes) => Interlocked.Add(ref _inFlight, -bytes);
    }
}
