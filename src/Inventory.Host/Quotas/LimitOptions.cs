namespace RetailSync.Inventory.Host.Quotas;

/// <summary>What a caller may use up: the section <c>Limits</c> of the configuration. <c>docs/limits.md</c> lists every setting, and what is answered beyond it.</summary>
public sealed record LimitOptions
{
    public const string Section = "Limits";

    public BodyLimits Bodies { get; init; } = new();

    public ExportLimits Exports { get; init; } = new();

    public RateLimits Rates { get; init; } = new();

    public HoldLimitOptions Holds { get; init; } = new();

    /// <exception cref="InvalidOperationException">A setting is out of its bounds: it says which.</exception>
    public static LimitOptions Of(IConfiguration configuration)
    {
        var options = configuration.GetSection(Section).Get<LimitOptions>() ?? new LimitOptions();
        var (bodies, exports, rates) = (options.Bodies, options.Exports, options.Rates);
        Require("Bodies:AnonymousBytes", bodies.AnonymousBytes, 1_024, Door.RequestBody.MaxLength);
        Require("Bodies:AnonymousBytesInFlight", bodies.AnonymousBytesInFlight, 6L * bodies.AnonymousBytes, long.MaxValue);
        Require("Bodies:BytesInFlight", bodies.BytesInFlight, 6L * Door.RequestBody.MaxLength, long.MaxValue);
        Require("Bodies:AnonymousSeconds", bodies.AnonymousSeconds, 1, 86_400);
        Require("Bodies:Seconds", bodies.Seconds, 1, 86_400);
        Require("Bodies:SheetSeconds", bodies.SheetSeconds, 1, 86_400);
        Require("Exports:AtOnce", exports.AtOnce, 1, ConnectionPools.AuditConnections / 2);
        Require("Exports:WaitSeconds", exports.WaitSeconds, 0, 60);
        Require("Exports:BytesPerSecond", exports.BytesPerSecond, 1, 1_000_000_000);
        Require("Exports:GraceSeconds", exports.GraceSeconds, 2, 3_600);
        Require("Exports:StatementSeconds", exports.StatementSeconds, 1, 86_400);
        Require("Rates:Anonymous", rates.Anonymous, 0, 10_000_000);
        Require("Rates:Caller", rates.Caller, 0, 10_000_000);
        Require("Rates:Availability", rates.Availability, 0, 10_000_000);
        foreach (var (name, rate) in rates.Callers)
        {
            Require($"Rates:Callers:{name}", rate, 0, 10_000_000);
        }

        return options;
    }

    private static void Require(string name, decimal value, decimal least, decimal most)
    {
        if (value < least || value > most)
        {
            throw new InvalidOperationException(FormattableString.Invariant($"{Section}:{name} is {value} and must be {least} to {most}."));
        }
    }
}

/// <summary>Bodies of requests.</summary>
public sealed record BodyLimits
{
    /// <summary>Bytes of a body without a key or token, also after decompression; with one it is <see cref="Door.RequestBody.MaxLength"/>.</summary>
    public int AnonymousBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes that bodies without a key may take of this host's memory at once, all callers together; one address has half of it.</summary>
    public long AnonymousBytesInFlight { get; init; } = 32L * 1024 * 1024;

    /// <summary>The same for bodies with a key; one key or subject has half of it.</summary>
    public long BytesInFlight { get; init; } = 256L * 1024 * 1024;

    /// <summary>Seconds from when a body begins to be read to its end, without a key.</summary>
    public int AnonymousSeconds { get; init; } = 20;

    /// <summary>The same with a key: 16 MiB at a megabit a second.</summary>
    public int Seconds { get; init; } = 140;

    /// <summary>The same for a count sheet, which is recorded while it comes in.</summary>
    public int SheetSeconds { get; init; } = 3_600;
}

/// <summary>Ledgers and other tables of any length, which hold a connection to the database for as long as they are read.</summary>
public sealed record ExportLimits
{
    /// <summary>How many are written at once on a host.</summary>
    public int AtOnce { get; init; } = 4;

    /// <summary>Seconds that one more waits for its turn.</summary>
    public int WaitSeconds { get; init; } = 2;

    /// <summary>The least rate of reading: who reads more slowly is cut off.</summary>
    public int BytesPerSecond { get; init; } = 32 * 1024;

    /// <summary>Seconds for which that is tolerated.</summary>
    public int GraceSeconds { get; init; } = 15;

    /// <summary>The longest that PostgreSQL works on one statement of an audit, an export or a simulation.</summary>
    public int StatementSeconds { get; init; } = 3_600;
}

/// <summary>Calls a second; 0 is no limit. A second's worth may come at once.</summary>
public sealed record RateLimits
{
    /// <summary>By one address, without a key or token that is known here.</summary>
    public decimal Anonymous { get; init; } = 1_000;

    /// <summary>By one key or token subject, but for <see cref="Availability"/>.</summary>
    public decimal Caller { get; init; } = 100_000;

    /// <summary>The plain question about availability by one key, which is answered from memory: no limit by default, since it costs less than most ways to count it.</summary>
    public decimal Availability { get; init; }

    /// <summary>Instead of <see cref="Caller"/>, by the name of a key or the subject of a token.</summary>
    public Dictionary<string, decimal> Callers { get; init; } = [];
}
