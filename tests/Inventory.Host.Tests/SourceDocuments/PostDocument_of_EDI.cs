using System.Text;
using System.Text.Json;
using static RetailSync.Inventory.Host.Tests.Lines;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

/// <summary>One message of each type of X12 and EDIFACT, sent over HTTP as a partner writes it.</summary>
public sealed class PostDocument_of_EDI(HostWithPlainDocuments host) : IClassFixture<HostWithPlainDocuments>, IAsyncLifetime
{
    public async Task InitializeAsync() => (await host.Put("/v1/locations/S001", new { type = "store", timeZone = "America/New_York" })).Ok();

    public Task DisposeAsync() => Task.CompletedTask;

    [Theory]
    [InlineData("944", "W17*F*20261103*{n}*DO*SHP~N1*WH**92*S001~W07*10*EA**VN*{sku}~W13*3*EA*01~W14*10", 10, 0)]
    [InlineData("945", "W06*N*ORD*20261103*{n}~N1*WH**92*S001~LX*1~W12*CC*4*4**EA**VN*{sku}~W03*4", -4, 0)]
    [InlineData("947", "W15*20261103*{n}~N1*WH**92*S001~W19*56*6*EA**VN*{sku}", 6, 0)]
    [InlineData("846", "BIA*00*SI*{n}*20261103*0600~N1*WH**92*S001~LIN*1*VN*{sku}~QTY*17*7*EA~CTT*1", 7, 0)]
    [InlineData("856", "BSN*00*{n}*20261103*0600~HL*1**S~N1*ST**92*S001~HL*2*1*O~PRF*PO-{n}~HL*3*2*I~LIN**VN*{sku}~SN1**5*EA~CTT*3*5", 0, 5)]
    [InlineData("943", "W06*N*TR*20261103*{n}~N1*SF**92*ELSEWHERE~N1*WH**92*S001~W04*5*EA**VN*{sku}~W03*5", 0, 5)]
    [InlineData("850", "BEG*00*SA*{n}**20261103~N1*ST**92*S001~PO1*1*2*CA***VN*{sku}~PO4*12~CTT*1", 0, 24)]
    [InlineData("852", "XQ*H*20261101*20261103**00~N1*RL**92*S001~LIN*1*VN*{sku}~ZA*QS*3*EA~CTT*1", -3, 0)]
    public async Task A_message_of_X12_moves_stock_once(string set, string segments, int onHand, int inTransit)
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        string[] body = segments.Replace("{n}", number).Replace("{sku}", sku).Split('~');
        await AssertMovesOnce(X12(set, body, sender: $"X{number}"), "x12", sku, onHand, inTransit);
    }

    [Theory]
    [InlineData("INVRPT", "BGM+78+{n}+9'DTM+137:202611032300:203'NAD+GY+S001'LIN+1++{sku}:SA'QTY+156:48:PCE'INV+2+1+1'DTM+179:202611030910:203", 48, 0)]
    [InlineData("RECADV", "BGM+632+{n}+9'DTM+50:20261103:102'NAD+DP+S001'LIN+1++{sku}:SA'QTY+48:8:PCE'QTY+124:2:PCE", 8, 0)]
    [InlineData("DESADV", "BGM+351+{n}+9'DTM+137:20261103:102'RFF+ON:PO-{n}'NAD+DP+S001'LIN+1++{sku}:SA'QTY+12:5:PCE", 0, 5)]
    [InlineData("ORDERS", "BGM+220+{n}+9'DTM+137:20261103:102'NAD+DP+S001'LIN+1++{sku}:SA'QTY+21:5'UNS+S'CNT+2:1", 0, 5)]
    [InlineData("SLSRPT", "BGM+73E+{n}+9'DTM+137:20261104:102'LOC+162+S001'DTM+356:20261103:102'LIN+1++{sku}:SA'QTY+153:3:PCE", -3, 0)]
    public async Task A_message_of_EDIFACT_moves_stock_once(string type, string segments, int onHand, int inTransit)
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        string[] body = segments.Replace("{n}", number).Replace("{sku}", sku).Split('\'');
        var text = string.Concat(new[] { $"UNB+UNOC:3+E{number}:14+US:14+261104:0615+1", $"UNH+1+{type}:D:96A:UN" }
            .Concat(body).Append($"UNT+{body.Length + 2}+1").Append("UNZ+1+1").Select(segment => $"{segment}'\n"));
        await AssertMovesOnce(text, "edifact", sku, onHand, inTransit);
    }

    [Fact]
    public async Task An_order_to_ship_moves_nothing_940()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var document = (await Post(X12("940", [$"W05*N*{number}", "LX*1", $"W01*5*EA**VN*{sku}", "W76*5"], "WMS"), "x12")).Items("documents")[0];
        Assert.Equal("""{"order to ship":1}""", document.GetProperty("noStock").GetRawText());
    }

    [Fact]
    public async Task A_cut_message_waits_as_a_whole()
    {
        var (sku, number) = (NewSku(), host.NewNumber());
        var text = X12("944", [$"W17*F*20261103*{number}", "N1*WH**92*S001", $"W07*10*EA**VN*{sku}", $"W07*5*EA**VN*{sku}", "W14*15"], "WMS");
        var document = (await Post(text[..text.IndexOf("W14", StringComparison.Ordinal)], "x12")).Items("documents")[0];
        Assert.Equal((2, 2), (document.Number("lines"), document.Number("rejected")));
        Assert.All(
            (await host.Waiting("x12/WMS")).Where(entry => entry.GetRawText().Contains(number, StringComparison.Ordinal)),
            entry => Assert.Equal("control-total-mismatch", entry.Text("code")));
        Assert.Equal(404, (await host.Get($"/v1/positions/{sku}/S001")).Status);

        document = (await Post(text, "x12")).Items("documents")[0];
        Assert.Equal((2, 2), (document.Number("lines"), document.Number("accepted")));
        Assert.Equal(15, await host.OnHand(sku));
    }

    private static string X12(string set, IReadOnlyList<string> body, string sender) => string.Concat(new[]
        {
            $"ISA*00*          *00*          *ZZ*{sender,-15}*ZZ*RETAILER       *261103*0930*U*00401*000000001*0*P*>",
            $"GS*RE*{sender}*RETAILER*20261103*0930*1*X*004010", $"ST*{set}*0001",
        }.Concat(body).Append($"SE*{body.Count + 2}*0001").Append("GE*1*1").Append("IEA*1*000000001").Select(segment => $"{segment}~\n"));

    private async Task AssertMovesOnce(string text, string format, string sku, int onHand, int inTransit)
    {
        var document = (await Post(text, "auto")).Items("documents")[0];
        Assert.True(document.Number("lines") == 1 && document.Number("accepted") == 1, document.GetRawText());
        Assert.StartsWith($"{format}/", document.Text("source"));

        document = (await Post(text, format)).Items("documents")[0];
        Assert.True(document.Number("lines") == 1 && document.Number("duplicates") == 1, document.GetRawText());

        var position = (await host.Get($"/v1/positions/{sku}/S001")).Ok();
        Assert.Equal((onHand, inTransit), (position.Number("onHand"), position.Number("inTransit")));
    }

    private async Task<JsonElement> Post(string text, string format) =>
        (await host.PostBytes(Encoding.UTF8.GetBytes(text), $"format={format}&levels=count")).Ok();
}
