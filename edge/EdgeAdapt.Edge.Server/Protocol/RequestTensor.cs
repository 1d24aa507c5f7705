namespace EdgeAdapt.Edge.Server.Protocol;

/// <summary>An input tensor of a request, its contents not yet read.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Datatype">One of <see cref="TensorDatatypes"/>.</param>
/// <param name="Shape">Its dimensions, each at least 0, their product at most <see cref="int.MaxValue"/>.</param>
/// <param name="IsBinary">Whether <paramref name="Data"/> is binary; a JSON array otherwise.</param>
/// <param name="Data">The contents, a part of the request's body.</param>
internal sealed record RequestTensor(string Name, string Datatype, IReadOnlyList<long> Shape, bool IsBinary, ReadOnlyMemory<byte> Data)
{
    /// <summary>Number of elements.</summary>
    public int Count => (int)Shape.Aggregate(1L, (a, b) => a * b);

    /// <summary>The tensor for messages.</summary>
    public string Description => $"'{Name}' ({Datatype} [{string.Join(", ", Shape)}])";
}
