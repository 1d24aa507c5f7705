using EdgeAdapt.Contracts;
using EdgeAdapt.Imaging;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Edge.Core.Frames;

/// <summary>Frames that are brought to the agent: on standard input, on a topic of the broker, or as files.</summary>
public sealed record FrameInputOptions
{
    /// <summary>The source that stands for standard input.</summary>
    public const string StandardInput = "-";

    /// <summary>The largest <see cref="MaximumFrameBytes"/>.</summary>
    public const int LargestFrameBytes = 200 << 20;

    /// <summary>The largest <see cref="ImageQueue"/>.</summary>
    public const int LongestImageQueue = 1024;

    // What a packet has besides its payload: the topic and any properties of the camera's.
    private const int PacketOverhead = 1 << 18;

    /// <summary>Size of the raw frames on standard input, uint8 <c>[H, W, 3]</c>; null for JPEG and PNG files.</summary>
    public FrameSize? StreamSize { get; init; }

    /// <summary>Whether a device that is slower than standard input takes the newest frame and skips others; otherwise the writer has to wait.</summary>
    public bool Live { get; init; }

    /// <summary>Bytes of the largest encoded picture, also of a folder's files, 1 kB to <see cref="LargestFrameBytes"/>; a longer one counts as failed.</summary>
    public int MaximumFrameBytes { get; init; } = 16 << 20;

    /// <summary>Topic filter of pictures at the broker; null for none.</summary>
    public string? ImageTopic { get; init; }

    /// <summary>Pictures of the broker's that may wait, 1 to <see cref="LongestImageQueue"/>.</summary>
    public int ImageQueue { get; init; } = 8;

    /// <summary>The longest MQTT packet that must be taken for the largest picture, in bytes.</summary>
    public int PacketBytes => ImageTopic is null ? 0 : MaximumFrameBytes + PacketOverhead;

    /// <summary>Whether frames come when they come, so that none of them is waited for or put off.</summary>
    public bool IsLive(string source) => ImageTopic is not null || (Live && source == StandardInput);

    /// <summary>Every fault of these options, as they go with the agent's others, with its remedy; empty where there is none.</summary>
    public IReadOnlyList<string> Faults(EdgeAgentOptions agent)
    {
        ArgumentNullException.ThrowIfNull(agent);
        List<string> faults = [];
        bool piped = agent.Source == StandardInput;
        Refuse(faults, piped && (agent.Loop || agent.Watch), "--loop and --watch go with files. Leave them out with --source -.");
        Refuse(faults, !piped && StreamSize is not null, "--stdin-frames says what standard input holds. Give --source - with it, or leave it out.");
        Refuse(faults, !piped && Live, "--live is for standard input. Give --source - with it, or leave it out; pictures of --image-topic are live anyway.");
        Refuse(
            faults, StreamSize is { IsUsable: false },
            $"--stdin-frames is {StreamSize?.Width}x{StreamSize?.Height}. Give WIDTHxHEIGHT of at most {FrameSize.MaximumPixels} pixels and {ImageEncoder.MaximumSide} a side, for example 640x480.");
        Refuse(
            faults, MaximumFrameBytes is < 1000 or > LargestFrameBytes,
            $"The largest frame is {MaximumFrameBytes} bytes. Give --frame-megabytes 0.001 to {LargestFrameBytes >> 20}.");
        Refuse(faults, ImageQueue is < 1 or > LongestImageQueue, $"The image queue is {ImageQueue}. Give --image-queue 1 to {LongestImageQueue} pictures.");
        if (ImageTopic is null)
        {
            return faults;
        }

        Refuse(faults, agent.Source.Length > 0, "--source and --image-topic are two sources. Give one of them.");
        Refuse(faults, agent.Broker is null, "--image-topic needs a broker. Give --broker HOST:PORT.");
        if (!TopicFilter.IsFilter(ImageTopic))
        {
            faults.Add($"--image-topic is '{ImageTopic}', which is no topic filter: + stands alone in its level, # alone in the last one. Give for example cameras/gate/image or cameras/+/image.");
        }
        else if (Topics.IsName(agent.Tenant) && Topics.IsDeviceName(agent.Device) && Topics.IsName(agent.Group))
        {
            bool own = TopicFilter.Overlap(ImageTopic, Topics.AllOfDevice(agent.Tenant, agent.Device))
                || TopicFilter.Overlap(ImageTopic, Topics.AllOfGroup(agent.Tenant, agent.Group));
            Refuse(faults, own, $"--image-topic '{ImageTopic}' covers topics that this agent itself writes or reads for another purpose. Give a filter of the cameras' alone.");
        }

        return faults;
    }

    private static void Refuse(List<string> faults, bool condition, string fault)
    {
        if (condition)
        {
            faults.Add(fault);
        }
    }
}
