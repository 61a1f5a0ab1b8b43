using System.Globalization;
using CsCheck;

namespace RetailSync.Inventory.Domain.Tests.Availability;

/// <summary>Stock and rules at random, in the words of <see cref="Situation"/>: what fails can be added to the table as it is.</summary>
internal static class AnySituation
{
    public static readonly string[] Channels = ["web", "shop", "market", "other"];

    public static readonly Gen<string> SafetyStock = Rule("safety-stock{0}{1} {2}");
    public static readonly Gen<string> SafetyShare = Rule("safety-stock{0}{1} {2}0%");
    public static readonly Gen<string> NetworkSafetyStock = Rule("network safety{1} {2}");
    public static readonly Gen<string> NetworkSafetyShare = Rule("network safety{0}{1} {2}%");
    public static readonly Gen<string> BufferForAll = Rule("buffer{0}{1} {2}");
    public static readonly Gen<string> Buffer = Rule("buffer {3}{0}{1} {2}");
    public static readonly Gen<string> Backorder = Rule("backorder {3}{1} {2}");
    public static readonly Gen<string> BackorderForAll = Rule("backorder{1} {2}");
    public static readonly Gen<string> Publish = Rule("publish {3}{1} buffer {4} cap {2} threshold {5}");

    public static readonly Gen<string> Eligibility = Gen.Select(OneOf("web", "shop", "market", "everybody"), OneOf(" not", " not", ""), Where(), Sku())
        .Select((channel, not, where, sku) => $"{channel}{not} at{where}{sku}");

    public static readonly Gen<string> Fence = Allocation("fixed {0}");
    public static readonly Gen<string> FenceShare = Allocation("percent {0}0");

    /// <summary>Rules that keep back numbers of units.</summary>
    public static readonly Gen<string>[] Units = [SafetyStock, NetworkSafetyStock, Eligibility, Eligibility, BufferForAll, Buffer, Fence, Fence, Fence];

    public static readonly Gen<string>[] Shares = [SafetyShare, NetworkSafetyShare, FenceShare];

    public static readonly Gen<string>[] All = [.. Units, .. Shares, Backorder, BackorderForAll, Publish];

    public static readonly Gen<string> SomeLocation =
        Gen.Select(Gen.Int[-8, 24], Gen.Int[-6, 6], Gen.Int[-6, 10], OneOf("", "", "", " group mall", " disabled"))
        .Select((onHand, unsellable, reserved, more) =>
            string.Create(CultureInfo.InvariantCulture,
                $"{onHand / 2m} unsellable {Math.Max(0, unsellable) / 2m} reserved {Math.Max(0, reserved) / 2m}{more}"));

    public static readonly Gen<string> SomeStock = SomeLocation.Array[1, 4]
        .Select(locations => string.Join(", ", locations.Select((location, index) => $"S{index + 1} {location}")));

    public static Gen<string> SomeRules(params Gen<string>[] kinds) => Gen.OneOf(kinds).Array[0, 8].Select(rules => string.Join("; ", rules));

    public static Gen<T> OneOf<T>(params T[] choices) => Gen.Int[0, choices.Length - 1].Select(choice => choices[choice]);

    private static Gen<string> Allocation(string share) =>
        Gen.Select(OneOf("web", "shop", "market"), Sku(), Gen.Int[0, 10], OneOf("", " borrow"),
            OneOf("", " priority 1", " priority -1"), OneOf("", "", " used 1", " used 7")).Select(
            (channel, sku, units, borrow, priority, used) =>
            $"allocation {channel}{sku} {string.Format(CultureInfo.InvariantCulture, share, units)}{borrow}{priority}{used}");

    /// <summary>{0} where, {1} which SKU, {2} how much, {3} which channel, {4} and {5} less.</summary>
    private static Gen<string> Rule(string words) =>
        Gen.Select(Where(), Sku(), Gen.Int[0, 9], OneOf("web", "shop", "market"), Gen.Int[0, 3], Gen.Int[0, 3]).Select(
        (where, sku, much, channel, little, less) => string.Format(CultureInfo.InvariantCulture, words, where, sku, much, channel, little, less));

    private static Gen<string> Where() => OneOf("", " S1", " S2", " S3", " group mall");

    private static Gen<string> Sku() => OneOf("", "", " of cup", " of plate");
}
