using RetailSync.Channels;
using RetailSync.Inventory.Host.RabbitMq.Messages;
using RetailSync.Inventory.Host.SourceDocuments.Outcomes;
using RetailSync.Inventory.Host.SourceDocuments.Receive;
using RetailSync.Inventory.Host.SourceDocuments.Record;
using RetailSync.Inventory.Host.SourceDocuments.Resolve;
using RetailSync.Inventory.Host.SourceDocuments.Sources;

namespace RetailSync.Inventory.Host.SourceDocuments;

/// <summary>What the composition needs of this folder.</summary>
public static class SourceDocumentsSetup
{
    public static WebApplicationBuilder AddSourceDocuments(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(DocumentFormats.All);
        builder.Services.AddSingleton<SourceStore>();
        builder.Services.AddSingleton<SourceSecrets>();
        builder.Services.AddSingleton<SourceMappings>();
        builder.Services.AddSingleton<DocumentStore>();
        builder.Services.AddSingleton<KnownMovements>();
        builder.Services.AddSingleton<FindNames>();
        builder.Services.AddSingleton<RecordLines>();
        builder.Services.AddSingleton<ReviseDocument>();
        builder.Services.AddSingleton<TakeWholeDocument>();
        builder.Services.AddSingleton<TakeDocuments>();
        builder.Services.AddSingleton<ReplayDocumentLines>();
        builder.Services.AddSingleton<PostDocument>();
        builder.Services.AddSingleton<IMessageHandler, ReceiveDocuments>();
        builder.Services.AddSingleton<WatchDocumentFolders>();
        builder.Services.AddHostedService(services => services.GetRequiredService<WatchDocumentFolders>());
        return builder;
    }
}
