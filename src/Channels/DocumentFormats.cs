using System.Text;
using RetailSync.Channels.Documents;
using RetailSync.Channels.Dynamics365;
using RetailSync.Channels.Edifact;
using RetailSync.Channels.Epcis;
using RetailSync.Channels.ErpNext;
using RetailSync.Channels.Gs1Xml;
using RetailSync.Channels.Lightspeed;
using RetailSync.Channels.Odoo;
using RetailSync.Channels.PosLog;
using RetailSync.Channels.Sap;
using RetailSync.Channels.Shopify;
using RetailSync.Channels.Square;
using RetailSync.Channels.X12;

namespace RetailSync.Channels;

/// <summary>The formats of documents, in the order in which <c>auto</c> tries them.</summary>
public static class DocumentFormats
{
    /// <summary>The word for a format that is to be recognised.</summary>
    public const string Auto = "auto";

    /// <summary>How much of a file <see cref="IDocumentFormat.Recognise"/> is given.</summary>
    public const int BeginningLength = 4 * 1024;

    public static readonly IReadOnlyList<IDocumentFormat> All =
    [
        new EpcisDocuments(), new X12Documents(), new EdifactDocuments(), new PosLogFormat(),
        new SquareDocuments(), new ShopifyPosDocuments(), new LightspeedDocuments(), new SapDocuments(),
        new OdooDocuments(), new ErpNextDocuments(), new InventoryVisibilityDocuments(), new Gs1XmlDocuments(),
    ];

    /// <summary>Null for a name that is none.</summary>
    public static IDocumentFormat? Find(string name) => All.FirstOrDefault(format => format.Name == name);

    /// <summary>The first that recognises the beginning of a file, and why; null when none does.</summary>
    public static (IDocumentFormat Format, string Why)? Recognise(ReadOnlySpan<byte> beginning) => Recognise(beginning, All);

    /// <param name="beginning">At least <see cref="BeginningLength"/> bytes, or all.</param>
    /// <param name="formats">In the order in which they are tried.</param>
    public static (IDocumentFormat Format, string Why)? Recognise(ReadOnlySpan<byte> beginning, IReadOnlyList<IDocumentFormat> formats)
    {
        if (beginning.StartsWith(Encoding.Unicode.Preamble) || beginning.StartsWith(Encoding.BigEndianUnicode.Preamble))
        {
            var text = (beginning[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode).GetString(beginning[2..]);
            beginning = Encoding.UTF8.GetBytes(text);
        }

        foreach (var format in formats)
        {
            if (format.Recognise(beginning) is { } why)
            {
                return (format, why);
            }
        }

        return null;
    }
}
