namespace RetailSync.Inventory.Domain.Stock;

/// <summary>What is on its way to a position by one document.</summary>
/// <param name="Document">The source's id of it.</param>
/// <param name="Outstanding">What is still to come.</param>
/// <param name="Held">Units of that which reservations keep, 0 or more.</param>
/// <param name="Own">Of these, units that whoever asks keeps already and may go on keeping.</param>
public readonly record struct ExpectedSupply(string Document, InTransit Outstanding, decimal Held, decimal Own = 0);
