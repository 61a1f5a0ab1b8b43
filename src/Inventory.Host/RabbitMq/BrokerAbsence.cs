using NodaTime;

namespace RetailSync.Inventory.Host.RabbitMq;

/// <summary>Since when this host has had no connection to its broker. Of a host that has none configured it says nothing. For many threads.</summary>
public sealed class BrokerAbsence(IClock clock)
{
    /// <summary>A broker that restarts is back by then.</summary>
    public static readonly Duration RaisedAfter = Duration.FromSeconds(30);

    private volatile Absence? _absence;

    /// <param name="reason">Why there is no connection; without what the connection was opened with.</param>
    public void Begin(string reason) => _absence = new Absence(_absence?.Since ?? clock.GetCurrentInstant(), reason);

    public void End() => _absence = null;

    /// <summary>The text of an alert; null while the broker is available, or has not been unavailable for <see cref="RaisedAfter"/>.</summary>
    public string? DetailAt(Instant now) => _absence is { } absence && now - absence.Since >= RaisedAfter
        ? $"RabbitMQ has not answered this host since {absence.Since} ({absence.Reason}): movements and documents wait in its queues or with who "
            + $"sends them, and its channels are not published to."
        : null;

    private sealed record Absence(Instant Since, string Reason);
}
