using CsCheck;
using RetailSync.Inventory.Domain.Availability;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>Claims against trying out everything: three claims on the units of up to three locations.</summary>
public sealed class Claims_properties
{
    private static readonly Gen<decimal[]> Few = Gen.Int[0, 3].Select(units => (decimal)units).Array[3];

    private static readonly Gen<(decimal[] Units, (decimal[] Reach, decimal Wanted)[] Claims)> Case =
        Gen.Select(Few, Gen.Select(Few, Gen.Int[0, 5]).Select((reach, wanted) => (reach, (decimal)wanted)).Array[1, 3]);

    [Fact]
    public void Each_gets_the_most_that_leaves_those_before_it_what_they_have() => Case.Sample(drawn =>
    {
        var (units, wanted) = (drawn.Units, drawn.Claims);
        var claims = new Claims(units);
        var served = wanted.Select(claim => claims.Serve(claims.Add(claim.Reach), claim.Wanted)).ToList();

        Assert.Equal(Best(units, wanted), served);
        Assert.All(Enumerable.Range(0, units.Length), location => Assert.InRange(wanted.Select((_, claim) => claims.TakenAt(claim, location)).Sum(), 0, units[location]));
        for (var claim = 0; claim < wanted.Length; claim++)
        {
            var at = Enumerable.Range(0, units.Length).Select(location => claims.TakenAt(claim, location)).ToList();
            Assert.Equal(served[claim], at.Sum());
            Assert.All(at.Zip(wanted[claim].Reach), pair => Assert.InRange(pair.First, 0, pair.Second));
        }
    });

    [Fact]
    public void At_one_location_too() => Gen.Select(Case, Few, Gen.Int[0, 2]).Sample((drawn, reach, location) =>
    {
        var claims = new Claims(drawn.Units);
        foreach (var claim in drawn.Claims)
        {
            claims.Serve(claims.Add(claim.Reach), claim.Wanted);
        }

        decimal[] there = [0, 0, 0];
        there[location] = reach[location];
        var last = claims.Add(reach);
        Assert.Equal(Best(drawn.Units, [.. drawn.Claims, (there, 5)])[^1], claims.Copy().Serve(last, 5, location));

        // One location after the other is as good as all at once.
        var atOnce = claims.Copy().Serve(last, 9);
        Assert.Equal(atOnce, new[] { location, (location + 1) % 3, (location + 2) % 3 }.Sum(at => claims.Serve(last, 9, at)));
    });

    [Fact]
    public void What_is_given_back_is_there_again() => Case.Sample(drawn =>
    {
        var claims = new Claims(drawn.Units);
        foreach (var claim in drawn.Claims)
        {
            claims.Serve(claims.Add(claim.Reach), claim.Wanted);
        }

        claims.Clear(0);
        var others = drawn.Claims.Skip(1).Select((_, index) => Enumerable.Range(0, 3).Sum(location => claims.TakenAt(index + 1, location))).Sum();
        Assert.Equal(drawn.Units.Sum() - others, claims.Serve(claims.Add(drawn.Units), 99));
    });

    /// <summary>Of everything that can be given out, what gives the first claim most, then the second, ...</summary>
    private static List<decimal> Best(decimal[] units, (decimal[] Reach, decimal Wanted)[] claims)
    {
        var best = new List<decimal>();
        for (var claim = 0; claim < claims.Length; claim++)
        {
            var most = claims[claim].Wanted;
            while (!CanBeGiven(units, claims, [.. best, most], 0, 0))
            {
                most--;
            }

            best.Add(most);
        }

        return best;
    }

    private static bool CanBeGiven(decimal[] units, (decimal[] Reach, decimal Wanted)[] claims, IReadOnlyList<decimal> totals, int claim, int location)
    {
        if (claim == totals.Count)
        {
            return true;
        }

        if (location == units.Length)
        {
            return totals[claim] == 0 && CanBeGiven(units, claims, totals, claim + 1, 0);
        }

        for (decimal given = 0; given <= Math.Min(units[location], Math.Min(claims[claim].Reach[location], totals[claim])); given++)
        {
            var left = units.ToArray();
            left[location] -= given;
            var open = totals.ToArray();
            open[claim] -= given;
            if (CanBeGiven(left, claims, open, claim, location + 1))
            {
                return true;
            }
        }

        return false;
    }
}
