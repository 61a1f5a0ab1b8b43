using RetailSync.Inventory.Host;

await Server.Build(args, "").RunAsync();
