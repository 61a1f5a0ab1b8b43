using RetailSync.Channels.Documents;

namespace RetailSync.Channels.Sap;

/// <summary>One item of a goods movement, in the words of SAP, whichever interface it came by.</summary>
internal sealed record GoodsMovement
{
    public required string Key { get; init; }

    public required string Position { get; init; }

    /// <summary>BWART.</summary>
    public required string Type { get; init; }

    /// <summary>Reversed by a flag, instead of by a type of its own.</summary>
    public bool IsReversed { get; init; }

    /// <summary>S: it increases stock; H: it decreases it; null where only the type says it.</summary>
    public char? Sign { get; init; }

    /// <summary>Of a posting of two items: that the one that decreases stock is in the document.</summary>
    public bool HasOtherHalf { get; init; }

    /// <summary>Null where it is no number.</summary>
    public required decimal? Quantity { get; init; }

    public string? Unit { get; init; }

    public PackSize? Pack { get; init; }

    public required IReadOnlyList<ArticleNumber> Articles { get; init; }

    /// <summary>What the material becomes; empty where it stays what it is, or where that is an item of its own.</summary>
    public IReadOnlyList<ArticleNumber> OtherArticles { get; init; } = [];

    public PlaceName? Place { get; init; }

    /// <summary>Where it came from or goes to.</summary>
    public PlaceName? OtherPlace { get; init; }

    /// <summary>The status of the stock by its type (in quality inspection, blocked); null for unrestricted.</summary>
    public string? Status { get; init; }

    /// <summary>SOBKZ: K consignment, E for a sales order, Q for a project...; empty for own stock.</summary>
    public string SpecialStock { get; init; } = "";

    public DocumentTime? Time { get; init; }

    /// <summary>The order or delivery under which it moves; null where none is named.</summary>
    public string? Order { get; init; }

    /// <summary>The document that says so.</summary>
    public string? Number { get; init; }

    /// <summary>The identity of the item that it reverses (<c>MATDOC:2026/5000000101:1</c>); null where none is named.</summary>
    public string? Reverses { get; init; }

    /// <summary>GRUND, MOVE_REAS; empty where none is given.</summary>
    public string Reason { get; init; } = "";

    /// <summary>The identity of an item of a material document.</summary>
    public static string Identity(string year, string number, string item) => $"MATDOC:{MaterialDocument(year, number)}:{SapValues.Alpha(item)}";

    /// <summary>Numbers start again each year.</summary>
    public static string MaterialDocument(string year, string number) => $"{year}/{SapValues.Alpha(number)}";

    /// <summary>
    /// Plant and storage location. Which of them is a location is a matter of mapping: <c>1710/171A</c> where that is mapped, else the plant. Null without a
    /// plant.
    /// </summary>
    public static PlaceName? PlaceOf(string plant, string storageLocation) =>
        plant.Length == 0 ? null : storageLocation.Length == 0 ? new PlaceName(plant) : new PlaceName($"{plant}/{storageLocation}", plant);
}
