using System.Text.Json;

namespace RetailSync.Inventory.Host.Tests;

/// <summary>What the host answered, read to the end.</summary>
public sealed record Answer(int Status, string Text, string? MediaType, IReadOnlyDictionary<string, string> Headers)
{
    public JsonElement Json => JsonDocument.Parse(Text).RootElement.Clone();

    public static async Task<Answer> Of(HttpResponseMessage answer) => new(
        (int)answer.StatusCode,
        await answer.Content.ReadAsStringAsync(),
        answer.Content.Headers.ContentType?.MediaType,
        answer.Headers.Concat(answer.Content.Headers)
        .ToDictionary(header => header.Key, header => string.Join(",", header.Value), StringComparer.OrdinalIgnoreCase));

    /// <summary>The body of a success.</summary>
    public JsonElement Ok(int status = 200)
    {
        Assert.True(Status == status, $"{Status} {Text}");
        return Json;
    }

    /// <summary>Expects a problem with this status and code.</summary>
    public JsonElement Refused(int status, string code)
    {
        Assert.True(Status == status && MediaType == "application/problem+json", $"{Status} {MediaType} {Text}");
        Assert.Equal(code, Json.Text("code"));
        return Json;
    }
}

/// <summary>Short words for looking into JSON.</summary>
public static class JsonWords
{
    public static string? Text(this JsonElement json, string name) => json.GetProperty(name).GetString();

    public static decimal Number(this JsonElement json, string name) => json.GetProperty(name).GetDecimal();

    public static JsonElement[] Items(this JsonElement json, string name = "items") => [.. json.GetProperty(name).EnumerateArray()];

    public static IEnumerable<string?> Texts(this IEnumerable<JsonElement> items, string name) => items.Select(item => item.Text(name));
}
