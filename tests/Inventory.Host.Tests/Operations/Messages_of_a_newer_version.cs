using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Wolverine;
using Wolverine.Runtime;

namespace RetailSync.Inventory.Host.Tests.Operations;

public sealed class Messages_of_a_newer_version(RunningHost host) : IClassFixture<RunningHost>
{
    /// <summary>As a newer host leaves it that dies beside this one.</summary>
    [Fact]
    public async Task Are_kept_for_a_host_that_knows_them()
    {
        var runtime = host.Services.GetRequiredService<IWolverineRuntime>();
        var left = new Envelope
        {
            Id = Guid.CreateVersion7(),
            MessageType = "of-a-newer-version",
            Data = Encoding.UTF8.GetBytes("{}"),
            ContentType = "application/json",
            Destination = new Uri("local://of-a-newer-version/"),
            Status = EnvelopeStatus.Incoming,
            OwnerId = 0,
            SentAt = DateTimeOffset.UnixEpoch,
        };
        await runtime.Storage.Inbox.StoreIncomingAsync(left);

        await Waiting.Until(async () => (await host.Get("/v1/messages/dead-letters")).Ok().Items().Any(letter => letter.Text("id") == $"{left.Id}"));
    }
}
