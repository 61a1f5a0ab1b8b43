using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Host.Tests.Movements;

/// <summary>No host and no database: a line is bytes in, a movement or a refusal out.</summary>
public class Movement_lines
{
    private const string Sale = """{"id":"m1","type":"sale","sku":"85123A","location":"S001","quantity":2,"occurredAt":"2026-11-23T09:59:30Z"}""";

    /// <summary>Each row changes one field of a good sale; null takes it away. The refusal names the field.</summary>
    [Theory]
    [InlineData("id", null)]
    [InlineData("id", "null")]
    [InlineData("id", "17")]
    [InlineData("id", "\"\"")]
    [InlineData("id", "\"  \"")]
    [InlineData("id", "\"a\\nb\"")]
    [InlineData("id", "\"\\ud800\"")]
    [InlineData("id", "\"\\u0000\"")]
    [InlineData("type", null)]
    [InlineData("type", "\"Sale\"")]
    [InlineData("type", "\"theft\"")]
    [InlineData("type", "[]")]
    [InlineData("sku", null)]
    [InlineData("sku", "{}")]
    [InlineData("sku", "\".\"")]
    [InlineData("sku", "\" .. \"")]
    [InlineData("location", null)]
    [InlineData("location", "\"..\"")]
    [InlineData("location", "\"S 1\"")]
    [InlineData("location", "\"a@b\"")]
    [InlineData("quantity", null)]
    [InlineData("quantity", "null")]
    [InlineData("quantity", "\"2\"")]
    [InlineData("quantity", "0")]
    [InlineData("quantity", "-1")]
    [InlineData("quantity", "true")]
    [InlineData("quantity", "0.00001")]
    [InlineData("quantity", "1.00000")]
    [InlineData("quantity", "1e12")]
    [InlineData("quantity", "1e999999999")]
    [InlineData("quantity", "1e-5")]
    [InlineData("occurredAt", null)]
    [InlineData("occurredAt", "1763892000")]
    [InlineData("occurredAt", "\"2026-11-23\"")]
    [InlineData("occurredAt", "\"2026-11-23T09:59:30\"")]
    [InlineData("occurredAt", "\"2026-02-30T00:00:00Z\"")]
    [InlineData("occurredAt", "\"0000-01-01T00:00:00Z\"")]
    [InlineData("occurredAt", "\"9999-12-31T23:59:59-01:00\"")]
    [InlineData("document", "\"\"")]
    [InlineData("document", "1")]
    [InlineData("reservation", "\"a b\"")]
    [InlineData("reason", "\"of a sale?\"")]
    [InlineData("status", "\"damaged\"")]
    [InlineData("to", "\"S002\"")]
    [InlineData("Quantity", "2")]
    [InlineData("colour", "null")]
    public void A_wrong_field_is_refused_by_its_name(string field, string? json) => AssertRefused(field, With(Sale, (field, json)));

    [Theory]
    [InlineData("quantity", """{"type":"adjustment","quantity":0}""")]
    [InlineData("quantity", """{"type":"count","quantity":-1}""")]
    [InlineData("quantity", """{"type":"expected","document":"PO1","quantity":-0.5}""")]
    [InlineData("document", """{"type":"expected"}""")]
    [InlineData("document", """{"type":"transfer","to":"S002"}""")]
    [InlineData("confidence", """{"type":"expected","document":"PO1","confidence":1.1}""")]
    [InlineData("confidence", """{"type":"expected","document":"PO1","confidence":"1"}""")]
    [InlineData("kind", """{"type":"expected","document":"PO1","kind":"hope"}""")]
    [InlineData("expectedOn", """{"type":"expected","document":"PO1","expectedOn":"2026-13-01"}""")]
    [InlineData("to", """{"type":"transfer","document":"T1"}""")]
    [InlineData("to", """{"type":"transfer","document":"T1","to":"S001"}""")]
    [InlineData("from", """{"type":"status","to":"damaged"}""")]
    [InlineData("to", """{"type":"status","from":"damaged"}""")]
    [InlineData("to", """{"type":"status","from":"damaged","to":"damaged"}""")]
    [InlineData("to", """{"type":"status","from":"sellable","to":"sellable"}""")]
    [InlineData("corrects", """{"type":"correction","declaration":"incorrect"}""")]
    [InlineData("declaration", """{"type":"correction","corrects":"m0"}""")]
    [InlineData("declaration", """{"type":"correction","corrects":"m0","declaration":"oops"}""")]
    [InlineData("quantity", """{"type":"correction","corrects":"m0","declaration":"did-not-occur"}""")]
    [InlineData("quantity", """{"type":"correction","corrects":"m0","declaration":"incorrect","quantity":null}""")]
    [InlineData("reservation", """{"type":"receipt","reservation":"r1"}""")]
    [InlineData("reason", """{"type":"adjustment","reason":""}""")]
    [InlineData("reason", """{"type":"adjustment","reason":"\u0000"}""")]
    public void Each_type_has_its_own_rules(string field, string changes)
    {
        var changed = JsonNode.Parse(changes)!.AsObject().Select(change => (change.Key, (string?)(change.Value?.ToJsonString() ?? "null"))).ToArray();
        AssertRefused(field, With(Sale, changed));
    }

