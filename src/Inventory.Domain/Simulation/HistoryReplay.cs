namespace RetailSync.Inventory.Domain.Simulation;

/// <param name="EventsReplayed">Events that were recorded within the time.</param>
/// <param name="Channels">In the order of the scenario.</param>
/// <param name="Skus">Those that change most, first; all channels of the scenario together.</param>
public sealed record ReplayResult(long EventsReplayed, IReadOnlyList<(ChannelId Channel, Tally Tally)> Channels, IReadOnlyList<(Sku Sku, Tally Tally)> Skus);

/// <summary>
/// Replays SKU after SKU, and keeps of each only what it adds up to; kits and all that they need are replayed together. Not for two threads.
/// </summary>
public sealed class HistoryReplay(Scenario scenario)
{
    /// <summary>How many SKUs are named.</summary>
    public const int SkusAtMost = 20;

    private static readonly Comparer<(decimal Difference, string Sku)> LeastFirst = Comparer<(decimal Difference, string Sku)>.Create((left, right) =>
        left.Difference != right.Difference ? left.Difference.CompareTo(right.Difference) : string.CompareOrdinal(right.Sku, left.Sku));

    private readonly Tally[] _channels = new Tally[scenario.Channels.Count];
    private readonly PriorityQueue<(Sku Sku, Tally Tally), (decimal Difference, string Sku)> _most = new(LeastFirst);
    private readonly KitReplay _kits = new(scenario);
    private Sku _sku;
    private SkuReplay? _replay;

    public long EventsReplayed { get; private set; }

    /// <param name="sku">
    /// Of what; a SKU's events come one after the other, in the order of recording, and those of all SKUs of <see cref="Scenario.OfKits"/> in that order.
    /// </param>
    /// <param name="happened">Not after the scenario's end.</param>
    public void Add(Sku sku, in ReplayedEvent happened)
    {
        if (scenario.OfKits.Contains(sku))
        {
            _kits.Add(sku, happened);
        }
        else
        {
            if (_replay is null || sku != _sku)
            {
                FinishSku();
                (_sku, _replay) = (sku, new SkuReplay(sku, scenario));
            }

            _replay.Add(happened);
        }

        if (happened.RecordedAt > scenario.From)
        {
            EventsReplayed++;
        }
    }

    public ReplayResult Finish()
    {
        FinishSku();
        foreach (var (sku, tallies) in _kits.Finish())
        {
            Count(sku, tallies);
        }

        var skus = new List<(Sku, Tally)>();
        while (_most.TryDequeue(out var sku, out _))
        {
            skus.Add(sku);
        }

        skus.Reverse();
        return new ReplayResult(EventsReplayed, [.. scenario.Channels.Zip(_channels)], skus);
    }

    private void FinishSku()
    {
        if (_replay is not null)
        {
            Count(_sku, _replay.Finish());
            _replay = null;
        }
    }

    private void Count(Sku sku, IReadOnlyList<Tally> tallies)
    {
        var all = default(Tally);
        for (var channel = 0; channel < tallies.Count; channel++)
        {
            _channels[channel] += tallies[channel];
            all += tallies[channel];
        }

        if (all.Difference > 0)
        {
            _most.Enqueue((sku, all), (all.Difference, sku.Value));
            if (_most.Count > SkusAtMost)
            {
                _most.Dequeue();
            }
        }
    }
}
