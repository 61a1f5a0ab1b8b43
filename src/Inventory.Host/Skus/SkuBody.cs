using System.Text;
using System.Text.Json;
using RetailSync.Channels.Documents;
using RetailSync.Inventory.Domain;
using RetailSync.Inventory.Domain.Stock;
using RetailSync.Inventory.Host.Http;

namespace RetailSync.Inventory.Host.Skus;

/// <param name="Unit">The code of a pack, such as <c>CS</c>.</param>
/// <param name="Factor">How much of the SKU's unit is in one.</param>
/// <param name="Gtin">The GTIN of the pack, 8, 12, 13 or 14 digits with the right check digit.</param>
public sealed record PackBody(string Unit, decimal Factor, string? Gtin);

/// <param name="Unit">The unit in which it is kept, a code of UN/ECE Recommendation 20 for pieces, mass, volume, length or area.</param>
/// <param name="Decimals">Fraction digits that its quantities may have; any when left out.</param>
/// <param name="Packs">At most 50.</param>
/// <param name="Aliases">Other names of it, at most 200.</param>
/// <param name="Name">What people call it: 1 to 128 printable characters.</param>
/// <param name="Class">How much it matters, such as <c>A</c>: 1 to 128 letters, digits and <c>. _ : -</c>; by units sold when left out.</param>
public sealed record SkuBody(
    string? Unit, int? Decimals, IReadOnlyList<PackBody>? Packs, IReadOnlyList<string>? Aliases, string? Name = null, string? Class = null);

/// <summary>Reads what is to be registered of a SKU, from JSON or a row of CSV. Refusals are in its <see cref="Fields"/>.</summary>
internal sealed class SkuReader
{
    private readonly Fields _packs = new("unit", "factor", "gtin");

    public Fields Fields { get; } = new("sku", "unit", "decimals", "packs", "aliases", "name", "class");

    public SkuProfile Read(Sku sku, bool isTable)
    {
        var unit = Fields.OptionalIdentifier("unit");
        if (unit is not null && UnitOfMeasure.Find(unit) is null)
        {
            Fields.Refuse("unit", "is no code of a unit of pieces, mass, volume, length or area that is known here");
        }

        var decimals = Fields.Number("decimals");
        if (decimals is { } digits && (digits != decimal.Truncate(digits) || digits is < 0 or > Quantity.MaxFractionDigits))
        {
            Fields.Refuse("decimals", FormattableString.Invariant($"must be a whole number from 0 to {Quantity.MaxFractionDigits}"));
            decimals = null;
        }

        var packs = isTable ? PacksOfCell() : PacksOfJson();
        var aliases = isTable ? Cell("aliases") : AliasesOfJson();
        if (packs.GroupBy(pack => pack.Unit).Any(same => same.Count() > 1))
        {
            Fields.Refuse("packs", "names a unit twice");
        }

        if (unit is not null && UnitOfMeasure.Find(unit) is { } own
            && packs.Any(pack => UnitOfMeasure.Find(pack.Unit) is { } known && known.Dimension == own.Dimension
                && known.In(own, 1) is { } size && size != pack.Factor))
        {
            Fields.Refuse("packs", "give a unit that is measured like the SKU's own another size than it has");
        }

        if (packs.Count > SkuProfile.MostPacks || aliases.Count > SkuProfile.MostAliases)
        {
            Fields.Refuse("packs", $"must be at most {SkuProfile.MostPacks}, and aliases at most {SkuProfile.MostAliases}");
        }

        return new SkuProfile(sku, unit, (int?)decimals, packs, [.. aliases.Distinct()])
        { Name = Fields.OptionalIdentifier("name"), Class = Fields.OptionalName("class") };
    }

    private List<SkuPack> PacksOfJson()
    {
        List<SkuPack> packs = [];
        if (Fields.Nested("packs", '[') is not { } json)
        {
            return packs;
        }

        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray())
        {
            _packs.ReadJson(Encoding.UTF8.GetBytes(element.GetRawText()));
            if (Pack() is { } pack && packs.Count <= SkuProfile.MostPacks)
            {
                packs.Add(pack);
            }
        }

        return packs;
    }

    /// <summary><c>CS:12;PL:480</c>, each with a GTIN behind it or not.</summary>
    private List<SkuPack> PacksOfCell()
    {
        List<SkuPack> packs = [];
        foreach (var text in Cell("packs"))
        {
            var parts = text.Split(':');
            _packs.Clear();
            _packs.SetCell("unit", parts[0].Trim());
            _packs.SetCell("factor", parts.ElementAtOrDefault(1)?.Trim() ?? "");
            _packs.SetCell("gtin", parts.ElementAtOrDefault(2)?.Trim() ?? "");
            if (parts.Length > 3)
            {
                _packs.Refuse("unit", "has more behind it than a factor and a GTIN");
            }

            if (Pack() is { } pack)
            {
                packs.Add(pack);
            }
        }

        return packs;
    }

    private SkuPack? Pack()
    {
        var (unit, factor, gtin) = (_packs.Identifier("unit"), _packs.Number("factor", required: true), _packs.Text("gtin"));
        if (factor <= 0)
        {
            _packs.Refuse("factor", "must be above 0");
        }

        string? digits = null;
        if (gtin is not null && !Gtin.TryNormalise(gtin, out digits))
        {
            _packs.Refuse("gtin", "must be 8, 12, 13 or 14 digits with the right check digit");
        }

        foreach (var refusal in _packs.Refusals)
        {
            Fields.Refuse($"packs.{refusal.Field}", refusal.Why);
        }

        return _packs.Refusals.Count == 0 ? new SkuPack(unit, factor!.Value, digits) : null;
    }

    private List<string> AliasesOfJson()
    {
        if (Fields.Nested("aliases", '[') is not { } json)
        {
            return [];
        }

        List<string> aliases = [];
        using var document = JsonDocument.Parse(json);
        foreach (var element in document.RootElement.EnumerateArray().Take(SkuProfile.MostAliases + 1))
        {
            // A half of a surrogate pair is no text to GetString, and no alias either.
            if (element.ValueKind != JsonValueKind.String || Text(element) is not { } text || !Identifier.TryParse(text, out var alias))
            {
                Fields.Refuse("aliases", "must be texts of 1 to 128 printable characters");
                break;
            }

            aliases.Add(alias);
        }

        return aliases;
    }

    private static string? Text(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private List<string> Cell(string name)
    {
        List<string> parts = [.. (Fields.Text(name) ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        if (parts.Exists(part => !Identifier.TryParse(part, out _)))
        {
            Fields.Refuse(name, "must be texts of 1 to 128 printable characters, with ; between them");
        }

        return parts;
    }
}
