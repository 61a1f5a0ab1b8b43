namespace RetailSync.Channels;

/// <summary>A location of a channel is named by the channel's own id for it.</summary>
public static class ChannelLocation
{
    /// <summary>Stands for the id where the channel has a single location, or is published to as if it had: no channel has an empty id.</summary>
    public const string Single = "";
}
