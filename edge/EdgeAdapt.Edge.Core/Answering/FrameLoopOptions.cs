namespace EdgeAdapt.Edge.Core.Answering;

/// <summary>What the frame loop needs to know; made of options that were validated.</summary>
/// <param name="Rate">Frames a second; 0 for as fast as possible.</param>
/// <param name="IsLive">Whether frames come when they come: nothing then waits for the statistics or the disk. A recording waits, so that its runs repeat exactly.</param>
/// <param name="StatisticsBatch">Frames in a batch for the statistics.</param>
/// <param name="Tenant">Whose device it is.</param>
/// <param name="Device">The device's name.</param>
/// <param name="Group">Its adaptation group.</param>
/// <param name="Model">The model's topic name.</param>
/// <param name="ModelSha256">Hash of the model file.</param>
internal sealed record FrameLoopOptions(double Rate, bool IsLive, int StatisticsBatch, string Tenant, string Device, string Group, string Model, string ModelSha256);
