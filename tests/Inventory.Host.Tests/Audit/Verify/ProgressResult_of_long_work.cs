using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using RetailSync.Inventory.Host.Audit.Verify;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Tests.Audit.Verify;

/// <summary>Without a host: the work is a function.</summary>
public sealed class ProgressResult_of_long_work
{
    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("*/*")]
    public async Task The_answer_comes_alone_where_lines_are_not_wanted(string? accept) => Assert.Equal("""{"sum":3}""", await Answer(accept));

    [Fact]
    public async Task The_answer_is_the_last_line_where_they_are() =>
        Assert.Equal("""{"sum":3}""", (await Answer(ProgressLines.MediaType)).TrimEnd('\n').Split('\n')[^1]);

    [Fact]
    public async Task Another_form_is_refused() =>
        Assert.Equal("not-acceptable", (await Assert.ThrowsAsync<ApiProblemException>(() => Answer("text/csv"))).Code);

    private static async Task<string> Answer(string? accept)
    {
        var http = new DefaultHttpContext
        { RequestServices = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).BuildServiceProvider() };
        http.Response.Body = new MemoryStream();
        if (accept is not null)
        {
            http.Request.Headers.Accept = accept;
        }

        await new ProgressResult<Totals>(progress =>
        {
            progress?.Invoke(1, 2);
            return Task.FromResult(new Totals(3));
        }).ExecuteAsync(http);
        return Encoding.UTF8.GetString(((MemoryStream)http.Response.Body).ToArray());
    }

    private sealed record Totals(int Sum);
}
