using System.Text;
using RabbitMQ.Client;
using RetailSync.Inventory.Host.Http;
using RetailSync.Inventory.Host.Security;

namespace RetailSync.Inventory.Host.RabbitMq.Messages;

/// <summary>What is done with the messages of a queue.</summary>
internal interface IMessageHandler
{
    BrokerQueue Queue { get; }

    /// <summary>Messages that a host has taken from the queue and not yet acknowledged, at most.</summary>
    ushort Prefetch { get; }

    /// <summary>Reads a message.</summary>
    /// <param name="cancellation">The connection is lost, or the host stops.</param>
    /// <returns>
    /// What handles it. The outer task completes when the next message may begin; the inner one when everything is stored, with the reply. It may be called
    /// again after a failure, and a message that was handled before is one of duplicates.
    /// </returns>
    /// <exception cref="ApiProblemException">It is a dead letter, and why; also from what is returned.</exception>
    Func<Task<Task<object>>> Read(Message message, Caller caller, Provenance provenance, CancellationToken cancellation);
}

/// <param name="Tag">By which this connection acknowledges it.</param>
/// <param name="Body">A copy, since the client reuses its buffer.</param>
internal sealed record Message(ulong Tag, IReadOnlyBasicProperties Properties, byte[] Body)
{
    /// <summary>A header that says who reports, for the forms of content that have no place for it.</summary>
    public const string SourceHeader = "source";

    /// <summary>Whether the property <c>content-encoding</c> is absent, or a name of plain text.</summary>
    public bool IsPlain => Properties.ContentEncoding is null or "" || Properties.ContentEncoding.ToUpperInvariant() is "UTF-8" or "UTF8" or "IDENTITY";

    /// <summary>The text of a header; null where there is none.</summary>
    public string? Header(string name) => Properties.Headers?.TryGetValue(name, out var value) is true
        ? value switch { byte[] text => Encoding.UTF8.GetString(text), string text => text, _ => null }
        : null;
}

/// <summary>The channels of one connection by which a queue is read.</summary>
/// <param name="Receiving">For deliveries and their acknowledgements, in both directions.</param>
/// <param name="Sending">For replies and dead letters, each of which the broker confirms.</param>
/// <param name="Lost">The connection is gone: what is not acknowledged comes again by another.</param>
internal sealed record BrokerLink(IChannel Receiving, IChannel Sending, CancellationToken Lost);
