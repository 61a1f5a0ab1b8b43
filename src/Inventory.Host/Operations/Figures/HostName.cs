using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace RetailSync.Inventory.Host.Operations.Figures;

/// <summary>What this host is called beside others: its machine, and the port of its first address.</summary>
public sealed class HostName(IServer server)
{
    public string Value => server.Features.Get<IServerAddressesFeature>()?.Addresses.FirstOrDefault() is { } address
        ? FormattableString.Invariant($"{Environment.MachineName}:{BindingAddress.Parse(address).Port}") : Environment.MachineName;
}
