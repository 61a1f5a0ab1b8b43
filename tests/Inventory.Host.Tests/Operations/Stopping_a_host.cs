using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using RetailSync.Inventory.Host.Tests.Walks;
using RetailSync.Testing;

namespace RetailSync.Inventory.Host.Tests.Operations;

public sealed class Stopping_a_host
{
    private const string Body =
        """{"source":"wms","movements":[{"id":"1","type":"receipt","sku":"cup","location":"S001","quantity":1,"occurredAt":"2026-01-05T09:00:00Z"}]}""";

    [Fact]
    public async Task Is_announced_and_requests_until_then_are_answered()
    {
        await using var database = await PostgresForTests.CreateDatabase();
        await using var host = await HostProcess.Start(database.ConnectionString, $"--Shutdown:DrainSeconds=5");
        var address = host.Http.BaseAddress!;
        using var begun = await HalfACall(address);
        using (var before = await host.Http.GetAsync("/health/ready"))
        {
            Assert.Equal((HttpStatusCode.OK, null), (before.StatusCode, before.Headers.ConnectionClose));
        }

        var stopping = host.Stop();
        await Waiting.Until(async () => (await host.Http.GetAsync("/health/ready")).StatusCode == HttpStatusCode.ServiceUnavailable);
        using (var late = await host.Http.GetAsync("/v1/positions"))
        {
            Assert.Equal((HttpStatusCode.OK, true), (late.StatusCode, late.Headers.ConnectionClose));
        }

        await Waiting.Until(async () => !await Listens(address));
        Assert.False(stopping.IsCompleted);
        await begun.GetStream().WriteAsync(Encoding.ASCII.GetBytes(Body[10..]));
        using var reader = new StreamReader(begun.GetStream());
        var answer = await reader.ReadToEndAsync(); // to its end: the connection is closed
        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("\"accepted\":1", answer, StringComparison.Ordinal);
        Assert.Equal(0, await stopping);
    }

    private static async Task<TcpClient> HalfACall(Uri address)
    {
        var connection = new TcpClient();
        await connection.ConnectAsync(address.Host, address.Port);
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $"POST /v1/movements HTTP/1.1\r\nHost: {address.Authority}\r\nAuthorization: Bearer dev-ops\r\nContent-Type: application/json\r\nContent-Length: {Body.Length}\r\n\r\n");
        await connection.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head + Body[..10]));
        return connection;
    }

    private static async Task<bool> Listens(Uri address)
    {
        using var connection = new TcpClient();
        try
        {
            await connection.ConnectAsync(address.Host, address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
