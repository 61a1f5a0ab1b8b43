using System.Reflection;

namespace RetailSync.Inventory.Host.Configuration;

/// <summary>
/// Reads sections of the configuration into their classes (<see cref="SectionAttribute"/>, <see cref="SettingAttribute"/>), and refuses what it does not
/// understand: a value that is out of range, and a key that no class has, with the nearest one that there is.
/// </summary>
public static class Settings
{
    /// <summary>The class of every section.</summary>
    internal static IReadOnlyList<Type> Sections { get; } =
        [.. typeof(Settings).Assembly.GetTypes().Where(type => type.IsDefined(typeof(SectionAttribute))).OrderBy(NameOf, StringComparer.Ordinal)];

    /// <summary>Everything that is wrong with the sections, at once.</summary>
    /// <exception cref="SettingsException">Something is.</exception>
    public static void CheckSettings(this IConfiguration configuration) => Refuse(Sections.SelectMany(type => Faults(configuration, type)));

    /// <summary>A section as it is configured, with the defaults where it is not.</summary>
    /// <exception cref="SettingsException">A key or value of the section is wrong.</exception>
    public static T Read<T>(this IConfiguration configuration)
        where T : class, new()
    {
        Refuse(Faults(configuration, typeof(T)));
        return configuration.GetSection(NameOf(typeof(T))).Get<T>() ?? new T();
    }

    internal static string NameOf(Type type) => type.GetCustomAttribute<SectionAttribute>()!.Name;

    /// <summary>The settings of a class, each a property.</summary>
    internal static IEnumerable<(string Name, PropertyInfo Property, SettingAttribute Rule)> Of(Type type) =>
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite
        select (property.GetCustomAttribute<ConfigurationKeyNameAttribute>()?.Name ?? property.Name, property,
            property.GetCustomAttribute<SettingAttribute>() ?? new SettingAttribute());

    /// <summary>Whether the type is a class of further settings.</summary>
    internal static bool HasSettings(Type type) => type.IsClass && type.Assembly == typeof(Settings).Assembly;

    /// <summary>The type of the entries, where the keys below a setting are names that the configuration chooses.</summary>
    internal static Type? EntriesOf(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Dictionary<,>) ? type.GetGenericArguments()[1] : null;

    private static void Refuse(IEnumerable<string> faults)
    {
        if (faults.ToList() is { Count: > 0 } all)
        {
            throw new SettingsException(string.Join(Environment.NewLine, all));
        }
    }

    private static IEnumerable<string> Faults(IConfiguration configuration, Type type)
    {
        var section = type.GetCustomAttribute<SectionAttribute>()!;
        return Faults(configuration.GetSection(section.Name), type, section.ReadByDotNet);
    }

    private static IEnumerable<string> Faults(IConfigurationSection section, Type type, string[] except)
    {
        var settings = Of(type).ToList();
        foreach (var child in section.GetChildren().Where(child => !except.Contains(child.Key, StringComparer.OrdinalIgnoreCase)))
        {
            var (_, property, rule) = settings.Find(setting => setting.Name.Equals(child.Key, StringComparison.OrdinalIgnoreCase));
            var faults = property is null
                ? [$"{child.Path} is no setting: the nearest is {section.Path}:{Nearest(child.Key, settings.Select(setting => setting.Name))}."]
                : Faults(child, property.PropertyType, rule);
            foreach (var fault in faults)
            {
                yield return fault;
            }
        }
    }

    private static IEnumerable<string> Faults(IConfigurationSection setting, Type type, SettingAttribute rule)
    {
        if (EntriesOf(type) is { } entries)
        {
            return setting.GetChildren().SelectMany(entry => Faults(entry, entries, rule)).Concat(NoValue(setting, "NAME"));
        }

        if (HasSettings(type))
        {
            return Faults(setting, type, []).Concat(NoValue(setting, Of(type).First().Name));
        }

        if (type.IsArray)
        {
            var one = type.GetElementType()!;
            return setting.GetChildren().SelectMany(entry => Faults(entry, one, rule))
                .Concat(rule.MayBeOne ? Fault(setting, one, rule) : NoValue(setting, "0"));
        }

        return setting.GetChildren().Select(below => $"{below.Path} is no setting: {setting.Path} is one value.").Concat(Fault(setting, type, rule));
    }

    private static IEnumerable<string> Fault(IConfigurationSection setting, Type type, SettingAttribute rule) =>
        rule.Fault(setting.Value, type) is { } fault ? [$"{setting.Path} {fault}."] : [];

    /// <summary>What would be ignored: a value where only keys below it are read.</summary>
    private static IEnumerable<string> NoValue(IConfigurationSection setting, string below) =>
        setting.Value is { Length: > 0 } ? [$"{setting.Path} has no value of its own: write {setting.Path}:{below}."] : [];

    private static string Nearest(string key, IEnumerable<string> names) => names.MinBy(name => Distance(key.ToUpperInvariant(), name.ToUpperInvariant()))!;

    /// <summary>Letters to add, take away or replace until one is the other (Levenshtein).</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= other.Length; j++)
            {
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (one[i - 1] == other[j - 1] ? 0 : 1)));
            }
        }

        return row[^1];
    }
}
