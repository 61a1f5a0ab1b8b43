using RetailSync.Cli;

return await Commands.Run(args);
