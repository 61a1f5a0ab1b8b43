using System.Net;
using System.Net.Sockets;

namespace RetailSync.Channels.Http;

/// <summary>
/// Connects to addresses that anyone may connect to, and to none inside the network that the host stands in: the address of a channel is
/// set by people who may not look in there themselves. It is decided by the address that is connected to, whatever its name was before.
/// </summary>
public static class PublicNetworks
{
    private static readonly IPNetwork[] Private =
    [
        .. ((string[])["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16",
            "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "::/128", "::1/128", "64:ff9b:1::/48", "100::/64",
            "2001:db8::/32", "fc00::/7", "fe80::/10", "ff00::/8"]).Select(IPNetwork.Parse),
    ];

    /// <summary>Whether <paramref name="address"/> is one that only its own network knows. One that carries an IPv4 address inside is that address.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : Embedded(address) ?? address;
        return Array.Exists(Private, network => network.Contains(plain));
    }

    /// <summary>Whether the host's own name says that it is inside: an address that is private, or the machine's own name.</summary>
    public static bool IsPrivate(Uri address)
    {
        var host = address.IdnHost.TrimEnd('.');
        return IPAddress.TryParse(host.Trim('[', ']'), out var literal)
            ? IsPrivate(literal)
            : host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>A client that follows no redirect and no proxy, and connects to public addresses only unless <paramref name="allowPrivate"/>.</summary>
    public static HttpClient Client(bool allowPrivate, TimeSpan timeout, VendorNotices? notices = null)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            MaxResponseHeadersLength = 64,
            ConnectCallback = (context, cancellation) => Connect(context.DnsEndPoint, allowPrivate, cancellation),
        };
        return new HttpClient(notices is null ? handler : new NoticingHandler(notices, handler)) { Timeout = timeout };
    }

    private static async ValueTask<Stream> Connect(DnsEndPoint target, bool allowPrivate, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(target.Host, cancellation);
        var allowed = Array.FindAll(addresses, address => allowPrivate || !IsPrivate(address));
        if (allowed.Length == 0)
        {
            throw new HttpRequestException(
                addresses.Length == 0 ? $"{target.Host} has no address." : $"{target.Host} is inside a private network, which is not allowed.");
        }

        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, target.Port, cancellation);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The IPv4 address inside one of NAT64 or 6to4.</summary>
    private static IPAddress? Embedded(IPAddress address)
    {
        if (address.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return null;
        }

        var bytes = address.GetAddressBytes();
        return bytes.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0]) ? new IPAddress(bytes.AsSpan(12))
            : bytes[0] == 0x20 && bytes[1] == 0x02 ? new IPAddress(bytes.AsSpan(2, 4))
            : null;
    }
}
