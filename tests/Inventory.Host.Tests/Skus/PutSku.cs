using System.Net.Http.Headers;
using System.Text;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.Skus;

public sealed class PutSku(RunningHost host) : IClassFixture<RunningHost>
{
    [Fact]
    public async Task Is_read_as_it_was_written_with_its_version()
    {
        var sku = NewSku();
        var packs = new object[] { new { unit = "CS", factor = 12.5, gtin = "614141000036" } };
        var body = new { unit = "KGM", decimals = 3, packs, aliases = new[] { $"{sku}/a" } };
        Assert.Equal(1, (await host.Put($"/v1/skus/{sku}", body)).Ok().Number("version"));

        var read = await host.Get($"/v1/skus/{sku}");
        Assert.Equal(("KGM", 3, "\"1\""), (read.Ok().Text("unit"), (int)read.Json.Number("decimals"), read.Headers["ETag"]));
        Assert.Equal("""[{"unit":"CS","factor":12.5,"gtin":"00614141000036"}]""", read.Json.GetProperty("packs").GetRawText());
        (await host.Put($"/v1/skus/{sku}", new { }, "dev-ops", ("If-Match", "\"7\""))).Refused(412, "precondition-failed");
        Assert.Equal(2, (await host.Put($"/v1/skus/{sku}", new { unit = "KGM" }, "dev-ops", ("If-Match", "\"1\""))).Ok().Number("version"));
        (await host.Get($"/v1/skus/{NewSku()}")).Refused(404, "unknown-sku");
    }

    [Fact]
    public async Task Name_and_class_are_versioned_with_the_rest()
    {
        var sku = NewSku();
        Assert.Equal(1, (await host.Put($"/v1/skus/{sku}", new { name = "White hanging heart", @class = "A" })).Ok().Number("version"));

        var read = (await host.Get($"/v1/skus/{sku}")).Ok();
        Assert.Equal(("White hanging heart", "A"), (read.Text("name"), read.Text("class")));
        var without = (await host.Put($"/v1/skus/{sku}", new { })).Ok();
        Assert.Equal((2, null, null), (without.Number("version"), without.Text("name"), without.Text("class")));
        (await host.Put($"/v1/skus/{sku}", new { @class = "very important" })).Refused(400, "invalid-request");
        (await host.Put($"/v1/skus/{sku}", new { name = new string('x', 129) })).Refused(400, "invalid-request");
    }

    [Fact]
    public async Task An_alias_belongs_to_one_sku()
    {
        var (one, two) = (NewSku(), NewSku());
        (await host.Put($"/v1/skus/{one}", new { aliases = new[] { $"{one}-a" } })).Ok();
        (await host.Put($"/v1/skus/{two}", new { aliases = new[] { $"{one}-a" } })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{two}", new { aliases = new[] { one } })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{Uri.EscapeDataString($"{one}-a")}", new { })).Refused(409, "alias-taken");
        (await host.Put($"/v1/skus/{one}", new { aliases = Array.Empty<string>() })).Ok();
        (await host.Put($"/v1/skus/{two}", new { aliases = new[] { $"{one}-a" } })).Ok();
    }

    [Fact]
    public async Task With_stock_the_unit_stays()
    {
        var sku = NewSku();
        (await host.Put($"/v1/skus/{sku}", new { unit = "EA" })).Ok();
        (await host.Put($"/v1/skus/{sku}", new { unit = "KGM" })).Ok();
        await host.RecordAccepted(Line("receipt", 1, sku, more: ("unit", "GRM")));
        Assert.Equal(0.001m, await host.OnHand(sku));
        (await host.Put($"/v1/skus/{sku}", new { unit = "EA" })).Refused(409, "unit-in-use");
    }

    /// <summary>A pack of a unit that is converted anyway was never used.</summary>
    [Fact]
    public async Task A_unit_that_has_a_size_is_no_pack_of_another()
    {
        var sku = NewSku();
        (await host.Put($"/v1/skus/{sku}", new { unit = "EA", packs = new[] { new { unit = "C62", factor = 2 } } })).Refused(400, "invalid-request");
        (await host.Put($"/v1/skus/{sku}", new { unit = "KGM", packs = new[] { new { unit = "GRM", factor = 0.002 } } })).Refused(400, "invalid-request");
        var packs = new[] { new { unit = "GRM", factor = 0.001 }, new { unit = "EA", factor = 0.4 } };
        (await host.Put($"/v1/skus/{sku}", new { unit = "KGM", packs })).Ok();
    }

    [Fact]
    public async Task A_table_registers_all_or_none()
    {
        var (one, two) = (NewSku(), NewSku());
        Assert.Equal(2, (await Post($"sku,unit,decimals,packs,aliases\n{one},EA,0,CS:12;PL:480,{one}-a;{one}-b\n{two},KGM,,,\n")).Ok().Number("imported"));
        Assert.Equal(2, (await host.Get($"/v1/skus/{one}")).Ok().Items("packs").Length);

        var other = NewSku();
        var refused = (await Post($"sku,packs\n{other},CS:12\n{two},CS:none\n")).Refused(400, "invalid-request");
        Assert.Contains("line 3.packs.factor", refused.GetRawText(), StringComparison.Ordinal);
        (await Post($"sku,aliases\n{other},{one}-a\n")).Refused(409, "alias-taken");
        (await Post("sku,colour\nA,red\n")).Refused(400, "invalid-request");
        (await Post($"sku,aliases\n{other},caf\uFFFD\n")).Refused(400, "invalid-request");
        (await host.Get($"/v1/skus/{other}")).Refused(404, "unknown-sku");
    }

    [Theory]
    [InlineData("""{"unit":"CS"}""")]
    [InlineData("""{"decimals":5}""")]
    [InlineData("""{"decimals":1.5}""")]
    [InlineData("""{"packs":[{"unit":"CS"}]}""")]
    [InlineData("""{"packs":[{"unit":"CS","factor":0}]}""")]
    [InlineData("""{"packs":[{"unit":"CS","factor":1},{"unit":"CS","factor":2}]}""")]
    [InlineData("""{"packs":[{"unit":"CS","factor":1,"gtin":"614141000037"}]}""")]
    [InlineData("""{"packs":[1]}""")]
    [InlineData("""{"aliases":[1]}""")]
    [InlineData("""{"aliases":[""]}""")]
    [InlineData("""{"sku":"A"}""")]
    public async Task What_is_wrong_is_refused(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, MediaTypeHeaderValue.Parse("application/json"));
        (await host.Send(HttpMethod.Put, $"/v1/skus/{NewSku()}", content)).Refused(400, "invalid-request");
    }

    private async Task<Answer> Post(string table)
    {
        using var content = new StringContent(table, Encoding.UTF8, MediaTypeHeaderValue.Parse("text/csv"));
        return await host.Send(HttpMethod.Post, "/v1/skus", content);
    }
}
