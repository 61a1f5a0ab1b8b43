namespace RetailSync.Channels.Walmart;

/// <summary>Between publications and Walmart's words. Pure.</summary>
public static class WalmartTranslator
{
    public const int MostInFeed = 10_000;

    public static WalmartInventory Inventory(Publication publication) => new(publication.Theirs, WalmartQuantity.Each(publication.WholeUnits));

    public static MultiNodeUpdate Update(Publication publication, string shipNode) =>
        new(new MultiNodeInventories([new NodeInput(shipNode, WalmartQuantity.Each(publication.WholeUnits))]));

    /// <summary>The feed's type and its content: of single-node sellers in version 1.4, of others in 1.5.</summary>
    public static (string FeedType, object Feed) Feed(IReadOnlyList<Publication> publications, string? shipNode) => shipNode is null
        ? ("inventory", new InventoryFeed14(new FeedHeader("1.4"), [.. publications.Select(Inventory)]))
        : ("MP_INVENTORY", new InventoryFeed15(
            new FeedHeader("1.5"),
            [.. publications.Select(publication => new NodesInventory(publication.Theirs, [new NodeQuantity(shipNode, WalmartQuantity.Each(publication.WholeUnits))]))]));

    /// <summary>The answer says 200 also where our node was refused.</summary>
    public static SkuReply Reply(Publication publication, MultiNodeResponse answer, string shipNode)
    {
        var node = answer.Nodes?.FirstOrDefault(node => node.ShipNode == shipNode);
        return node is null ? new SkuReply(publication.Sku, Verdict.Later, "Walmart's answer says nothing of the ship node.")
            : string.Equals(node.Status, "Success", StringComparison.OrdinalIgnoreCase) ? new SkuReply(publication.Sku, Verdict.Told)
            : new SkuReply(publication.Sku, Verdict.Refused, node.Errors is { Count: > 0 } errors ? $"{errors[0].Code}: {errors[0].Description}" : $"Walmart answered {node.Status}.");
    }

    /// <summary>What a finished feed says of each of Walmart's SKUs. Of what it does not mention, nothing is known.</summary>
    public static Func<string, (Verdict Verdict, string? Detail)> Verdicts(PartnerFeedResponse feed, IReadOnlyList<PartnerItemIngestionStatus> items)
    {
        if (feed.FeedStatus == "ERROR")
        {
            return _ => (Verdict.Later, Words(feed.IngestionErrors) ?? "Walmart could not work on the feed.");
        }

        var bySku = items.Where(item => item.Sku is not null).GroupBy(item => item.Sku!).ToDictionary(same => same.Key, same => same.Last());
        return sku => bySku.GetValueOrDefault(sku) switch
        {
            null => (Verdict.Later, "Walmart's feed says nothing of it."),
            { IngestionStatus: "SUCCESS" } => (Verdict.Told, null),
            { IngestionStatus: "DATA_ERROR" } item => (Verdict.Refused, Words(item.IngestionErrors) ?? "DATA_ERROR"),
            var item => (Verdict.Later, Words(item.IngestionErrors) ?? item.IngestionStatus),
        };
    }

    private static string? Words(IngestionErrors? errors) =>
        errors?.IngestionError is { Count: > 0 } all ? string.Join("; ", all.Take(5).Select(error => $"{error.Code}: {error.Description}")) : null;
}
