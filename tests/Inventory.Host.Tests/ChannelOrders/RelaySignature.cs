using System.Security.Cryptography;
using System.Text;

namespace RetailSync.Inventory.Host.Tests.ChannelOrders;

/// <summary>The headers by which a relay of the retailer's shows that it knows the channel's secret.</summary>
internal static class RelaySignature
{
    public static (string Name, string Value)[] Of(string secret, Instant at, string body) =>
        [("X-RetailSync-Timestamp", $"{at.ToUnixTimeSeconds()}"), OfBodyOnly(secret, $"{at.ToUnixTimeSeconds()}.{body}")];

    /// <summary>As it was before signatures had a time.</summary>
    public static (string Name, string Value) OfBodyOnly(string secret, string body) =>
        ("X-RetailSync-Hmac-Sha256", Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body))));
}
