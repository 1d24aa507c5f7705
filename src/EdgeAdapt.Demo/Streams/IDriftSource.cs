namespace EdgeAdapt.Demo.Streams;

/// <summary>Where the frames of the drifting stream come from.</summary>
internal interface IDriftSource
{
    /// <summary>What the frames show, for people.</summary>
    string Description { get; }

    /// <summary>The conditions in the order in which they are streamed, for people.</summary>
    IReadOnlyList<string> Phases { get; }

    /// <summary>The most frames that one phase of one agent can have.</summary>
    int MaximumFrames { get; }

    /// <summary>Height, width and channels of a frame.</summary>
    (int Height, int Width, int Channels) FrameSize { get; }

    /// <summary>Makes the frames of one phase. Equal arguments give equal frames; another seed gives others, or another order.</summary>
    /// <param name="phase">Index into <see cref="Phases"/>.</param>
    /// <param name="seed">Seed of the agent's stream.</param>
    /// <param name="pixels">Receives uint8 <c>[N, H, W, C]</c>.</param>
    /// <param name="labels">Receives the class of each of the N frames.</param>
    void Render(int phase, int seed, Span<byte> pixels, Span<int> labels);
}
