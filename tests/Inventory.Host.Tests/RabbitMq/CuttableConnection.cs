using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RetailSync.Inventory.Host.Tests.RabbitMq;

/// <summary>A port that leads to another one on this machine, until it is cut.</summary>
internal sealed class CuttableConnection : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentBag<Socket> _open = [];
    private readonly int _port;

    public CuttableConnection(int port)
    {
        _port = port;
        _listener.Start();
        _ = Accept();
    }

    /// <summary>The same address, by this way.</summary>
    public string Through(string address) => new UriBuilder(address) { Port = ((IPEndPoint)_listener.LocalEndpoint).Port }.Uri.ToString();

    /// <summary>Resets what is open; what comes next goes through again.</summary>
    public void Cut()
    {
        while (_open.TryTake(out var socket))
        {
            try
            {
                socket.LingerState = new LingerOption(true, 0);
            }
            catch (ObjectDisposedException)
            {
                // Closed already by one of its ends.
            }

            socket.Dispose();
        }
    }

    public void Dispose()
    {
        _listener.Stop();
        Cut();
    }

    private async Task Accept()
    {
        while (true)
        {
            try
            {
                var near = await _listener.AcceptSocketAsync();
                var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
                try
                {
                    await far.ConnectAsync(IPAddress.Loopback, _port);
                }
                catch (SocketException)
                {
                    near.Dispose();
                    continue;
                }

                _open.Add(near);
                _open.Add(far);
                _ = Copy(near, far);
                _ = Copy(far, near);
            }
            catch (Exception over) when (over is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private static async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is var read and > 0)
            {
                for (var sent = 0; sent < read; sent += await to.SendAsync(buffer.AsMemory(sent, read - sent)))
                {
                }
            }
        }
        catch (Exception cut) when (cut is SocketException or ObjectDisposedException)
        {
            // The other end is closed below.
        }

        from.Dispose();
        to.Dispose();
    }
}
