using JasperFx.Events;
using Marten.Events.Aggregation;
using RetailSync.Inventory.Domain.Stock;

namespace RetailSync.Inventory.Projections.Positions;

/// <summary>Lets Marten fold a position's stream (<c>AggregateStreamAsync</c>, <c>FetchForWriting</c>) with the domain's own <c>Evolve</c>.</summary>
public sealed class StockPositionFold : SingleStreamProjection<PositionSnapshot, string>
{
    public override PositionSnapshot Evolve(PositionSnapshot? snapshot, string id, IEvent happened) => new()
    {
        Id = id,
        Position = StockPosition.Evolve(snapshot?.Position ?? StockPosition.Empty, (StockEvent)happened.Data),
    };
}

/// <summary>A position as Marten wants an aggregate: with its stream key in an <c>Id</c> that it can set.</summary>
public sealed class PositionSnapshot
{
    public string Id { get; set; } = "";

    public StockPosition Position { get; set; } = StockPosition.Empty;
}
