namespace EdgeAdapt.Demo.Results;

/// <summary>How a run was set up, for whoever wants to repeat it.</summary>
/// <param name="Data">What was streamed.</param>
/// <param name="Student">File name of the edge model.</param>
/// <param name="Teacher">File name of the cloud's teacher.</param>
/// <param name="FramesPerSecond">Frames a second, each agent.</param>
/// <param name="FramesPerPhase">Frames in a phase, each agent.</param>
/// <param name="Seed">The seed of the streams.</param>
internal sealed record RunSettings(string Data, string Student, string Teacher, double FramesPerSecond, int FramesPerPhase, int Seed);
