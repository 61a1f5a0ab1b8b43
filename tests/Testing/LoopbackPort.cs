using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace RetailSync.Testing;

/// <summary>Ports for servers that are stopped, killed and started again where they were.</summary>
public static class LoopbackPort
{
    /// <summary>Nobody listens on it, and no outgoing connection is given it while its server is away: Linux takes those from 32768 upwards.</summary>
    public static int Free()
    {
        while (true)
        {
            var port = RandomNumberGenerator.GetInt32(10_000, 32_768);
            try
            {
                using var listener = new TcpListener(IPAddress.Loopback, port);
                listener.Start();
                return port;
            }
            catch (SocketException)
            {
                // Somebody else's.
            }
        }
    }
}
