using System.Threading.RateLimiting;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>
/// How often one caller may call this host: by key name or token subject, and by address who has neither. Buckets of tokens, of which a second's worth is full.
/// The question that is answered before the pipeline (<see cref="Availability.Query.AvailabilityFastPath"/>) has a limit of its own, which is off by default.
/// </summary>
public sealed class CallRates : IDisposable
{
    private const string AvailabilityLimit = $"{LimitOptions.Section}:Rates:{nameof(RateLimits.Availability)}";

    private readonly RateLimits _rates;
    private readonly PartitionedRateLimiter<HttpContext> _calls;
    private readonly PartitionedRateLimiter<string>? _availability;

    public CallRates(LimitOptions options)
    {
        _rates = options.Rates;
        _calls = PartitionedRateLimiter.Create<HttpContext, Limit>(http => Partition(LimitOf(http)));
        _availability = _rates.Availability == 0 ? null
            : PartitionedRateLimiter.Create<string, Limit>(name => Partition(new Limit(AvailabilityLimit, name, _rates.Availability)));
    }

    /// <exception cref="ApiProblemException">429 <c>rate-limited</c>, saying which limit was met.</exception>
    public void Count(HttpContext http)
    {
        if (http.Features.Get<Refused>() is { } refused)
        {
            throw refused.Problem;
        }

        using var lease = _calls.AttemptAcquire(http);
        if (!lease.IsAcquired)
        {
            throw Problem(LimitOf(http).Setting, lease);
        }
    }

    /// <summary>
    /// Counts a question that is answered from memory. When it is one too many it has to go on into the pipeline, where <see cref="Count"/> refuses it.
    /// </summary>
    public bool CountAvailability(HttpContext http, Caller caller)
    {
        if (_availability is null)
        {
            return true;
        }

        using var lease = _availability.AttemptAcquire(caller.Name);
        if (!lease.IsAcquired)
        {
            http.Features.Set(new Refused(Problem(AvailabilityLimit, lease)));
        }

        return lease.IsAcquired;
    }

    public void Dispose()
    {
        _calls.Dispose();
        _availability?.Dispose();
    }

    private Limit LimitOf(HttpContext http)
    {
        if (http.User.Identity?.IsAuthenticated != true)
        {
            return new Limit($"{LimitOptions.Section}:Rates:{nameof(RateLimits.Anonymous)}", http.Connection.RemoteIpAddress?.ToString()
                ?? "", _rates.Anonymous);
        }

        var name = http.User.FindFirst(Caller.NameClaim)?.Value ?? "";
        return _rates.Callers.TryGetValue(name, out var own)
            ? new Limit($"{LimitOptions.Section}:Rates:{nameof(RateLimits.Callers)}:{name}", name, own)
            : new Limit($"{LimitOptions.Section}:Rates:{nameof(RateLimits.Caller)}", name, _rates.Caller);
    }

    private static RateLimitPartition<Limit> Partition(Limit limit) => limit.PerSecond == 0
        ? RateLimitPartition.GetNoLimiter(limit)
        : RateLimitPartition.GetTokenBucketLimiter(limit, static known => new TokenBucketRateLimiterOptions
        {
            TokenLimit = (int)Math.Max(1, known.PerSecond),
            TokensPerPeriod = (int)Math.Max(1, known.PerSecond),
            ReplenishmentPeriod = known.PerSecond >= 1 ? TimeSpan.FromSeconds(1) : TimeSpan.FromSeconds((double)(1 / known.PerSecond)),
            QueueLimit = 0,
            AutoReplenishment = false,
        });

    private static ApiProblemException Problem(string setting, RateLimitLease lease)
    {
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var after) ? (int)Math.Ceiling(after.TotalSeconds) : 1;
        return new ApiProblemException(StatusCodes.Status429TooManyRequests, "rate-limited", $"More calls than {setting} allows. Try again.")
        {
            RetryAfterSeconds = Math.Max(1, wait),
            Members = new Dictionary<string, object?> { ["limit"] = setting },
        };
    }

    /// <param name="Setting">Where it is set.</param>
    /// <param name="Of">Whose: a key's name, a subject, an address.</param>
    /// <param name="PerSecond">Calls a second, above 0.</param>
    private sealed record Limit(string Setting, string Of, decimal PerSecond);

    private sealed record Refused(ApiProblemException Problem);
}

public static class CallRatesPipeline
{
    /// <summary>
    /// After authentication, which says who calls, and before everything that costs more. Whether the host lives is asked by machines of the installation's
    /// own.
    /// </summary>
    public static IApplicationBuilder UseCallRates(this IApplicationBuilder app)
    {
        var rates = app.ApplicationServices.GetRequiredService<CallRates>();
        return app.Use(next => http =>
        {
            if (!http.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
            {
                rates.Count(http);
            }

            return next(http);
        });
    }
}
