using NodaTime;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Reservations;
using RetailSync.Inventory.Host.Configuration;
using RetailSync.Inventory.Host.Http.Values;
using RetailSync.Inventory.Host.Quotas;

namespace RetailSync.Inventory.Host.Availability;

/// <summary>
/// What channels may hold, judged with the decision in the lane, from what this host has in memory: exact for all that this host decides of a SKU, and beyond
/// it by what other lanes and hosts decide at the same moment. Orders are not judged: they have happened.
/// </summary>
public sealed class HoldQuotas
{
    private const int DefaultOpen = 1_000_000;
    private const int DefaultLongOpen = 5_000;

    private readonly StockCache _book;
    private readonly HoldLimits _everybody;
    private readonly Dictionary<ChannelId, HoldLimits> _channels;

    /// <exception cref="SettingsException">See <see cref="Read"/>.</exception>
    public HoldQuotas(LimitOptions options, StockCache book)
    {
        _book = book;
        (_everybody, _channels) = Read(options.Holds);
        (AlertShare, AlertUnits) = (options.Holds.AlertShare, options.Holds.AlertUnits);
    }

    public decimal AlertShare { get; }

    public decimal AlertUnits { get; }

    /// <param name="request">A hold that is to be made.</param>
    /// <param name="beside">What is decided in the same batch.</param>
    /// <param name="now">The instant of the decision.</param>
    /// <returns>Why not; null when it may be.</returns>
    internal ReservationRefusal? Refusal(HoldStock request, HoldTally beside, Instant now)
    {
        var limits = Of(request.Channel);
        return limits.OfHold(request.HoldFor, _book.Held(request.Channel, now) + beside.Of(request.Channel))
            ?? OfSkus(limits, request.Channel, Units(request.Lines), held: null, beside, now);
    }

    /// <summary>The same for other lines of a hold: only a SKU of which there would be more is judged.</summary>
    internal ReservationRefusal? Refusal(ChangeReservation change, Reservation held, HoldTally beside, Instant now) =>
        OfSkus(Of(held.Channel), held.Channel, Units(change.Lines), held, beside, now);

    /// <summary>The same for what has been decided to be held, instead of <paramref name="before"/>.</summary>
    internal ReservationRefusal? Refusal(Reservation after, Reservation? before, HoldTally beside, Instant now) =>
        OfSkus(Of(after.Channel), after.Channel, after.Lines.Where(line => line.By is null).Select(line => (line.Sku, line.Quantity)), before, beside, now);

    /// <summary>What is still to come is taken from nobody. Kits are left out: what they are held of is not known yet.</summary>
    private static IEnumerable<(Sku Sku, decimal Quantity)> Units(IEnumerable<RequestedLine> lines) =>
        lines.Where(line => line.By is null && line.Kit is null).Select(line => (line.Sku, line.Quantity));

    private ReservationRefusal? OfSkus(
        HoldLimits limits, ChannelId channel, IEnumerable<(Sku Sku, decimal Quantity)> lines, Reservation? held, HoldTally beside, Instant now)
    {
        if (!limits.ConcernSkus)
        {
            return null;
        }

        return (from line in lines
                group line.Quantity by line.Sku into wanted
                let more = wanted.Sum() - (held?.Lines.Where(line => line.Sku == wanted.Key).Sum(line => line.Quantity) ?? 0)
                where more > 0
                select limits.OfSku(wanted.Key, _book.HeldUnits(channel, wanted.Key, now) + beside.Units(channel, wanted.Key) + more,
                    _book.Sellable(wanted.Key)))
            .FirstOrDefault(refusal => refusal is not null);
    }

    private HoldLimits Of(ChannelId channel) => _channels.Count > 0 && _channels.TryGetValue(channel, out var own) ? own : _everybody;

    /// <summary>The limits of every channel, and of those that have their own.</summary>
    /// <exception cref="SettingsException">A duration is none, or a name is no channel's.</exception>
    internal static (HoldLimits Everybody, Dictionary<ChannelId, HoldLimits> Channels) Read(HoldLimitOptions options)
    {
        var defaults = Limits("Holds", options, new HoldLimits(DefaultOpen, DefaultLongOpen, HoldStock.LongestHold, SkuUnits: 0, SkuShare: 100));
        return (defaults, options.Channels.ToDictionary(
            one => ChannelId.TryParse(one.Key, out var channel) ? channel
            : throw new SettingsException($"{LimitOptions.Section}:Holds:Channels:{one.Key} names no channel."),
            one => Limits($"Holds:Channels:{one.Key}", one.Value, defaults)));
    }

    private static HoldLimits Limits(string name, HoldLimit limit, HoldLimits otherwise) => new(
        limit.Open ?? otherwise.Open,
        limit.LongOpen ?? otherwise.LongOpen,
        string.IsNullOrWhiteSpace(limit.HoldFor) ? otherwise.HoldFor
            : Durations.TryParse(limit.HoldFor, out var longest) && longest >= HoldStock.ShortestHold && longest <= HoldStock.LongestHold ? longest
            : throw new SettingsException($"{LimitOptions.Section}:{name}:HoldFor is '{limit.HoldFor}' and must be an ISO 8601 duration, PT1S to P30D."),
        limit.SkuUnits ?? otherwise.SkuUnits,
        limit.SkuShare ?? otherwise.SkuShare);
}
