namespace RetailSync.Inventory.Host.Configuration;

/// <summary>The class has a property for each setting of one section of the configuration; an instance without any has the defaults.</summary>
/// <param name="name">The section's name: settings are written <c>--Name:Property=value</c>, or <c>Name__Property=value</c> in the environment.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SectionAttribute(string name) : Attribute
{
    public string Name { get; } = name;

    /// <summary>Keys of the same section that .NET itself reads. They are neither checked nor refused.</summary>
    public string[] ReadByDotNet { get; init; } = [];
}
