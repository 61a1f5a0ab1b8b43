namespace RetailSync.Inventory.Domain.Availability;

/// <summary>
/// Who may have which of the units that lie at locations, so that no unit is meant for two. Claims are served one after the other; a later
/// one may move an earlier one to other units within its reach, but never takes from it: the classic maximum flow by shortest augmenting
/// paths (Edmonds and Karp, 1972), from claims to layers of units. What each claim gets does not depend on which units it is given.
/// Claims and units are complements (L. S. Shapley, Complements and substitutes in the optimal assignment problem, 1962): with more units,
/// one more claim gets no less.
/// </summary>
internal sealed class Claims
{
    private readonly Layers _layers;
    private readonly decimal[] _left;
    private readonly List<(bool[] Reach, decimal[] Taken)> _claims;

    public Claims(Layers layers) => (_layers, _left, _claims) = (layers, [.. layers.Units], []);

    private Claims(Claims other) =>
        (_layers, _left, _claims) = (other._layers, [.. other._left], other._claims.ConvertAll(claim => (claim.Reach, (decimal[])[.. claim.Taken])));

    public Claims Copy() => new(this);

    /// <param name="kept">What is kept from it at each location; all the rest it may have.</param>
    /// <returns>The claim's number.</returns>
    public int Add(decimal[] kept)
    {
        _claims.Add((_layers.Reach(kept), new decimal[_left.Length]));
        return _claims.Count - 1;
    }

    public decimal TakenAt(int claim, int location)
    {
        decimal taken = 0;
        for (var layer = _layers.FirstOf[location]; layer < _layers.FirstOf[location + 1]; layer++)
        {
            taken += _claims[claim].Taken[layer];
        }

        return taken;
    }

    /// <summary>Gives its units back.</summary>
    public void Clear(int claim)
    {
        var taken = _claims[claim].Taken;
        for (var layer = 0; layer < taken.Length; layer++)
        {
            _left[layer] += taken[layer];
            taken[layer] = 0;
        }
    }

    /// <summary>Serves a claim with as much as can be, at most <paramref name="wanted"/>.</summary>
    /// <param name="wanted">More than it has now.</param>
    /// <param name="at">Units of this location only; null for any in its reach.</param>
    /// <returns>How much more it has.</returns>
    public decimal Serve(int claim, decimal wanted, int? at = null)
    {
        var served = TakeDirectly(claim, wanted, at);

        // Others may have to move for the rest; alone, there is nobody to move.
        while (served < wanted && _claims.Count > 1 && Augment(claim, wanted - served, at) is > 0 and var more)
        {
            served += more;
        }

        return served;
    }

    /// <summary>How much more <see cref="Serve"/> would give it at a location.</summary>
    public decimal Most(int claim, decimal wanted, int at)
    {
        var reach = _claims[claim].Reach;
        var (left, mayMove) = (0m, false);
        for (var layer = _layers.FirstOf[at]; layer < _layers.FirstOf[at + 1]; layer++)
        {
            if (reach[layer])
            {
                left += _left[layer];
                for (var other = 0; other < _claims.Count && !mayMove; other++)
                {
                    mayMove = other != claim && _claims[other].Taken[layer] > 0;
                }
            }
        }

        // Where no other has units there is nobody who could move: what is left there is all there is.
        return mayMove && left < wanted ? Copy().Serve(claim, wanted, at) : Math.Min(wanted, left);
    }

    private decimal TakeDirectly(int claim, decimal wanted, int? at)
    {
        var (reach, taken) = _claims[claim];
        var (first, end) = at is { } location ? (_layers.FirstOf[location], _layers.FirstOf[location + 1]) : (0, reach.Length);
        decimal served = 0;
        for (var layer = first; layer < end && served < wanted; layer++)
        {
            if (reach[layer] && _left[layer] > 0)
            {
                var units = Math.Min(wanted - served, _left[layer]);
                _left[layer] -= units;
                taken[layer] += units;
                served += units;
            }
        }

        return served;
    }

    /// <summary>
    /// Finds the shortest chain of claims, each of which can give up units of one layer for units of another, that ends at units which nobody has.
    /// </summary>
    private decimal Augment(int claim, decimal wanted, int? at)
    {
        var takenBy = new int[_left.Length];
        Array.Fill(takenBy, -1);
        var givesUp = new int[_claims.Count];
        Array.Fill(givesUp, -1);
        var visited = new bool[_claims.Count];
        visited[claim] = true;
        var queue = new Queue<int>([claim]);
        while (queue.TryDequeue(out var current))
        {
            var reach = _claims[current].Reach;
            for (var layer = 0; layer < _left.Length; layer++)
            {
                if (takenBy[layer] >= 0 || !reach[layer] || (current == claim && at is { } only && _layers.LocationOf[layer] != only))
                {
                    continue;
                }

                takenBy[layer] = current;
                if (_left[layer] > 0)
                {
                    return Move(claim, wanted, layer, takenBy, givesUp);
                }

                for (var other = 0; other < _claims.Count; other++)
                {
                    if (!visited[other] && _claims[other].Taken[layer] > 0)
                    {
                        visited[other] = true;
                        givesUp[other] = layer;
                        queue.Enqueue(other);
                    }
                }
            }
        }

        return 0;
    }

    private decimal Move(int claim, decimal wanted, int end, int[] takenBy, int[] givesUp)
    {
        var units = Math.Min(wanted, _left[end]);
        for (var by = takenBy[end]; by != claim; by = takenBy[givesUp[by]])
        {
            units = Math.Min(units, _claims[by].Taken[givesUp[by]]);
        }

        _left[end] -= units;
        for (int layer = end, by = takenBy[end]; ; layer = givesUp[by], by = takenBy[layer])
        {
            _claims[by].Taken[layer] += units;
            if (by == claim)
            {
                return units;
            }

            _claims[by].Taken[givesUp[by]] -= units;
        }
    }
}
