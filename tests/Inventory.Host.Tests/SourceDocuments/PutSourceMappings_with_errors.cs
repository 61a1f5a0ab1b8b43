using System.Text;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.SourceDocuments.Sources;
using RetailSync.Inventory.Host.Tests.Http;

namespace RetailSync.Inventory.Host.Tests.SourceDocuments;

public sealed class PutSourceMappings_with_errors
{
    private const string Json = "application/json";
    private const string Csv = "text/csv";

    [Theory]
    [InlineData(Json, """{"locations":[{"theirs":"0001","location":"S001"}],"skus":[]}""", "")]
    [InlineData(Json, """{"skus":[{"theirs":"M-1","sku":"A"}]}""", "")]
    [InlineData(Json, """{}""", "locations")]
    [InlineData(Json, """[]""", "invalid-request")]
    [InlineData(Json, """{"names":[],"skus":[]}""", "names")]
    [InlineData(Json, """{"skus":[{"theirs":"M-1","sku":"A"},{"theirs":"M-2"}]}""", "skus[1].sku")]
    [InlineData(Json, """{"locations":[{"location":"S001"}]}""", "locations[0].theirs")]
    [InlineData(Json, """{"locations":[{"theirs":"1","sku":"A"}]}""", "locations[0].sku")]
    [InlineData(Csv, "theirs,sku,location\nM-1,A,\n0001,,S001\n", "")]
    [InlineData(Csv, " sku , theirs \nA,M-1\n", "")]
    [InlineData(Csv, "", "invalid-request")]
    [InlineData(Csv, "theirs\nM-1\n", "invalid-request")]
    [InlineData(Csv, "theirs,sku,sku\n", "invalid-request")]
    [InlineData(Csv, "theirs,sku,note\n", "invalid-request")]
    [InlineData(Csv, "theirs,sku,location\nM-1,A,S001\n", "line 2.sku")]
    [InlineData(Csv, "theirs,sku\nM-1\n", "line 2.line")]
    [InlineData(Csv, "theirs,sku\nM-1,A\n,B\n", "line 3.theirs")]
    public void The_wrong_row_is_named(string mediaType, string body, string refused) =>
        Assert.Equal(refused, ParsedRequest.Refused(() => PutSourceMappings.Rows(mediaType, Encoding.UTF8.GetBytes(body))));

    [Theory]
    [InlineData(Json)]
    [InlineData(Csv)]
    public void More_than_10000_rows_are_refused_as_a_whole(string mediaType)
    {
        Assert.Equal(10_000, PutSourceMappings.Rows(mediaType, OfRows(10_000)).Count);
        Assert.Equal("batch-too-large", Assert.Throws<ApiProblemException>(() => PutSourceMappings.Rows(mediaType, OfRows(10_001))).Code);

        byte[] OfRows(int count) => Encoding.UTF8.GetBytes(mediaType == Csv
            ? $"theirs,sku\n{string.Concat(Enumerable.Range(1, count).Select(number => $"M-{number},A\n"))}"
            : $$"""{"skus":[{{string.Join(',', Enumerable.Range(1, count).Select(number => $$"""{"theirs":"M-{{number}}","sku":"A"}"""))}}]}""");
    }
}
