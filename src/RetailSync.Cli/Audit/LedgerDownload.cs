using System.Globalization;
using System.Text;
using System.Text.Json;

namespace RetailSync.Cli.Audit;

/// <summary>Writes what the server answers of the ledger to a stream as it comes.</summary>
/// <param name="query">Which part of the ledger, as parameters of <c>GET /v1/audit/ledger</c>.</param>
internal sealed class LedgerDownload(HttpClient http, string query, Stream output, LongWork work)
{
    private const int PositionsOfPage = 1_000;

    private long _written;

    /// <summary>One answer.</summary>
    /// <exception cref="HttpRequestException">The server refuses it, or the connection breaks.</exception>
    public async Task<bool> Whole(string mediaType, CancellationToken stop)
    {
        using var response = await Get($"/v1/audit/ledger?{query}", mediaType, stop);
        await using var body = await response.Content.ReadAsStreamAsync(stop);
        var buffer = new byte[64 * 1024];
        for (var read = await body.ReadAsync(buffer, stop); read > 0; read = await body.ReadAsync(buffer, stop))
        {
            await Write(buffer.AsMemory(0, read), stop);
        }

        return true;
    }

    /// <summary>JSON, page by page, as one document.</summary>
    /// <inheritdoc cref="Whole" path="/exception"/>
    public async Task<bool> Pages(CancellationToken stop)
    {
        await output.WriteAsync("{\"items\":["u8.ToArray(), stop);
        var (after, isFirst) = ((string?)null, true);
        do
        {
            using var response = await Get(string.Create(
                CultureInfo.InvariantCulture,
                $"/v1/audit/ledger?{query}&limit={PositionsOfPage}{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}"), "application/json", stop);
            using var page = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(stop), cancellationToken: stop);
            foreach (var item in page.RootElement.GetProperty("items").EnumerateArray())
            {
                await Write(Encoding.UTF8.GetBytes($"{(isFirst ? "" : ",")}\n{item.GetRawText()}"), stop);
                isFirst = false;
            }

            after = page.RootElement.GetProperty("next").GetString();
        }
        while (after is not null);
        await output.WriteAsync("\n],\"next\":null}\n"u8.ToArray(), stop);
        return true;
    }

    private async Task Write(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        await output.WriteAsync(bytes, stop);
        work.Report(_written += bytes.Length, 0);
    }

    private async Task<HttpResponseMessage> Get(string address, string accept, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.ParseAdd(accept);
        var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
        return response.IsSuccessStatusCode
            ? response
            : throw new HttpRequestException($"the server answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(stop)}");
    }
}
