namespace RetailSync.Channels.X12.Syntax;

/// <summary>The characters that an interchange is written with. They are what its ISA says, and never assumed.</summary>
/// <param name="Element">Between elements: what follows the letters ISA.</param>
/// <param name="Terminator">Ends a segment: what follows the ISA. A line end stands for every line end.</param>
/// <param name="Component">ISA16; null where the ISA has none.</param>
internal sealed record X12Separators(char Element, char Terminator, char? Component)
{
    /// <summary>Whether line ends are terminators; otherwise they mean nothing, wherever they stand.</summary>
    public bool IsByLine => Terminator is '\n' or '\r';
}
