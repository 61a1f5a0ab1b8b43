using System.Globalization;
using NodaTime;

namespace RetailSync.Channels.Walmart;

/// <summary>Between publications and Walmart's words. Pure.</summary>
public static class WalmartTranslator
{
    public const int MostInFeed = 10_000;

    private static readonly long LatestTime = Instant.FromUtc(9999, 12, 31, 0, 0).ToUnixTimeMilliseconds();

    public static WalmartInventory Inventory(Publication publication) => new(publication.ExternalId, WalmartQuantity.Each(publication.WholeUnits));

    /// <summary>
    /// How long until there are calls again, where an answer says that there are none: <c>x-current-token-count</c> and <c>X-Next-Replenishment-Time</c>, in
    /// milliseconds of Unix time (<see href="https://developer.walmart.com/us-marketplace/docs/throttling">Rate limiting</see>). Null where there are some, or
    /// it does not say.
    /// </summary>
    public static Duration? UntilReplenished(string? count, string? time, Instant now) =>
        decimal.TryParse(count, NumberStyles.Number, CultureInfo.InvariantCulture, out var left) && left < 1
        && long.TryParse(time, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds)
        && milliseconds <= LatestTime && Instant.FromUnixTimeMilliseconds(milliseconds) > now
            ? Instant.FromUnixTimeMilliseconds(milliseconds) - now
            : null;

    /// <summary>Whether it is the number of a seller who has one node, which has no name.</summary>
    public static bool IsOfOneNode(Publication publication, string? shipNode) => publication.Locations.Count == 0 && shipNode is null;

    public static MultiNodeUpdate Update(IReadOnlyList<LocationQuantity> nodes) =>
        new(new MultiNodeInventories([.. nodes.Select(node => new NodeInput(node.Location, WalmartQuantity.Each(node.WholeUnits)))]));

    /// <summary>The feed's type and its content: of single-node sellers in version 1.4, of others in 1.5.</summary>
    public static (string FeedType, object Feed) Feed(IReadOnlyList<Publication> publications, string? shipNode) => IsOfOneNode(publications[0], shipNode)
        ? ("inventory", new InventoryFeed14(new FeedHeader("1.4"), [.. publications.Select(Inventory)]))
        : ("MP_INVENTORY", new InventoryFeed15(
            new FeedHeader("1.5"),
            [
                .. publications.Select(publication => new NodesInventory(
                    publication.ExternalId, [
                        .. publication.At(shipNode).Select(node => new NodeQuantity(node.Location, WalmartQuantity.Each(node.WholeUnits)))]))]));

    /// <summary>The answer says 200 also where a node was refused: all of them have to be well.</summary>
    public static SkuReply Reply(Publication publication, MultiNodeResponse answer, IReadOnlyList<LocationQuantity> published)
    {
        List<string> refused = [];
        foreach (var location in published)
        {
            var node = answer.Nodes?.FirstOrDefault(node => node.ShipNode == location.Location);
            if (node is null)
            {
                return new SkuReply(publication.Sku, Verdict.Retry, $"Walmart's answer says nothing of the ship node {location.Location}.");
            }

            if (!string.Equals(node.Status, "Success", StringComparison.OrdinalIgnoreCase))
            {
                refused.Add($"{(published.Count > 1 ? $"{location.Location}: " : "")}{ErrorOf(node)}");
            }
        }

        return refused.Count == 0 ? new SkuReply(publication.Sku, Verdict.Accepted)
            : new SkuReply(publication.Sku, Verdict.Refused, Channels.Reply.Shorten(string.Join("; ", refused)));
    }

    private static string ErrorOf(NodeResult node) =>
        node.Errors is { Count: > 0 } errors ? $"{errors[0].Code}: {errors[0].Description}" : $"Walmart answered {node.Status}.";

    /// <summary>What was said of each node that is asked about, and of no other; of the seller's one node without a name.</summary>
    public static IEnumerable<(string Location, decimal Quantity)> Shown(IReadOnlyList<NodeShown> nodes, IReadOnlyList<string> locations, string? shipNode) =>
        from node in nodes
        where node is { ShipNode: not null, InputQty: not null } && (locations.Count > 0 ? locations.Contains(node.ShipNode) : node.ShipNode == shipNode)
        select (locations.Count > 0 ? node.ShipNode! : ChannelLocation.Single, (decimal)node.InputQty!.Amount);

    /// <summary>What a finished feed says of each of Walmart's SKUs. Of what it does not mention, nothing is known.</summary>
    public static OperationResults Results(PartnerFeedResponse feed, IReadOnlyList<PartnerItemIngestionStatus> items) => feed.FeedStatus == "ERROR"
        ? OperationResults.Same(Verdict.Retry, Words(feed.IngestionErrors) ?? "Walmart could not work on the feed.")
        : new(
            items.Where(item => item.Sku is not null).GroupBy(item => item.Sku!).ToDictionary(same => same.Key, same => Result(same.Last())),
            Others: new(Verdict.Retry, "Walmart's feed says nothing of it."));

    private static ItemResult Result(PartnerItemIngestionStatus item) => item.IngestionStatus switch
    {
        "SUCCESS" => new(Verdict.Accepted),
        "DATA_ERROR" => new(Verdict.Refused, Words(item.IngestionErrors) ?? "DATA_ERROR"),
        var other => new(Verdict.Retry, Words(item.IngestionErrors) ?? other),
    };

    private static string? Words(IngestionErrors? errors) =>
        errors?.IngestionError is { Count: > 0 } all ? string.Join("; ", all.Take(5).Select(error => $"{error.Code}: {error.Description}")) : null;
}