    [Fact]
    public void A_repeated_field_is_refused() => AssertRefused("quantity", Sale.Replace("}", ",\"quantity\":2}"));

    [Theory]
    [InlineData("5")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"text\"")]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{} {}")]
    [InlineData("{\"id\":\"m1\"")]
    public void A_line_that_is_no_object_is_refused(string json) => AssertRefused("line", json);

    [Fact]
    public void Deep_nesting_is_refused() =>
        AssertRefused("line", With(Sale, ("document", new string('[', 100_000) + new string(']', 100_000))));

    [Fact]
    public void A_line_that_is_not_UTF_8_is_refused() =>
        Assert.Null(new Host.Movements.MovementParser("pos").ReadJson([.. "{\"id\":\""u8, 0xff, 0xfe, .. "\"}"u8]).Movement);

    [Fact]
    public void A_valid_line_is_read_exactly()
    {
        var sale = Assert.IsType<Sale>(Read(With(Sale, ("reservation", "\"order-7\""), ("document", "\" receipt-1 \""), ("quantity", "2.50"))));
        Assert.Equal(new MovementId("pos/S001", "m1"), sale.Name);
        Assert.Equal("85123A@S001", sale.Position.ToString());
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 9, 59, 30), sale.OccurredAt);
        Assert.Equal(("receipt-1", 2.5m, "order-7"), (sale.Document, sale.Quantity, sale.Reservation));
    }

    [Theory]
    [InlineData("2.5", "2.5")]
    [InlineData("2.5000", "2.5")]
    [InlineData("25e-1", "2.5")]
    [InlineData("1E2", "100")]
    [InlineData("999999999999.9999", "999999999999.9999")]
    public void Every_digit_of_a_quantity_is_kept(string written, string meant) =>
        Assert.Equal(meant, Assert.IsType<Sale>(Read(With(Sale, ("quantity", written)))).Quantity.ToString(CultureInfo.InvariantCulture));

    [Fact]
    public void An_instant_may_be_in_another_offset() =>
        Assert.Equal(Instant.FromUtc(2026, 11, 23, 9, 59, 30), Read(With(Sale, ("occurredAt", "\"2026-11-23T10:59:30+01:00\""))).OccurredAt);

    [Fact]
    public void Fields_with_a_default_may_be_omitted()
    {
        var expected = Assert.IsType<Expected>(Read(With(Sale, ("type", "\"expected\""), ("document", "\"PO1\""))));
        Assert.Equal((SupplyKind.PurchaseOrder, 1m, (LocalDate?)null), (expected.Kind, expected.Confidence, expected.ExpectedOn));
    }

    [Fact]
    public void The_status_sellable_may_be_named()
    {
        var change = Assert.IsType<StatusChange>(Read(With(Sale, ("type", "\"status\""), ("from", "\"sellable\""), ("to", "\"damaged\""))));
        Assert.Equal((null, "damaged"), (change.From, change.To));
    }

    [Fact]
    public void A_correction_that_undoes_a_movement_has_no_quantity()
    {
        var correction = Assert.IsType<Correction>(
            Read(With(Sale, ("type", "\"correction\""), ("corrects", "\"m0\""), ("declaration", "\"did-not-occur\""), ("quantity", null))));
        Assert.Equal((new MovementId("pos/S001", "m0"), null), (correction.Corrected, correction.Quantity));
    }

    [Fact]
    public void Any_bytes_are_read_without_an_exception() =>
        Gen.Byte.Array[0, 200].Sample(bytes => new Host.Movements.MovementParser("pos").ReadJson(bytes));

    /// <summary>Bytes of a good line with some replaced get further into the parser than random bytes.</summary>
    [Fact]
    public void A_line_with_random_bytes_is_a_movement_or_says_why_not() =>
        Gen.Select(Gen.Int[0, Sale.Length - 1], Gen.Byte).Array[1, 4].Sample(changes =>
        {
            var bytes = Encoding.UTF8.GetBytes(Sale);
            foreach (var (place, value) in changes)
            {
                bytes[place] = value;
            }

            var line = new Host.Movements.MovementParser("pos").ReadJson(bytes);
            Assert.True(line.Movement is null != line.Refusal is null);
        });

    private static void AssertRefused(string field, string json)
    {
        var line = new Host.Movements.MovementParser("pos/S001").ReadJson(Encoding.UTF8.GetBytes(json));
        Assert.Null(line.Movement);
        Assert.Contains($"'{field}'", line.Refusal, StringComparison.Ordinal);
    }

    private static Movement Read(string json)
    {
        var line = new Host.Movements.MovementParser("pos/S001").ReadJson(Encoding.UTF8.GetBytes(json));
        return line.Movement ?? throw new InvalidDataException(line.Refusal);
    }

    private static string With(string json, params (string Field, string? Json)[] changes)
    {
        using var document = JsonDocument.Parse(json);
        var changed = changes.Select(change => change.Field).ToHashSet();
        var fields = document.RootElement.EnumerateObject().Where(field => !changed.Contains(field.Name))
            .Select(field => $"\"{field.Name}\":{field.Value.GetRawText()}")
            .Concat(changes.Where(change => change.Json is not null).Select(change => $"\"{change.Field}\":{change.Json}"));
        return $"{{{string.Join(",", fields)}}}";
    }
}
