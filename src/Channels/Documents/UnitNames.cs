using System.Collections.Frozen;

namespace RetailSync.Channels.Documents;

/// <summary>Units of systems that let people name them: as they are called when nobody has renamed them.</summary>
internal static class UnitNames
{
    /// <summary>The option that gives other names a meaning: <c>Stk=C62, Krt=CT</c>.</summary>
    public const string Option = "units";

    private static readonly FrozenDictionary<string, string> Codes = new (string Code, string[] Names)[]
    {
        ("C62",
        [
            "unit", "units", "unit(s)", "nos", "no", "each", "piece", "pieces", "pcs", "pc", "item", "items", "stück", "stk", "einheit(en)", "einheiten",
            "unité(s)", "unités", "unidad(es)", "unidades", "unità", "stuks", "eenheden",
        ]),
        ("KGM", ["kg", "kgm", "kilogram", "kilogramme"]),
        ("GRM", ["g", "gm", "gram", "gramme"]),
        ("MGM", ["mg", "milligram"]),
        ("TNE", ["t", "tonne"]),
        ("LBR", ["lb", "lbs", "lb(s)", "pound"]),
        ("ONZ", ["oz", "oz(s)", "ounce"]),
        ("LTR", ["l", "liter", "litre", "liter(s)", "litre(s)"]),
        ("MLT", ["ml", "millilitre", "milliliter"]),
        ("MTQ", ["m³", "cubic meter", "cubic metre"]),
        ("GLL", ["gal (us)", "gal(s)", "gallon liquid (us)"]),
        ("QTL", ["qt (us)", "qt"]),
        ("OZA", ["fl oz (us)", "fl oz"]),
        ("MTR", ["m", "meter", "metre"]),
        ("CMT", ["cm", "centimeter", "centimetre"]),
        ("MMT", ["mm", "millimeter", "millimetre"]),
        ("KMT", ["km", "kilometer", "kilometre"]),
        ("INH", ["in", "in(s)", "inch"]),
        ("FOT", ["ft", "foot(ft)", "foot"]),
        ("YRD", ["yd", "yard"]),
        ("MTK", ["m²", "square meter", "square metre"]),
    }.SelectMany(unit => unit.Names.Select(name => (name, unit.Code))).ToFrozenDictionary(unit => unit.name, unit => unit.Code);

    /// <summary>The code of UN/ECE; a name that is not known (a pack, a dozen) as it is written, null for none.</summary>
    public static string? Code(string? name, IReadOnlyDictionary<string, string> configured) => name is null ? null
        : configured.GetValueOrDefault(name) ?? Codes.GetValueOrDefault(name.ToLowerInvariant(), name);
}
