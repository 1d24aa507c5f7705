using EdgeAdapt.Storage;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Cloud.Core.Sessions;
using EdgeAdapt.Cloud.Core.Storage;

namespace EdgeAdapt.Cloud.Core.Tests.Storage;

public sealed class CheckpointFileTests : IDisposable
{
    private readonly Workbench _bench = new();

    private string Path => System.IO.Path.Combine(_bench.Folder, "checkpoint.json");

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void TryRead_AfterWrite_GivesTheSameTrainingState()
    {
        using AdaptationEngine engine = _bench.NewEngine();
        AdaptationSession session = _bench.OpenSession();
        session.Accept(_bench.NextSamples(Workbench.Batch));
        Assert.Equal(StepOutcome.Adapted, session.Step(engine, CancellationToken.None));
        string written = System.IO.Path.Combine(_bench.Folder, "default", "checkpoint.json");
        SessionCheckpoint read = CheckpointFile.TryRead<SessionCheckpoint>(written, out string? fault)!;
        Assert.Null(fault);
        CloudAdapterState state = read.Adapter!;
        Assert.Equal(1, read.Version);
        Assert.Equal(Workbench.Batch, state.ReplaySamples.Count);
        Assert.NotEmpty(state.Student.Optimizer.First);
        CheckpointFile.Write(Path, read);
        Assert.Equal(File.ReadAllBytes(written), File.ReadAllBytes(Path));
    }

    [Fact]
    public void TryRead_Missing_IsNoFault()
    {
        Assert.Null(CheckpointFile.TryRead<SessionCheckpoint>(Path, out string? fault));
        Assert.Null(fault);
    }

    [Fact]
    public void TryRead_CutOrChanged_NamesTheFault()
    {
        CheckpointFile.Write(Path, new SessionCheckpoint { Version = 3, ProcessedSequence = 9 });
        byte[] whole = File.ReadAllBytes(Path);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            Assert.Null(CheckpointFile.TryRead<SessionCheckpoint>(Path, out string? fault));
            Assert.NotNull(fault);
        }

        whole[^10] ^= 1;
        File.WriteAllBytes(Path, whole);
        Assert.Null(CheckpointFile.TryRead<SessionCheckpoint>(Path, out string? changed));
        Assert.NotNull(changed);
    }

    [Fact]
    public void Write_InTheWayOfAFolder_KeepsThePreviousOne()
    {
        CheckpointFile.Write(Path, new SessionCheckpoint { Version = 3, ProcessedSequence = 9 });
        Directory.CreateDirectory(Path + DurableFile.UnfinishedExtension);
        Assert.ThrowsAny<Exception>(() => CheckpointFile.Write(Path, new SessionCheckpoint { Version = 4, ProcessedSequence = 9 }));
        Assert.Equal(3, CheckpointFile.TryRead<SessionCheckpoint>(Path, out _)!.Version);
    }
}
