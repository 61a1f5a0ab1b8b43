namespace RetailSync.Inventory.Domain.Availability;

/// <summary>
/// Who may have which of the units that lie at locations, so that no unit is meant for two. Claims are served one after the other; a later
/// one may move an earlier one to other units within its reach, but never takes from it: the classic maximum flow by shortest augmenting
/// paths (Edmonds and Karp, 1972), from claims to locations. What each claim gets does not depend on which units it is given.
/// </summary>
internal sealed class Claims
{
    private readonly decimal[] _left;
    private readonly List<(decimal[] Reach, decimal[] Taken)> _claims;

    /// <param name="units">What lies at each location, 0 or more.</param>
    public Claims(decimal[] units)
    {
        _left = [.. units];
        _claims = [];
    }

    private Claims(Claims other)
    {
        _left = [.. other._left];
        _claims = other._claims.ConvertAll(claim => (claim.Reach, (decimal[])[.. claim.Taken]));
    }

    public Claims Copy() => new(this);

    /// <param name="reach">How much it may have of each location.</param>
    /// <returns>The claim's number.</returns>
    public int Add(decimal[] reach)
    {
        _claims.Add((reach, new decimal[reach.Length]));
        return _claims.Count - 1;
    }

    public decimal TakenAt(int claim, int location) => _claims[claim].Taken[location];

    /// <summary>Gives its units back.</summary>
    public void Clear(int claim)
    {
        var taken = _claims[claim].Taken;
        for (var location = 0; location < taken.Length; location++)
        {
            _left[location] += taken[location];
            taken[location] = 0;
        }
    }

    /// <summary>Serves a claim with as much as can be, at most <paramref name="wanted"/>.</summary>
    /// <param name="claim">Its number.</param>
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

    private decimal TakeDirectly(int claim, decimal wanted, int? at)
    {
        var (reach, taken) = _claims[claim];
        decimal served = 0;
        for (var location = at ?? 0; location <= (at ?? reach.Length - 1) && served < wanted; location++)
        {
            var units = Math.Min(wanted - served, Math.Min(_left[location], reach[location] - taken[location]));
            if (units > 0)
            {
                _left[location] -= units;
                taken[location] += units;
                served += units;
            }
        }

        return served;
    }

    /// <summary>Finds the shortest chain of claims, each of which can give up units of one location for units of another, that ends at units which nobody has.</summary>
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
            var (reach, taken) = _claims[current];
            for (var location = 0; location < _left.Length; location++)
            {
                if (takenBy[location] >= 0 || reach[location] <= taken[location] || (current == claim && at is { } only && location != only))
                {
                    continue;
                }

                takenBy[location] = current;
                if (_left[location] > 0)
                {
                    return Move(claim, wanted, location, takenBy, givesUp);
                }

                for (var other = 0; other < _claims.Count; other++)
                {
                    if (!visited[other] && _claims[other].Taken[location] > 0)
                    {
                        visited[other] = true;
                        givesUp[other] = location;
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
        for (int location = end, by = takenBy[end]; ; location = givesUp[by], by = takenBy[location])
        {
            units = Math.Min(units, _claims[by].Reach[location] - _claims[by].Taken[location]);
            if (by == claim)
            {
                break;
            }

            units = Math.Min(units, _claims[by].Taken[givesUp[by]]);
        }

        _left[end] -= units;
        for (int location = end, by = takenBy[end]; ; location = givesUp[by], by = takenBy[location])
        {
            _claims[by].Taken[location] += units;
            if (by == claim)
            {
                return units;
            }

            _claims[by].Taken[givesUp[by]] -= units;
        }
    }
}
