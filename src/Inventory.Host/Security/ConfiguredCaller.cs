using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Security;

/// <summary>What the configuration says that somebody may do: the owner of a key, or a user of RabbitMQ.</summary>
public class ConfiguredCaller
{
    /// <summary>What it may do; see <see cref="Role"/>.</summary>
    [Setting(Default = "required", Choices = [Role.Channel, Role.Store, Role.Planner, Role.Finance, Role.Ops])]
    public string[] Roles { get; set; } = [];

    /// <summary>The channel that it is, with role channel.</summary>
    [Setting(Default = "none")]
    public string? Channel { get; set; }

    /// <summary>The location that it is at, with role store.</summary>
    [Setting(Default = "none")]
    public string? Location { get; set; }

    /// <summary>
    /// Sources of movements that it may speak for: exact, or a name and <c>/*</c> for all below it. A store's own (<c>pos/{location}</c>) need not be listed;
    /// role ops without a list may speak for all.
    /// </summary>
    [Setting(Default = "none")]
    public string[] Sources { get; set; } = [];

    /// <param name="path">Where this stands in the configuration, for who has to correct it.</param>
    /// <param name="name">Who it is on everything that it records.</param>
    /// <exception cref="SettingsException">A role that there is not, or a source that nobody may have.</exception>
    public Caller ToCaller(string path, string name)
    {
        if (Roles.Length == 0 || Roles.Except(Role.All).Any())
        {
            throw new SettingsException($"{path}:Roles must be some of {string.Join(", ", Role.All)}.");
        }

        if (Array.Find(Sources, source => !MovementSources.IsEntry(source)) is { } entry)
        {
            throw new SettingsException(
                $"{path}:Sources has '{entry}': it must be a source, or a name and /* for all below it, "
                + "and not channel/... or reconciliation, which are RetailSync's own.");
        }

        return new Caller(name, Roles.ToHashSet(), Own(Channel), Own(Location)) { Sources = Sources.ToHashSet() };

        static HashSet<string> Own(string? value) => value is null ? [] : [value];
    }
}
