using NodaTime;

namespace RetailSync.Inventory.Domain.Simulation;

/// <summary>One SKU in one channel at one moment of a replay.</summary>
/// <param name="Promised">Units really promised from then on.</param>
/// <param name="WouldBePromised">The same with the proposed rules.</param>
/// <param name="Sold">Units that real orders of the channel took since the beginning, less those that were given back.</param>
/// <param name="Lost">Of these, units that the proposed rules would have refused.</param>
public readonly record struct SeriesPoint(Instant At, decimal Promised, decimal WouldBePromised, decimal Sold, decimal Lost);

/// <summary>
/// The course of one SKU in one channel: where something changes, at most once in each of <see cref="PointsAtMost"/> equal parts of the time, with what was so
/// at the part's end. Not for two threads.
/// </summary>
public sealed class ReplaySeries(ChannelId channel, Sku sku)
{
    public const int PointsAtMost = 600;

    private readonly List<SeriesPoint> _points = [];
    private long _part = -1;

    public ChannelId Channel { get; } = channel;

    public Sku Sku { get; } = sku;

    /// <summary>Oldest first; each holds until the next. Empty where nothing of the SKU was ever recorded.</summary>
    public IReadOnlyList<SeriesPoint> Points => _points;

    /// <param name="point">Not before the one before.</param>
    /// <param name="from">The beginning of the time.</param>
    internal void Add(SeriesPoint point, Instant from, Instant to)
    {
        if (_points.Count > 0 && _points[^1] with { At = point.At } == point)
        {
            return;
        }

        var part = Math.Clamp((long)((point.At - from) / (to - from) * PointsAtMost), 0, PointsAtMost - 1);
        if (part == _part)
        {
            _points[^1] = point;
            return;
        }

        _part = part;
        _points.Add(point);
    }
}
