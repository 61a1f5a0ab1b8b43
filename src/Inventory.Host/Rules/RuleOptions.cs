using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Rules;

/// <summary>Rules of planners; section <c>Rules</c> of the configuration.</summary>
[Section("Rules")]
public sealed class RuleOptions
{
    /// <summary>Kinds of rules that a second person has to approve.</summary>
    [Setting(Default = "none", Choices = ["safety-stock", "eligibility", "buffer", "allocation", "publish", "backorder", "supply"])]
    public string[] SecondPersonFor { get; init; } = [];
}
