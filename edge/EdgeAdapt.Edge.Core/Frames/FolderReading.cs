namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>What a folder source does at the end of its files.</summary>
public enum FolderReading
{
    /// <summary>It ends.</summary>
    Once,

    /// <summary>It begins again, for ever.</summary>
    Loop,

    /// <summary>It waits for new files, for ever.</summary>
    Watch,
}
