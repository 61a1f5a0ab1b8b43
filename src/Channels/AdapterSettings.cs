using System.Text.Json;
using System.Text.Json.Nodes;

namespace RetailSync.Channels;

/// <summary>The settings of a channel as its adapter reads them. May hold secrets: nothing here puts a value into a message.</summary>
public sealed class AdapterSettings(JsonObject settings)
{
    public static AdapterSettings Parse(string json) => new((JsonObject)JsonNode.Parse(json)!);

    /// <exception cref="ChannelNotReadyException">It is missing or no text.</exception>
    public string Text(string name) => OptionalText(name) ?? throw new ChannelNotReadyException($"settings.{name} is missing");

    /// <exception cref="ChannelNotReadyException">It is there and no text.</exception>
    public string? OptionalText(string name) => settings[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>() is { Length: > 0 } text ? text : null,
        _ => throw new ChannelNotReadyException($"settings.{name} must be text"),
    };

    /// <exception cref="ChannelNotReadyException">It is no absolute http or https address.</exception>
    public Uri Address(string name, string? otherwise = null) =>
        Uri.TryCreate(otherwise is null ? Text(name) : OptionalText(name) ?? otherwise, UriKind.Absolute, out var address)
        && address.Scheme is "http" or "https"
            ? address
            : throw new ChannelNotReadyException($"settings.{name} must be an address that begins with https:// or http://");

    /// <exception cref="ChannelNotReadyException">It is there and no whole number within the bounds.</exception>
    public int Whole(string name, int otherwise, int least, int most) => settings[name] switch
    {
        null => otherwise,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number && value.TryGetValue<int>(out var number)
            && number >= least && number <= most => number,
        _ => throw new ChannelNotReadyException($"settings.{name} must be a whole number from {least} to {most}"),
    };
}
