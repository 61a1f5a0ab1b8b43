using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// From the places of EPCIS to locations, whose ids have letters, digits and <c>. _ : -</c> only:
/// <list type="bullet">
/// <item>a place of GS1, however it is written, by its GLN and extension, <c>gln:0614141008889</c> or <c>gln:0614141008889:A1</c> (see
/// <see cref="Gln"/>);</item>
/// <item>a text that is a legal location id stays;</item>
/// <item>any other text has its other characters turned into <c>_</c>, and eight digits of its SHA-256 added, so that two
/// places never become one.</item>
/// </list>
/// </summary>
internal static partial class Place
{
    private const int MaxReadable = 100;

    /// <summary>False for an empty text.</summary>
    public static bool TryParse(string text, out LocationId location)
    {
        if (Gln.TryParse(text.Trim(), out var gln))
        {
            location = gln.Location;
            return true;
        }

        return LocationId.TryParse(text, out location) || TryName(text, out location);
    }

    /// <summary>A legal id that is like the text and of no other text; false for an empty one.</summary>
    public static bool TryName(string text, out LocationId location)
    {
        location = default;
        var readable = NotAllowed().Replace(text.Length <= MaxReadable ? text : text[..MaxReadable], "_");
        return text.Trim().Length > 0
            && LocationId.TryParse($"{readable}:{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..8]}", out location);
    }

    [GeneratedRegex("[^A-Za-z0-9._:-]", RegexOptions.CultureInvariant)]
    private static partial Regex NotAllowed();
}
