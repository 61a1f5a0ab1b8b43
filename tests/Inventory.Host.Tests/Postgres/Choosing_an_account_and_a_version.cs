using RetailSync.Inventory.Host.Postgres;

namespace RetailSync.Inventory.Host.Tests.Postgres;

public sealed class Choosing_an_account_and_a_version
{
    [Theory]
    [InlineData("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)", 15)]
    [InlineData("postgres (PostgreSQL) 18beta1", 18)]
    [InlineData("something else", 0)]
    public void A_version_is_read_from_the_output_of_postgres(string said, int version) =>
        Assert.Equal(version, PostgresBinaries.MajorVersion(said));

    [Fact]
    public void An_account_is_read_from_passwd() =>
        Assert.Equal(new PostgresAccount(65534, 65534), PostgresAccount.Find(["root:x:0:0::/root:/bin/sh", "nobody:x:65534:65534::/:/bin/false"], "nobody"));

    [Fact]
    public void A_second_name_of_root_is_not_taken() =>
        Assert.Null(PostgresAccount.Find(["postgres:x:0:0::/:/bin/sh"], "postgres"));
}
