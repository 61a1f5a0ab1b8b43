namespace RetailSync.Inventory.Host.Http.Pipeline;

internal static class ListeningAddress
{
    /// <summary>An address that can be opened, also where the host listens on all of them.</summary>
    public static Uri Browsable(string listening)
    {
        var address = BindingAddress.Parse(listening);
        var host = address.Host is "+" or "*" or "0.0.0.0" or "[::]" ? "127.0.0.1" : address.Host;
        return new($"{address.Scheme}://{host}:{address.Port}");
    }
}
