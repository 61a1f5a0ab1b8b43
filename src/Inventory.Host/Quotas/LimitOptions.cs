using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>
/// What a caller may use up: the section <c>Limits</c> of the configuration. <c>docs/limits.md</c> lists every setting, and what is answered beyond it.
/// </summary>
[Section(Section)]
public sealed record LimitOptions
{
    public const string Section = "Limits";

    public BodyLimits Bodies { get; init; } = new();

    public ExportLimits Exports { get; init; } = new();

    public RateLimits Rates { get; init; } = new();

    public HoldLimitOptions Holds { get; init; } = new();

    /// <exception cref="SettingsException">A setting is out of its bounds: it says which.</exception>
    public static LimitOptions Of(IConfiguration configuration)
    {
        var options = configuration.Read<LimitOptions>();
        var bodies = options.Bodies;
        Require("Bodies:AnonymousBytesInFlight", bodies.AnonymousBytesInFlight, 6L * bodies.AnonymousBytes, "Bodies:AnonymousBytes");
        Require("Bodies:BytesInFlight", bodies.BytesInFlight, 6L * RequestBody.MaxLength, "what a body may have");
        return options;
    }

    /// <summary>One caller may take half of a budget, and a body up to twice its length: with less, calls within their limits would be refused.</summary>
    private static void Require(string name, long bytes, long least, string six)
    {
        if (bytes < least)
        {
            throw new SettingsException(
                FormattableString.Invariant($"{Section}:{name} is {bytes} and must be {least:#,0} bytes or more, which is six times {six}."));
        }
    }
}

/// <summary>Bodies of requests.</summary>
public sealed record BodyLimits
{
    /// <summary>Bytes of a body without a key or token, also after decompression; with one it is <see cref="RequestBody.MaxLength"/>.</summary>
    [Setting("bytes", 1_024, RequestBody.MaxLength)]
    public int AnonymousBytes { get; init; } = 1024 * 1024;

    /// <summary>Bytes that bodies without a key may take of this host's memory at once, all callers together; one address has half of it.</summary>
    [Setting("bytes", 6_144)]
    public long AnonymousBytesInFlight { get; init; } = 32L * 1024 * 1024;

    /// <summary>The same for bodies with a key; one key or subject has half of it.</summary>
    [Setting("bytes", 6L * RequestBody.MaxLength)]
    public long BytesInFlight { get; init; } = 256L * 1024 * 1024;

    /// <summary>Seconds from when a body begins to be read to its end, without a key.</summary>
    [Setting("seconds", 1, 86_400)]
    public int AnonymousSeconds { get; init; } = 20;

    /// <summary>The same with a key: 16 MiB at a megabit a second.</summary>
    [Setting("seconds", 1, 86_400)]
    public int Seconds { get; init; } = 140;

    /// <summary>The same for a count sheet, which is recorded while it comes in.</summary>
    [Setting("seconds", 1, 86_400)]
    public int SheetSeconds { get; init; } = 3_600;
}

/// <summary>Ledgers and other tables of any length, which hold a connection to the database for as long as they are read.</summary>
public sealed record ExportLimits
{
    /// <summary>How many are written at once on a host.</summary>
    [Setting("exports", 1, ConnectionPools.AuditConnections / 2)]
    public int AtOnce { get; init; } = 4;

    /// <summary>Seconds that one more waits for a free slot.</summary>
    [Setting("seconds", 0, 60)]
    public int WaitSeconds { get; init; } = 2;

    /// <summary>The least rate of reading: who reads more slowly is cut off.</summary>
    [Setting("bytes a second", 1, 1_000_000_000)]
    public int BytesPerSecond { get; init; } = 32 * 1024;

    /// <summary>Seconds for which that is tolerated.</summary>
    [Setting("seconds", 2, 3_600)]
    public int GraceSeconds { get; init; } = 15;

    /// <summary>The longest that PostgreSQL works on one statement of an audit, an export or a simulation.</summary>
    [Setting("seconds", 1, 86_400)]
    public int StatementSeconds { get; init; } = 3_600;
}

/// <summary>Calls a second; 0 is no limit. A second's worth may come at once.</summary>
public sealed record RateLimits
{
    /// <summary>By one address, without a key or token that is known here.</summary>
    [Setting("calls a second", 0, 10_000_000)]
    public decimal Anonymous { get; init; } = 1_000;

    /// <summary>By one key or token subject, but for <see cref="Availability"/>.</summary>
    [Setting("calls a second", 0, 10_000_000)]
    public decimal Caller { get; init; } = 100_000;

    /// <summary>
    /// The plain question about availability by one key, which is answered from memory: no limit by default, since it costs less than most ways to count it.
    /// </summary>
    [Setting("calls a second", 0, 10_000_000)]
    public decimal Availability { get; init; }

    /// <summary>Instead of <see cref="Caller"/>, by the name of a key or the subject of a token.</summary>
    [Setting("calls a second", 0, 10_000_000)]
    public Dictionary<string, decimal> Callers { get; init; } = [];
}
