using Npgsql;
using RetailSync.Testing;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Storage;

/// <summary>Tables that the host's role has owned so far go over to an owner, as <c>docs/database-roles.md</c> says.</summary>
[Collection(LimitedHost.Roles)]
public sealed class An_installation_that_had_one_role(An_installation_that_had_one_role.ConvertedHost host)
    : IClassFixture<An_installation_that_had_one_role.ConvertedHost>
{
    [Fact]
    public async Task Records_and_verifies_with_two()
    {
        var sku = NewSku();
        await host.RecordAccepted(Line("receipt", 10, sku));

        Assert.True((await host.Get("/v1/audit/verify")).Ok().GetProperty("ok").GetBoolean());
        Assert.Equal((0, "ok: nothing was missing."), await host.Migrate() is var (code, output) ? (code, output.TrimEnd()) : default);
        string[] refusals =
            ["delete from inventory.mt_events", "update inventory.event_chain set hashes = ''", "delete from inventory.mt_streams",
                "create table inventory.mine (id integer)"];
        foreach (var sql in refusals)
        {
            var refused = await Assert.ThrowsAsync<PostgresException>(() => TestDatabase.Sql(host.Limited, sql));
            Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
        }
    }

    public sealed class ConvertedHost : LimitedHost
    {
        protected override async Task Prepare()
        {
            await Migrate(ConnectionString);
            await Sql(string.Join('\n', Blocks[0].Split('\n').Where(line => !line.StartsWith("create schema", StringComparison.Ordinal))));
            await Sql(Blocks[2]);
            await Migrate();
            await Sql(Blocks[1]);
        }
    }
}
