namespace RetailSync.Channels.Epcis;

/// <summary>
/// The Core Business Vocabulary writes a word in four ways: <c>shipping</c>, <c>urn:epcglobal:cbv:bizstep:shipping</c>,
/// <c>https://ref.gs1.org/cbv/BizStep-shipping</c> and <c>cbv:BizStep-shipping</c>.
/// </summary>
internal sealed record Vocabulary(string Urn, string Name)
{
    public static readonly Vocabulary BizStep = new("urn:epcglobal:cbv:bizstep:", "BizStep-");
    public static readonly Vocabulary Disposition = new("urn:epcglobal:cbv:disp:", "Disp-");
    public static readonly Vocabulary BizTransaction = new("urn:epcglobal:cbv:btt:", "BTT-");
    public static readonly Vocabulary SourceDestination = new("urn:epcglobal:cbv:sdt:", "SDT-");

    private static readonly string[] Namespaces =
        ["https://ref.gs1.org/cbv/", "http://ref.gs1.org/cbv/", "https://ns.gs1.org/cbv/", "http://ns.gs1.org/cbv/", "cbv:"];

    /// <summary>The bare word; a text that is in none of the four ways (a private vocabulary) as it is.</summary>
    public string Word(string text)
    {
        if (text.StartsWith(Urn, StringComparison.OrdinalIgnoreCase))
        {
            return text[Urn.Length..];
        }

        foreach (var start in Namespaces.Select(space => space + Name))
        {
            if (text.StartsWith(start, StringComparison.OrdinalIgnoreCase))
            {
                return text[start.Length..];
            }
        }

        return text;
    }
}
