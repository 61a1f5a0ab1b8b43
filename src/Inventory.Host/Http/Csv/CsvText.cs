namespace RetailSync.Inventory.Host.Http.Csv;

/// <summary>
/// A text as a cell of a table that people open in a spreadsheet: what begins as a formula would (<c>= + - @</c>, tab, carriage return) gets a leading
/// <c>'</c>, which makes it a text there. A text that begins with <c>'</c> gets one more, so that taking one <c>'</c> off whatever begins with it gives every
/// text back. Numbers are no texts: a negative quantity stays one.
/// </summary>
internal static class CsvText
{
    public static string? Of(string? text) => text is ['=' or '+' or '-' or '@' or '\t' or '\r' or '\'', ..] ? $"'{text}" : text;
}
