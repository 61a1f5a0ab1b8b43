using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Quotas;

/// <summary>Holds of a channel that are not confirmed; what is left out is as for every channel.</summary>
public record HoldLimit
{
    /// <summary>Unconfirmed holds of a channel at once; 0 is no limit.</summary>
    [Setting("holds", 0, int.MaxValue, Default = "1,000,000")]
    public int? Open { get; init; }

    /// <summary>Those of them that last longer than a day; 0 is no limit.</summary>
    [Setting("holds", 0, int.MaxValue, Default = "5,000")]
    public int? LongOpen { get; init; }

    /// <summary>The longest hold, as an ISO 8601 duration up to P30D.</summary>
    [Setting(Default = "P30D")]
    public string? HoldFor { get; init; }

    /// <summary>Units of one SKU in a channel's unconfirmed holds; 0 is no limit.</summary>
    [Setting("units", 0, Default = "0")]
    public decimal? SkuUnits { get; init; }

    /// <summary>Those units in percent of the sellable ones of the SKU; 100 is no limit.</summary>
    [Setting("percent", 0, 100, Default = "100")]
    public decimal? SkuShare { get; init; }
}

/// <summary>The same for every channel, those of single ones, and from when on it is an alert.</summary>
public sealed record HoldLimitOptions : HoldLimit
{
    /// <summary>Instead of these, by the id of a channel.</summary>
    public Dictionary<string, HoldLimit> Channels { get; init; } = [];

    /// <summary>Percent of a SKU's sellable units beyond which one channel's holds raise the alert <c>channel-holds-most</c>.</summary>
    [Setting("percent", 0, 100)]
    public decimal AlertShare { get; init; } = 50;

    /// <summary>Fewer units than this raise none.</summary>
    [Setting("units", 0)]
    public decimal AlertUnits { get; init; } = 10;
}
