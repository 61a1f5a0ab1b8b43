using System.Buffers;
using System.Text;

namespace RetailSync.Channels.Documents.Xml;

/// <summary>The beginning of a file, to see whether it is XML and of which format.</summary>
internal static class XmlBeginning
{
    /// <summary>Blanks, byte order marks, and the zeros of UTF-16.</summary>
    private static readonly SearchValues<byte> Ignored = SearchValues.Create([.. " \t\r\n\0\uFEFF"u8, 0xFF, 0xFE]);

    public static bool IsXml(ReadOnlySpan<byte> beginning) => beginning.IndexOfAnyExcept(Ignored) is >= 0 and var first && beginning[first] == '<';

    /// <summary>As text, of UTF-16 without its zeros, so that names in it can be looked for; null for what is no XML.</summary>
    public static string? Text(ReadOnlySpan<byte> beginning) =>
        IsXml(beginning) ? Encoding.Latin1.GetString(beginning).Replace("\0", "", StringComparison.Ordinal) : null;
}
