using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RetailSync.Inventory.Host.Tests.Quotas;

/// <summary>A call over a socket of its own, sent and read as slowly as a test wants.</summary>
internal sealed class RawCall : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly StringBuilder _answer = new();

    private RawCall()
    {
    }

    /// <summary>What has been read of the answer.</summary>
    public string Answer => _answer.ToString();

    /// <summary>The status of the answer; null while it has not come.</summary>
    public int? Status => Answer.Split(' ') is [_, { Length: 3 } status, ..] ? int.Parse(status, CultureInfo.InvariantCulture) : null;

    /// <summary>Sends the head of a request.</summary>
    /// <param name="host">To whom.</param>
    /// <param name="request">As <c>GET /path</c>.</param>
    /// <param name="receives">Bytes that the system may take in before they are read.</param>
    /// <param name="headers">Beside <c>Host</c>.</param>
    public static async Task<RawCall> Begin(RunningHost host, string request, int receives = 64 * 1024, params IReadOnlyList<string> headers)
    {
        var call = new RawCall();
        call._socket.ReceiveBufferSize = receives;
        await call._socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Address.Port));
        await call.Send($"{request} HTTP/1.1\r\nHost: localhost\r\n{string.Concat(headers.Select(header => $"{header}\r\n"))}\r\n");
        return call;
    }

    public Task Send(string text) => Send(Encoding.ASCII.GetBytes(text));

    /// <summary>Sends what it can: a host that has answered need not read any more.</summary>
    public async Task Send(byte[] bytes)
    {
        try
        {
            await _socket.SendAsync(bytes);
        }
        catch (Exception over) when (over is SocketException or ObjectDisposedException)
        {
        }
    }

    /// <summary>Takes up to so many bytes of what has come, without waiting for any.</summary>
    /// <returns>False when the connection has ended.</returns>
    public bool Read(int atMost)
    {
        if (!_socket.Poll(0, SelectMode.SelectRead))
        {
            return true;
        }

        try
        {
            var bytes = new byte[atMost];
            var read = _socket.Receive(bytes);
            _answer.Append(Encoding.Latin1.GetString(bytes, 0, read));
            return read > 0;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();
}
