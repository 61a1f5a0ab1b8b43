namespace RetailSync.Cli.SampleDay;

/// <summary>The true stock of one location during the simulated day, so that nothing is sold that it lacks.</summary>
internal sealed class Shelf(int articles)
{
    private readonly decimal[] onHand = new decimal[articles];
    private readonly decimal[] unsellable = new decimal[articles];

    public decimal Sellable(int rank) => onHand[rank] - unsellable[rank];

    public decimal Unsellable(int rank) => unsellable[rank];

    public decimal OnHand(int rank) => onHand[rank];

    /// <summary>Whether there was enough to sell; takes it off if so.</summary>
    public bool Take(int rank, decimal quantity)
    {
        var enough = quantity <= Sellable(rank);
        onHand[rank] -= enough ? quantity : 0;
        return enough;
    }

    public void Put(int rank, decimal quantity, bool sellable = true)
    {
        onHand[rank] += quantity;
        unsellable[rank] += sellable ? 0 : quantity;
    }

    public void Damage(int rank, decimal quantity) => unsellable[rank] += quantity;

    public void Repair(int rank, decimal quantity) => unsellable[rank] -= quantity;

    public void Set(int rank, decimal quantity) => onHand[rank] = quantity;
}
