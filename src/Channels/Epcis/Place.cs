using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// From the places of EPCIS to locations, whose ids have letters, digits and <c>. _ : -</c> only:
/// <list type="bullet">
/// <item><c>urn:epc:id:sgln:0614141.00888.0</c> is legal, and stays;</item>
/// <item>a Digital Link <c>https://id.gs1.org/414/0614141008882</c> becomes <c>gln:0614141008882</c>, with an extension
/// (<c>/254/A1</c>) <c>gln:0614141008882:A1</c>;</item>
/// <item>any other text has its other characters turned into <c>_</c>, and eight digits of its SHA-256 added, so that two
/// places never become one.</item>
/// </list>
/// A partner who writes one place in two of these ways has two locations: the URN cannot be told from the link, which does
/// not say how long its company prefix is.
/// </summary>
internal static partial class Place
{
    private const int MaxReadable = 100;

    /// <summary>False for an empty text.</summary>
    public static bool TryParse(string text, out LocationId location)
    {
        if (LocationId.TryParse(text, out location))
        {
            return true;
        }

        if (DigitalLink().Match(text) is { Success: true } link)
        {
            var extension = link.Groups["extension"] is { Success: true, Value: not "0" } group ? ":" + group.Value : "";
            if (LocationId.TryParse($"gln:{link.Groups["gln"].Value}{extension}", out location))
            {
                return true;
            }
        }

        var readable = NotAllowed().Replace(text.Length <= MaxReadable ? text : text[..MaxReadable], "_");
        return text.Trim().Length > 0 && LocationId.TryParse($"{readable}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8]}", out location);
    }

    [GeneratedRegex("^https?://[^/]+/(?:[^?#]*/)?414/(?<gln>[0-9]{13})(?:/254/(?<extension>[^/?#]+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex DigitalLink();

    [GeneratedRegex("[^A-Za-z0-9._:-]", RegexOptions.CultureInvariant)]
    private static partial Regex NotAllowed();
}
