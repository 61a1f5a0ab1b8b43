using System.Text.RegularExpressions;
using RetailSync.Inventory.Domain;

namespace RetailSync.Channels.Epcis;

/// <summary>
/// A place by its Global Location Number and the extension that names a part of it. One place has several names: <c>urn:epc:id:sgln:0614141.00888.0</c> has the
/// twelve digits that matter, parted where the company prefix ends, and the extension 0 for none; a Digital Link of any resolver,
/// <c>https://id.gs1.org/414/0614141008889/254/A1</c>, and the bare number have a check digit behind them and do not say where the prefix ends. So a place is
/// known by what all of them say: twelve digits and the extension. A check digit adds nothing to that, and a wrong one in a link is no other place.
/// </summary>
/// <param name="Digits">Twelve, without the check digit.</param>
/// <param name="Extension">Percent-decoded; null for the place as a whole.</param>
public readonly partial record struct Gln(string Digits, string? Extension)
{
    private const string Prefix = "gln:";

    /// <summary>With the right check digit.</summary>
    public string Number => Digits + Gs1.CheckDigit(Digits);

    /// <summary>What such a place is called here, unless it is in use under an older name.</summary>
    public LocationId Location => Named($"{Prefix}{Number}");

    /// <summary>
    /// The names that a location of this place may have been given by earlier builds, or by whoever registered it: the bare number, the URN for each length of
    /// the company prefix, and what a link with a wrong check digit came to.
    /// </summary>
    public IEnumerable<LocationId> OtherNames
    {
        get
        {
            if (Extension is null)
            {
                yield return LocationId.Parse(Number);
            }

            for (var prefix = 6; prefix <= 12; prefix++)
            {
                if (LocationId.TryParse($"urn:epc:id:sgln:{Digits[..prefix]}.{Digits[prefix..]}.{Extension ?? "0"}", out var urn))
                {
                    yield return urn;
                }
            }

            for (var check = '0'; check <= '9'; check++)
            {
                if (Digits + check != Number)
                {
                    yield return Named($"{Prefix}{Digits}{check}");
                }
            }
        }
    }

    /// <summary>Reads what <see cref="Location"/> has written.</summary>
    public static bool TryRead(LocationId location, out Gln gln)
    {
        gln = OwnName().Match(location.Value) is { Success: true } own
            ? new Gln(own.Groups["digits"].Value, own.Groups["extension"] is { Success: true } extension ? extension.Value : null) : default;
        return gln.Digits is not null;
    }

    /// <summary>
    /// Reads a place that is written in one of the ways of GS1; false for any other text. A bare number counts only with the right check digit: otherwise it is
    /// somebody's own code.
    /// </summary>
    public static bool TryParse(string text, out Gln gln)
    {
        gln = SglnUrn().Match(text) is { Success: true } urn && urn.Groups["company"].Length + urn.Groups["reference"].Length == 12
                ? new Gln(urn.Groups["company"].Value + urn.Groups["reference"].Value, ExtensionOf(urn.Groups["extension"].Value))
            : DigitalLink().Match(text) is { Success: true } link ? new Gln(link.Groups["gln"].Value[..12], ExtensionOf(link.Groups["extension"].Value))
            : text.Length == 13 && text.AsSpan().IndexOfAnyExceptInRange('0', '9') < 0 && Gs1.IsChecked(text) ? new Gln(text[..12], null)
            : default;
        return gln.Digits is not null;
    }

    private LocationId Named(string number)
    {
        var name = Extension is null ? number : $"{number}:{Extension}";
        return LocationId.TryParse(name, out var location) || Place.TryName(name, out location) ? location
            : throw new InvalidOperationException("A name that begins with letters is never empty.");
    }

    private static string? ExtensionOf(string text) => Uri.UnescapeDataString(text) is { Length: > 0 } extension && extension != "0" ? extension : null;

    [GeneratedRegex("^gln:(?<digits>[0-9]{12})[0-9](?::(?<extension>.+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex OwnName();

    [GeneratedRegex("^(?i:urn:epc:id:sgln):(?<company>[0-9]{6,12})\\.(?<reference>[0-9]{0,6})(?:\\.(?<extension>.+))?$", RegexOptions.CultureInvariant)]
    private static partial Regex SglnUrn();

    [GeneratedRegex("^(?i:https?)://[^/?#]+/(?:[^?#]*/)?(?:414|gln)/(?<gln>[0-9]{13})(?:/(?:254|glnx)/(?<extension>[^/?#]+))?/?(?:[?#].*)?$",
        RegexOptions.CultureInvariant)]
    private static partial Regex DigitalLink();
}
