using Npgsql;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Rules;
using RetailSync.Inventory.Host.Alerts;
using RetailSync.Inventory.Host.Availability;
using RetailSync.Inventory.Host.ChannelOrders;
using RetailSync.Inventory.Host.DeadLetters;
using RetailSync.Inventory.Host.EventLog;
using RetailSync.Inventory.Host.Promises;
using RetailSync.Inventory.Host.Publications;
using RetailSync.Inventory.Host.Publications.Ledger;
using Wolverine.Attributes;

namespace RetailSync.Inventory.Host.Monitoring;

/// <summary>Find what should not be, and settle the alerts by it.</summary>
[MessageIdentity("find-alerts")]
public sealed record FindAlerts;

/// <summary>
/// Checks stock and rules for alert conditions, every few seconds and on request, and raises or resolves alerts accordingly. Every host may
/// do it: an alert is one row.
/// </summary>
public sealed class FindAlertsHandler(
    NpgsqlDataSource database, ReadAvailability availability, RegisteredChannels registered, ChannelProgress progress, OpenWriters writers, HoldQuotas quotas,
    DeadLetterStore letters)
{
    private static readonly AlertKind[] RuleKinds = [AlertKind.RingFenceAboveStock, AlertKind.RuleMatchesNothing];

    private static readonly AlertKind[] Kinds =
        [.. RuleKinds, .. ChannelAlerts.Kinds, AlertKind.FollowersHeldBack, AlertKind.VendorVersion, AlertKind.MessageSetAside,
            AlertKind.NotCollected, AlertKind.PromiseAtRisk];

    /// <summary>These are found in memory: a host whose memory is not current leaves them as they are, to one whose is.</summary>
    private static readonly AlertKind[] StockKinds = [AlertKind.ReservedAboveOnHand, AlertKind.PositionBelowZero, AlertKind.ChannelHoldsMost];

    public async Task Update(CancellationToken cancellation)
    {
        var fenced = availability.Plan.Rules.All.Select(rule => (rule.Body as AllocationRule)?.Sku).OfType<Sku>().Distinct().ToList();
        var basis = await availability.Read(fenced, 0, cancellation);
        var findings = await RuleAlerts.Find(database, basis, cancellation);
        if (basis.IsMemory)
        {
            findings.AddRange(StockAlerts.Find(basis.Book, basis.AsOf));
            findings.AddRange(HoldAlerts.Find(basis.Book, quotas, basis.AsOf));
        }

        var channels = (await registered.Read(cancellation)).ToDictionary(channel => channel.Id);
        findings.AddRange(await ChannelAlerts.Find(database, channels, progress, basis.AsOf, cancellation));
        findings.AddRange(await writers.Find(cancellation));
        findings.AddRange(await VendorAlerts.Find(database, channels.Values, basis.AsOf, cancellation));
        findings.AddRange(await letters.Find(cancellation));
        findings.AddRange(await UncollectedOrders.Find(database, basis.AsOf, cancellation));
        findings.AddRange(await PromiseAlerts.Find(database, basis.AsOf, cancellation));
        await AlertTable.Update(database, basis.IsMemory ? [.. Kinds, .. StockKinds] : Kinds, findings, basis.AsOf, cancellation);
    }

    public Task Handle(FindAlerts _, CancellationToken cancellation) => Update(cancellation);
}
