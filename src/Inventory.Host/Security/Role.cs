namespace RetailSync.Inventory.Host.Security;

/// <summary>What a key may be. The words are those of tokens and configuration.</summary>
public static class Role
{
    /// <summary>Asks and reserves, for its own channel only.</summary>
    public const string Channel = "channel";

    /// <summary>Records and reads, for its own locations only.</summary>
    public const string Store = "store";

    /// <summary>Sets allocation rules.</summary>
    public const string Planner = "planner";

    /// <summary>Audits.</summary>
    public const string Finance = "finance";

    /// <summary>Keeps it running.</summary>
    public const string Ops = "ops";

    public static readonly IReadOnlyList<string> All = [Channel, Store, Planner, Finance, Ops];
}
