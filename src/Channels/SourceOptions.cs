using System.Collections.Frozen;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Dynamics365;
using RetailSync.Channels.Edifact;
using RetailSync.Channels.Gs1Xml;
using RetailSync.Channels.PosLog;
using RetailSync.Channels.Sap;
using RetailSync.Channels.X12;

namespace RetailSync.Channels;

/// <summary>The options of a source of documents, of all formats: one name means one thing in each format that has it.</summary>
public static class SourceOptions
{
    /// <summary>Names of places that are none of ours, with commas between them.</summary>
    public const string Outside = "outside";

    /// <summary><c>true</c> or <c>false</c>.</summary>
    private static readonly FrozenSet<string> Switches = FrozenSet.Create(
        StringComparer.Ordinal,
        X12Options.AcceptTestData, EdifactDocuments.AcceptTestData, Gs1Options.AcceptTestData, SapOptions.AcceptTestData, X12Options.ExceptionsOnly,
        Gs1Options.ExceptionsOnly, X12Options.TwoSidedStatus, PosLogOptions.DepositsAreStockOption, PosLogOptions.ReturnsAreNegativeOption,
        InventoryVisibilityDocuments.SetOption, GoodsMovementIdocs.CreationTimeOption);

    private static readonly FrozenSet<string> Texts = FrozenSet.Create(
        StringComparer.Ordinal,
        Outside, X12Options.Reasons, PosLogOptions.ReturnStatusOption, PosLogOptions.NoGoodsOption, PosLogOptions.VariableBarcodesOption,
        Gs1Options.DespatchStatuses, Gs1Options.ReceiptStatuses, Gs1Options.ReturnLocations, UnitNames.Option, OnHandMeasures.Option,
        GoodsMovements.TypesOption, GoodsMovements.SpecialStockOption);

    /// <summary>Why there is no such option, or not with this value; null where there is.</summary>
    public static string? Refusal(string name, string value) =>
        Switches.Contains(name) ? value is "true" or "false" ? null : "must be true or false"
        : Texts.Contains(name) ? null
        : $"is no option; there are {string.Join(", ", Switches.Concat(Texts).Order(StringComparer.Ordinal))}";
}
