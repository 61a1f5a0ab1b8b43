using CsCheck;
using RetailSync.Inventory.Domain.Availability;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>Claims against trying out everything: three claims on the units of up to three locations, some of which are kept from them.</summary>
public sealed class Claims_properties
{
    private static readonly Gen<decimal[]> Few = Gen.Int[0, 2].Select(units => (decimal)units).Array[3];

    private static readonly Gen<(decimal[] Units, (decimal[] Kept, decimal Wanted)[] Claims)> Case =
        Gen.Select(Few, Gen.Select(Few, Gen.Int[0, 5]).Select((kept, wanted) => (kept, (decimal)wanted)).Array[1, 3]);

    [Fact]
    public void Each_claim_gets_the_most_that_leaves_earlier_ones_unchanged() => Case.Sample(drawn =>
    {
        var (units, wanted) = (drawn.Units, drawn.Claims);
        var (claims, served) = Serve(units, wanted);

        Assert.Equal(Best(units, wanted), served);
        Assert.All(Enumerable.Range(0, units.Length),
            location => Assert.InRange(wanted.Select((_, claim) => claims.TakenAt(claim, location)).Sum(), 0, units[location]));
        for (var claim = 0; claim < wanted.Length; claim++)
        {
            var at = Enumerable.Range(0, units.Length).Select(location => claims.TakenAt(claim, location)).ToList();
            Assert.Equal(served[claim], at.Sum());
            Assert.All(at.Select((taken, location) => (taken, Reach: Math.Max(0, units[location] - wanted[claim].Kept[location]))),
                pair => Assert.InRange(pair.taken, 0, pair.Reach));
        }
    });

    [Fact]
    public void Each_claim_does_so_at_one_location_too() => Gen.Select(Case, Few, Gen.Int[0, 2]).Sample((drawn, kept, location) =>
    {
        var (claims, _) = Serve(drawn.Units, drawn.Claims, kept);
        decimal[] elsewhere = [decimal.MaxValue, decimal.MaxValue, decimal.MaxValue];
        elsewhere[location] = kept[location];
        var last = claims.Add(kept);
        Assert.Equal(Best(drawn.Units, [.. drawn.Claims, (elsewhere, 5)])[^1], claims.Copy().Serve(last, 5, location));

        // One location after the other is as good as all at once.
        var atOnce = claims.Copy().Serve(last, 9);
        Assert.Equal(atOnce, new[] { location, (location + 1) % 3, (location + 2) % 3 }.Sum(at => claims.Serve(last, 9, at)));
    });

    [Fact]
    public void One_more_unit_takes_nothing_from_anybody() => Gen.Select(Case, Gen.Int[0, 2]).Sample((drawn, location) =>
    {
        var more = drawn.Units.ToArray();
        more[location] += 0.5m;
        Assert.All(Serve(drawn.Units, drawn.Claims).Served.Zip(Serve(more, drawn.Claims).Served), pair => Assert.True(pair.First <= pair.Second));
    });

    [Fact]
    public void Returned_units_are_available_again() => Case.Sample(drawn =>
    {
        var (claims, _) = Serve(drawn.Units, drawn.Claims);
        claims.Clear(0);
        var others = drawn.Claims.Skip(1).Select((_, index) => Enumerable.Range(0, 3).Sum(location => claims.TakenAt(index + 1, location))).Sum();
        Assert.Equal(drawn.Units.Sum() - others, claims.Serve(claims.Add([0, 0, 0]), 99));
    });

    private static (Claims Claims, List<decimal> Served) Serve(decimal[] units, (decimal[] Kept, decimal Wanted)[] wanted, params decimal[][] others)
    {
        var claims = new Claims(Layers.Of(units, [0, 0, 0], [.. wanted.Select(claim => claim.Kept), .. others]));
        return (claims, [.. wanted.Select(claim => claims.Serve(claims.Add(claim.Kept), claim.Wanted))]);
    }

    /// <summary>Of everything that can be given out, what gives the first claim most, then the second, ...</summary>
    private static List<decimal> Best(decimal[] units, (decimal[] Kept, decimal Wanted)[] claims)
    {
        // Each unit by itself: at which location, and how many lie below it there.
        var single = units.SelectMany((there, location) => Enumerable.Range(0, (int)there).Select(below => (location, (decimal)below))).ToList();
        var best = new List<decimal>();
        for (var claim = 0; claim < claims.Length; claim++)
        {
            var most = claims[claim].Wanted;
            while (!CanBeGiven(single, claims, [.. best, most], 0))
            {
                most--;
            }

            best.Add(most);
        }

        return best;
    }

    private static bool CanBeGiven(List<(int Location, decimal Below)> units, (decimal[] Kept, decimal Wanted)[] claims, decimal[] open, int unit)
    {
        if (open.Sum() > units.Count - unit)
        {
            return false;
        }

        if (unit == units.Count)
        {
            return true;
        }

        for (var claim = 0; claim < open.Length; claim++)
        {
            if (open[claim] > 0 && claims[claim].Kept[units[unit].Location] <= units[unit].Below)
            {
                open[claim]--;
                if (CanBeGiven(units, claims, open, unit + 1))
                {
                    open[claim]++;
                    return true;
                }

                open[claim]++;
            }
        }

        return CanBeGiven(units, claims, open, unit + 1);
    }
}
