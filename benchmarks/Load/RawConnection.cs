using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace RetailSync.Benchmarks.Load;

/// <summary>
/// One keep-alive connection that does as little as can be, since it shares the processors with what it measures: of an answer it reads the status and where it
/// ends.
/// </summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] buffer = new byte[1 << 20];

    public static async Task<RawConnection> Open(Uri service)
    {
        var connection = new RawConnection();
        await connection.socket.ConnectAsync(IPAddress.Loopback, service.Port);
        return connection;
    }

    /// <summary>The head of a request whose body has this length.</summary>
    public static byte[] Head(Uri service, string line, string key, int length) => Encoding.UTF8.GetBytes(
        $"{line} HTTP/1.1\r\nHost: {service.Authority}\r\nAuthorization: Bearer "
            + $"{key}\r\n{(length == 0 ? "" : $"Content-Type: application/json\r\nContent-Length: {length}\r\n")}\r\n");

    /// <summary>Sends one request and reads its answer to the end.</summary>
    public async Task<(int Status, ReadOnlyMemory<byte> Answer)> Ask(ReadOnlyMemory<byte> head, ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty)
        {
            await socket.SendAsync(head);
        }
        else
        {
            head.CopyTo(buffer);
            body.CopyTo(buffer.AsMemory(head.Length));
            await socket.SendAsync(buffer.AsMemory(0, head.Length + body.Length));
        }

        var read = 0;
        for (var whole = int.MaxValue; read < whole; whole = whole == int.MaxValue ? Length(buffer.AsSpan(0, read)) : whole)
        {
            var more = await socket.ReceiveAsync(buffer.AsMemory(read));
            read += more > 0 ? more : throw new InvalidOperationException("The service hung up.");
        }

        return (int.Parse(Encoding.ASCII.GetString(buffer, 9, 3), CultureInfo.InvariantCulture), buffer.AsMemory(0, read));
    }

    public void Dispose() => socket.Dispose();

    private static int Length(ReadOnlySpan<byte> answer)
    {
        var head = answer.IndexOf("\r\n\r\n"u8);
        if (head < 0)
        {
            return int.MaxValue;
        }

        var at = answer[..head].IndexOf("Content-Length: "u8);
        if (at < 0)
        {
            // Chunked: the last chunk is empty.
            return answer.EndsWith("0\r\n\r\n"u8) ? answer.Length : int.MaxValue;
        }

        var digits = answer[(at + 16)..];
        return head + 4 + int.Parse(digits[..digits.IndexOf((byte)'\r')], CultureInfo.InvariantCulture);
    }
}
