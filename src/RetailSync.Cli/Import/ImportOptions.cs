using System.CommandLine;
using System.CommandLine.Parsing;
using RetailSync.Channels;
using RetailSync.Channels.Epcis;
using RetailSync.Channels.OnlineRetail;
using RetailSync.Inventory.Domain;

namespace RetailSync.Cli.Import;

/// <summary>What can be said to <c>import</c>, and what of it goes together.</summary>
internal sealed class ImportOptions
{
    private const string OnlineRetail = "online-retail";
    private const string Epcis = "epcis";
    private const string Movements = "movements";

    /// <summary>Formats whose files are sent as they are. EPCIS is sent event by event, with a row for each.</summary>
    private static readonly string[] OfDocuments = [.. DocumentFormats.All.Select(format => format.Name).Where(name => name != Epcis)];

    private readonly Argument<FileInfo> _file = new Argument<FileInfo>("file") { Description = "The file, plain or .gz." }.AcceptExistingOnly();

    private readonly Option<string> _format = new Option<string>("--format")
    {
        Required = true,
        Description = $"{OnlineRetail}: the UCI Online Retail ledger (CSV). {Epcis}: GS1 EPCIS (JSON, XML). {Movements}: CSV or NDJSON in the "
            + $"names of the API. {string.Join(", ", OfDocuments)}: documents as ERP, WMS or a till sent them. {DocumentFormats.Auto}: that of these which the "
            + "file begins like.",
    }.AcceptOnlyFromAmong([OnlineRetail, Epcis, Movements, .. OfDocuments, DocumentFormats.Auto]);

    private readonly Option<Uri> _url = new("--url")
    {
        Description = "Where RetailSync serves.",
        DefaultValueFactory = _ => new Uri("http://127.0.0.1:8080"),
        CustomParser = result => Uri.TryCreate(result.Tokens[0].Value, UriKind.Absolute, out var uri)
            && uri.Scheme is "http" or "https" ? uri : Wrong<Uri>(result, "is no http URL"),
    };

    private readonly Option<string> _key = new("--key")
    { Description = "The key or token to send; its role must be ops or store.", DefaultValueFactory = _ => "dev-ops" };

    private readonly Option<LocationId?> _location = new("--location")
    {
        Description = $"{OnlineRetail}: where the stock is (default {OnlineRetailTranslator.DefaultLocation}). {Epcis} and documents: for lines that "
            + "name no place.",
        CustomParser = result => LocationId.TryParse(result.Tokens[0].Value, out var parsed) ? parsed
            : Wrong<LocationId?>(result, "is no location (letters, digits and . _ : -)"),
    };

    private readonly Option<string> _openingStock = new Option<string>("--opening-stock")
    { Description = $"{OnlineRetail}: cover first receives, per SKU, just enough that nothing goes below zero." }.AcceptOnlyFromAmong("cover");

    private readonly Option<string> _source = new("--source")
    {
        Description = $"The source of the movements (default {OnlineRetailTranslator.DefaultSource} or {EpcisTranslator.DefaultSource}; for "
            + $"{Movements}, of lines that name none; for documents, what they say of their sender).",
        CustomParser = result => Identifier.TryParse(result.Tokens[0].Value, out var parsed) ? parsed : Wrong<string>(result, "is no source"),
    };

    private readonly Option<string> _zone = new("--zone") { Description = "Documents: the time zone of times without an offset, such as Europe/Berlin." };

    private readonly Option<string> _levels = new Option<string>("--levels")
    { Description = "Documents: compare stock figures with ours, or count by them." }.AcceptOnlyFromAmong("compare", "count");

    public void AddTo(Command command)
    {
        _file.Validators.Add(Commands.IsNoDirectory);
        command.Add(_file);
        foreach (var option in (Option[])[_format, _url, _key, _location, _openingStock, _source, _zone, _levels])
        {
            command.Add(option);
        }

        command.Validators.Add(Validate);
    }

    public FileInfo File(ParseResult parsed) => parsed.GetRequiredValue(_file);

    public Uri Url(ParseResult parsed) => parsed.GetRequiredValue(_url);

    public string Key(ParseResult parsed) => parsed.GetRequiredValue(_key);

    public bool CoversOpeningStock(ParseResult parsed) => parsed.GetValue(_openingStock) is not null;

    /// <summary>How a file of documents is to be read; null for one of movements.</summary>
    public DocumentsOptions? Documents(ParseResult parsed) =>
        !IsOfDocuments(parsed.GetValue(_format)) ? null : new DocumentsOptions(
            parsed.GetRequiredValue(_format), parsed.GetValue(_source), parsed.GetValue(_zone), parsed.GetValue(_location)?.Value, parsed.GetValue(_levels));

    /// <summary>How a file of movements is to be read.</summary>
    public ImportInput Input(ParseResult parsed)
    {
        var (path, source, location) = (File(parsed).FullName, parsed.GetValue(_source), parsed.GetValue(_location));
        return parsed.GetRequiredValue(_format) switch
        {
            OnlineRetail => ImportInput.OnlineRetail(
                path, source ?? OnlineRetailTranslator.DefaultSource, location ?? LocationId.Parse(OnlineRetailTranslator.DefaultLocation)),
            Epcis => ImportInput.Epcis(path, source ?? EpcisTranslator.DefaultSource, location),
            _ => ImportInput.Movements(path, source),
        };
    }

    private void Validate(CommandResult result)
    {
        if (result.GetResult(_openingStock) is not null && result.GetValue(_format) != OnlineRetail)
        {
            result.AddError($"--opening-stock goes with --format {OnlineRetail} only.");
        }

        if ((result.GetResult(_zone) ?? result.GetResult(_levels)) is not null && !IsOfDocuments(result.GetValue(_format)))
        {
            result.AddError($"--zone and --levels go with formats of documents only: {string.Join(", ", OfDocuments)}, {DocumentFormats.Auto}.");
        }

        if (result.GetResult(_location) is not null && result.GetValue(_format) == Movements)
        {
            result.AddError($"--location does not go with --format {Movements}: its lines have their own.");
        }
    }

    private static bool IsOfDocuments(string? format) => format == DocumentFormats.Auto || OfDocuments.Contains(format);

    private static T? Wrong<T>(ArgumentResult result, string why)
    {
        result.AddError($"'{result.Tokens[0].Value}' {why}.");
        return default;
    }
}
