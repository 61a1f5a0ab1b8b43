using System.Text.Json;
using CsCheck;
using RetailSync.Inventory.Host.Storage;

namespace RetailSync.Inventory.Host.Tests.Quarantine;

public class Showing_a_quarantined_line
{
    [Theory]
    [InlineData("""{"id":"m1","quantity":2.50}""", JsonValueKind.Object)]
    [InlineData("""{"id":"m1","id":"m1"}""", JsonValueKind.Object)]
    [InlineData("5", JsonValueKind.Number)]
    [InlineData("{broken", JsonValueKind.String)]
    [InlineData("", JsonValueKind.String)]
    [InlineData("""{"id":"\ud800"}""", JsonValueKind.String)]
    [InlineData("""{"\ud800":1}""", JsonValueKind.String)]
    public void JSON_that_every_client_can_read_is_JSON_anything_else_text(string line, JsonValueKind kind)
    {
        var shown = QuarantineEntry.ToJson(line);
        Assert.Equal(kind, shown.ValueKind);
        Assert.Equal(line, kind == JsonValueKind.String ? shown.GetString() : shown.GetRawText());
    }

    [Fact]
    public void Every_line_can_be_shown() => Gen.String.Sample(line => JsonSerializer.Serialize(QuarantineEntry.ToJson(line)));
}
