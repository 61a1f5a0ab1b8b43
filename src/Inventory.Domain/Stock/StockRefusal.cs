namespace RetailSync.Inventory.Domain.Stock;

/// <summary>Why a movement cannot be recorded; the code is the contract's word for it.</summary>
/// <param name="Detail">A sentence, for a person.</param>
public sealed record StockRefusal(string Code, string Detail)
{
    public const string IdReused = "movement-id-reused";

    public static StockRefusal UnknownMovement(string corrects, PositionKey position) =>
        new("unknown-movement", $"The source has recorded no movement '{corrects}' of {position.Sku} at {position.Location}.");

    public static StockRefusal AlreadyCorrected(string corrects) =>
        new("already-corrected", $"Movement '{corrects}' was corrected before; a wrong correction is corrected itself.");

    public static StockRefusal WrongQuantity(string type, string rule) =>
        new("invalid-line", $"quantity: the right quantity of a {type} {rule}.");

    public static StockRefusal MovementIdReused(string id) =>
        new(IdReused, $"The source has recorded a movement '{id}' with other content.");
}
