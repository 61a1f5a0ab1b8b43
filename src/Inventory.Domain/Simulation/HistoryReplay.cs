namespace RetailSync.Inventory.Domain.Simulation;

/// <param name="EventsReplayed">Events that were recorded within the time.</param>
/// <param name="Channels">In the order of the scenario.</param>
/// <param name="Skus">Those that change most, first; all channels of the scenario together.</param>
public sealed record ReplayResult(long EventsReplayed, IReadOnlyList<(ChannelId Channel, Tally Tally)> Channels, IReadOnlyList<(Sku Sku, Tally Tally)> Skus);

/// <summary>Replays SKU after SKU, and keeps of each only what it adds up to. Not for two threads.</summary>
public sealed class HistoryReplay(Scenario scenario)
{
    /// <summary>How many SKUs are named.</summary>
    public const int SkusAtMost = 20;

    private static readonly Comparer<(decimal Difference, string Sku)> LeastFirst = Comparer<(decimal Difference, string Sku)>.Create((left, right) =>
        left.Difference != right.Difference ? left.Difference.CompareTo(right.Difference) : string.CompareOrdinal(right.Sku, left.Sku));

    private readonly Tally[] _channels = new Tally[scenario.Channels.Count];
    private readonly PriorityQueue<(Sku Sku, Tally Tally), (decimal Difference, string Sku)> _most = new(LeastFirst);
    private Sku _sku;
    private SkuReplay? _replay;

    public long EventsReplayed { get; private set; }

    /// <param name="sku">Of what; a SKU's events come one after the other, in the order of recording.</param>
    /// <param name="happened">Not after the scenario's end.</param>
    public void Add(Sku sku, in ReplayedEvent happened)
    {
        if (_replay is null || sku != _sku)
        {
            FinishSku();
            (_sku, _replay) = (sku, new SkuReplay(sku, scenario));
        }

        _replay.Add(happened);
        if (happened.RecordedAt > scenario.From)
        {
            EventsReplayed++;
        }
    }

    public ReplayResult Finish()
    {
        FinishSku();
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
        if (_replay is null)
        {
            return;
        }

        var tallies = _replay.Finish();
        var all = default(Tally);
        for (var channel = 0; channel < tallies.Count; channel++)
        {
            _channels[channel] += tallies[channel];
            all += tallies[channel];
        }

        if (all.Difference > 0)
        {
            _most.Enqueue((_sku, all), (all.Difference, _sku.Value));
            if (_most.Count > SkusAtMost)
            {
                _most.Dequeue();
            }
        }

        _replay = null;
    }
}
