namespace RetailSync.Inventory.Host.Callers;

/// <summary>What the configuration says that somebody may do: the owner of a key, or a user of RabbitMQ.</summary>
public class ConfiguredCaller
{
    public string[] Roles { get; set; } = [];

    public string? Channel { get; set; }

    public string? Location { get; set; }

    /// <summary>
    /// Sources of movements that it may speak for: exact, or a name and <c>/*</c> for all below it. A store's own (<c>pos/{location}</c>) need not be listed;
    /// role ops without a list may speak for all.
    /// </summary>
    public string[] Sources { get; set; } = [];

    /// <param name="path">Where this stands in the configuration, for who has to correct it.</param>
    /// <param name="name">Who it is on everything that it records.</param>
    /// <exception cref="InvalidOperationException">A role that there is not, or a source that nobody may have.</exception>
    public Caller ToCaller(string path, string name)
    {
        if (Roles.Length == 0 || Roles.Except(Role.All).Any())
        {
            throw new InvalidOperationException($"{path}:Roles must be some of {string.Join(", ", Role.All)}.");
        }

        if (Array.Find(Sources, source => !MovementSources.IsEntry(source)) is { } entry)
        {
            throw new InvalidOperationException(
                $"{path}:Sources has '{entry}': it must be a source, or a name and /* for all below it, "
                + "and not channel/... or reconciliation, which are RetailSync's own.");
        }

        return new Caller(name, Roles.ToHashSet(), Own(Channel), Own(Location)) { Sources = Sources.ToHashSet() };

        static HashSet<string> Own(string? value) => value is null ? [] : [value];
    }
}
