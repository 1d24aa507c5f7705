namespace EdgeAdapt.Cloud.Core.Sessions;

/// <summary>Gives turns to whoever has work, each in turn: one with much work waits for all others between two turns.</summary>
/// <typeparam name="T">Who takes turns.</typeparam>
public sealed class FairTurns<T>
    where T : class
{
    private readonly LinkedList<T> _order = new();

    /// <summary>Adds someone, who is next: no turn yet is longer ago than any turn.</summary>
    public void Add(T member) => _order.AddFirst(member);

    /// <summary>The one with work whose last turn is the longest ago; null where nobody has work. Goes to the end of the order.</summary>
    /// <param name="hasWork">Whether someone has work now.</param>
    public T? Next(Func<T, bool> hasWork)
    {
        ArgumentNullException.ThrowIfNull(hasWork);
        for (LinkedListNode<T>? node = _order.First; node is not null; node = node.Next)
        {
            if (hasWork(node.Value))
            {
                _order.Remove(node);
                _order.AddLast(node);
                return node.Value;
            }
        }

        return null;
    }
}
