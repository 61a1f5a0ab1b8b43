using System.Collections.Frozen;
using RetailSync.Channels.Documents;

namespace RetailSync.Channels.PosLog;

/// <summary>What is configured for a source of till logs.</summary>
/// <param name="ReturnStatus"><c>returnStatus</c>: the status in which returns without a Disposal arrive; null (not configured) is sellable.</param>
/// <param name="DepositsAreStock"><c>depositsAreStock</c>: deposits and empties are goods that are kept; otherwise they move nothing.</param>
/// <param name="ReturnsAreNegative"><c>returnsAreNegative</c>: a Return has a negative quantity; otherwise such a one contradicts itself.</param>
/// <param name="NoGoods"><c>noGoods</c>: numbers of articles that are none (ROUNDING), with commas between them.</param>
/// <param name="Barcodes"><c>variableBarcodes</c>: barcodes that have a price or a weight inside.</param>
internal sealed record PosLogOptions(
    string? ReturnStatus, bool DepositsAreStock, bool ReturnsAreNegative, FrozenSet<string> NoGoods, VariableBarcodes Barcodes)
{
    public const string ReturnStatusOption = "returnStatus";
    public const string DepositsAreStockOption = "depositsAreStock";
    public const string ReturnsAreNegativeOption = "returnsAreNegative";
    public const string NoGoodsOption = "noGoods";
    public const string VariableBarcodesOption = "variableBarcodes";

    public static PosLogOptions Of(ReadSettings settings, string? sender)
    {
        var options = settings.OptionsOf(sender);
        return new PosLogOptions(
            options.GetValueOrDefault(ReturnStatusOption),
            settings.Is(sender, DepositsAreStockOption),
            settings.Is(sender, ReturnsAreNegativeOption),
            (options.GetValueOrDefault(NoGoodsOption) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .ToFrozenSet(StringComparer.Ordinal),
            VariableBarcodes.Parse(options.GetValueOrDefault(VariableBarcodesOption)));
    }
}
