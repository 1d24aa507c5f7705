namespace EdgeAdapt.Messaging.Mosquitto.Requests;

/// <summary>Something to ask of the broker: sent by the network loop, answered under the packet id that sending gave it.</summary>
internal abstract class NetworkRequest
{
    /// <summary>Whether nobody waits for the answer any more.</summary>
    public abstract bool IsAbandoned { get; }

    /// <summary>Hands the request to the library; an error means that no answer will come.</summary>
    public abstract int Send(MosquittoClient client, out int packetId);

    /// <summary>The broker answered.</summary>
    public abstract void Answer(int reasonCode);

    /// <summary>The library would not send it.</summary>
    public abstract void Refuse(string fault);

    /// <summary>The connection ended before the request was handed to the library.</summary>
    public abstract void Drop(string reason);

    /// <summary>The connection ended before an answer came, and the request may have been sent.</summary>
    public abstract void Lose(string reason);
}
