using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Publications;

public sealed class Kits_of_a_component(PublishingHost host) : IClassFixture<PublishingHost>
{
    private readonly string _cup = NewSku();
    private readonly string _box = NewSku();
    private readonly string _kit = NewSku();

    [Fact]
    public async Task A_change_of_a_component_is_one_of_its_kits()
    {
        await host.Register("kits", "log");
        (await host.Put($"/v1/kits/{_kit}", Kit(2))).Ok();
        await host.RecordAccepted(Line("receipt", 9, _cup), Line("receipt", 3, _box));
        await host.Acknowledged("kits", _kit, 3);

        await host.RecordAccepted(Line("sale", 5, _cup));

        var published = await host.Acknowledged("kits", _kit, 2);
        var sale = await host.Sql($"select id from inventory.mt_events where stream_id = '{_cup}@S001' order by version desc limit 1");
        Assert.Contains($"{sale}", published.Items("causes").Select(cause => cause.GetString()));
    }

    [Fact]
    public async Task A_change_of_the_kit_is_published_and_its_end()
    {
        await host.Register("changing", "log");
        await host.RecordAccepted(Line("receipt", 9, _cup), Line("receipt", 9, _box));
        (await host.Put($"/v1/kits/{_kit}", Kit(2))).Ok();
        await host.Acknowledged("changing", _kit, 4);
        (await host.Put($"/v1/kits/{_kit}", Kit(3))).Ok();
        await host.Acknowledged("changing", _kit, 3);

        (await host.Send(HttpMethod.Delete, $"/v1/kits/{_kit}")).Ok();

        await host.Acknowledged("changing", _kit, 0);
    }

    [Fact]
    public async Task A_new_channel_gets_kits_without_stock_of_their_own()
    {
        (await host.Put($"/v1/kits/{_kit}", Kit(2))).Ok();
        await host.RecordAccepted(Line("receipt", 9, _cup), Line("receipt", 9, _box));

        await host.Register("newest", "log");

        await host.Acknowledged("newest", _kit, 4);
    }

    [Fact]
    public async Task Hundreds_of_kits_follow_a_component()
    {
        await host.Register("many", "none");
        await host.RecordAccepted(Line("receipt", 1_000, _cup), Line("receipt", 1_000, _box));
        string[] kits = [.. Enumerable.Range(1, 300).Select(number => $"{_kit}-{number:D3}")];
        foreach (var batch in kits.Chunk(20))
        {
            await Task.WhenAll(batch.Select(async kit => (await host.Put($"/v1/kits/{kit}", Kit(1))).Ok()));
        }

        await host.RecordAccepted(Line("sale", 400, _cup));
        await host.RecordAccepted(Line("sale", 100, _cup));

        await PublishingHost.Eventually(
            async () => (long)(await host.Sql(
                $"select count(*) from inventory.publication where channel = 'many' and sku like '{_kit}-%' and quantity = 500"))!,
            count => count == kits.Length);
    }

    private object Kit(decimal cups) => new { components = new[] { new { sku = _cup, quantity = cups }, new { sku = _box, quantity = 1m } } };
}
