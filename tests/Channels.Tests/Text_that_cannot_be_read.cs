using System.Text;
using System.Text.Json;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Tests;

/// <summary>What is wrong with a file is said by its place: the text there may be the name or the card of a person, and is kept nowhere.</summary>
public sealed class Text_that_cannot_be_read
{
    [Theory]
    [InlineData("edifact", "UNA:+.? 'UNB+UNOC:3+A+B+261104:0615+1'UNH+1+INVRPT:D:96A:UN'BGM+35+1+9'NAD+BY+++O'BRIEN 4111+MAIN STREET'UNT+5+1'UNZ+1+1'")]
    [InlineData("edifact", "BRIEN 4111'")]
    [InlineData("x12", "BRIEN 4111~")]
    [InlineData("x12", "ISA*00*          *00*          *ZZ*A              *ZZ*B              *261103*0930*U*00401*000000502*0*P*>~"
        + "GS*RE*A*B*20261103*0930*502*X*004010~ST*944*0001~W17*F*20261103*1~BRIEN 4111~SE*4*0001~GE*1*502~IEA*1*000000502~")]
    [InlineData("sap", "<MBGMCR03><IDOC><Name at=BRIEN 4111></Name></IDOC></MBGMCR03>")]
    [InlineData("sap", "<MBGMCR03><IDOC>&BRIEN;</IDOC></MBGMCR03>")]
    [InlineData("sap", "<MBGMCR03><IDOC><BRIEN></Name></IDOC></MBGMCR03>")]
    [InlineData("sap", "<?xml version='1.0' encoding='BRIEN'?><MBGMCR03/>")]
    [InlineData("epcis", "<EPCISDocument><EPCISBody><EventList><BRIEN></Name></EventList></EPCISBody></EPCISDocument>")]
    [InlineData("poslog", "<POSLog><Transaction><Name at=BRIEN 4111></Name></Transaction></POSLog>")]
    [InlineData("square", "{\"name\": BRIEN 4111 }")]
    public async Task Is_not_repeated(string format, string text)
    {
        List<SourceDocument> documents = [];
        using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
        await foreach (var document in DocumentFormats.All.Single(known => known.Name == format).Read(content, ReadSettings.None, default))
        {
            documents.Add(document);
        }

        Assert.Contains(documents, document => document.Fault is not null || document.Lines.Any(line => line.Outcome is Rejected));
        Assert.DoesNotContain("BRIEN", JsonSerializer.Serialize(documents), StringComparison.Ordinal);
    }
}
