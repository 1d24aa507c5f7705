namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>What a line of the edge's journal says of the number behind it.</summary>
internal enum JournalWord
{
    /// <summary>The outbox was opened and holds it.</summary>
    Waiting,

    /// <summary>All that the outbox holds has been told; so many of its files were damaged.</summary>
    Opened,

    /// <summary>The sample is about to be handed to the outbox.</summary>
    Adding,

    /// <summary>The outbox has it.</summary>
    Accepted,

    /// <summary>The outbox did not take it.</summary>
    Declined,

    /// <summary>The outbox is about to give it up for a better one.</summary>
    Evicting,

    /// <summary>The outbox gave it up.</summary>
    Evicted,

    /// <summary>The outbox counted other drops than there were when it was handed this one.</summary>
    Miscounted,

    /// <summary>The cloud refused it.</summary>
    Refused,

    /// <summary>The outbox is empty, and counted so many lost samples since it was opened.</summary>
    Drained,
}
