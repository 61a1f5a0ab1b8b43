using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Operations;

public sealed class Generated_code
{
    [Fact]
    public void Of_another_build_is_refused_and_named()
    {
        var other = typeof(TestDatabase).Assembly.Location;

        var refused = Assert.Throws<InvalidOperationException>(() => GeneratedCode.Load(other));

        Assert.Contains($"{other} was generated for another build of RetailSync.dll", refused.Message, StringComparison.Ordinal);
    }
}
