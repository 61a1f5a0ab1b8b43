using System.Reflection;
using RetailSync.Inventory.Host.Configuration;

namespace RetailSync.Inventory.Host.Tests.Configuration;

/// <summary>One setting of the product.</summary>
/// <param name="Path">How it is written: <c>{name}</c> stands for a name that the configuration chooses, and <c>0</c> for the entries of a list.</param>
/// <param name="Type">Of its value, or of an entry.</param>
/// <param name="Property">Where it is declared.</param>
/// <param name="Rule">What its value may be.</param>
/// <param name="Default">Its value where nothing is configured.</param>
internal sealed record KnownSetting(string Path, Type Type, PropertyInfo Property, SettingAttribute Rule, object? Default)
{
    /// <summary>Every setting, by its path in a configuration.</summary>
    public static readonly IReadOnlyDictionary<string, KnownSetting> All =
        Settings.Sections.SelectMany(type => Below(Settings.NameOf(type), type, Activator.CreateInstance(type)!)).ToDictionary(setting => setting.Path);

    /// <summary>The path with a name where the configuration chooses one.</summary>
    public string Named => Path.Replace("{name}", "some", StringComparison.Ordinal);

    private static IEnumerable<KnownSetting> Below(string path, Type type, object defaults) =>
        from setting in Settings.Of(type)
        from known in Below($"{path}:{setting.Name}", setting.Property.PropertyType, setting.Property, setting.Rule, setting.Property.GetValue(defaults))
        select known;

    private static IEnumerable<KnownSetting> Below(string path, Type type, PropertyInfo property, SettingAttribute rule, object? value) =>
        Settings.EntriesOf(type) is { } entries ? Below($"{path}:{{name}}", entries, property, rule, null)
        : Settings.HasSettings(type) ? Below(path, type, value ?? Activator.CreateInstance(type)!)
        : type.IsArray ? [new KnownSetting($"{path}:0", type.GetElementType()!, property, rule, null)]
        : [new KnownSetting(path, type, property, rule, value)];
}
