using System.Diagnostics;
using EdgeAdapt.Cloud.Core.Storage;
using EdgeAdapt.Contracts;
using EdgeAdapt.Demo;
using EdgeAdapt.Demo.Processes;
using EdgeAdapt.Demo.Reports;
using EdgeAdapt.Imaging;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Storage;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>Edge, broker and cloud service as processes, with a line of its own for each of the two clients, and everything that can go wrong with them.</summary>
internal sealed class FaultRig : IAsyncDisposable
{
    private const int Patience = 30;

    // What the broker saved a second before a kill it delivers again.
    private const string BrokerSettings = "allow_anonymous true\nautosave_interval 1";
    private const int SampleBytes = 400;
    private const int AcknowledgementBytes = 200;
    private readonly string _folder;
    private readonly Random _random;
    private readonly PowerCut _power;
    private readonly MosquittoBroker _broker;
    private readonly FaultRelay _edgeLine;
    private readonly FaultRelay _cloudLine;
    private readonly EdgeFolders _edgeFolders;
    private readonly (string Student, string Teacher, string Name, string Sha256) _model;
    private ReportFileTail? _journal;
    private ChildProcess _edge = null!;
    private ChildProcess _cloud = null!;
    private int _edgeLives;

    private FaultRig(string folder, int seed, MosquittoBroker broker)
    {
        _folder = folder;
        _random = new Random(seed);
        _power = new PowerCut(_random);
        _broker = broker;
        _edgeLine = new FaultRelay(broker.Port);
        _cloudLine = new FaultRelay(broker.Port);
        _edgeFolders = new EdgeFolders(EdgeState);
        (_, string student, string teacher) = EmbeddedDemo.Open();
        _model = (student, teacher, ModelManifest.Load(student).Name, NormalizationModel.Of(OnnxModel.Load(student)).Model.Sha256);

        // Made by the service at the first sample otherwise, and watched too late.
        using StateFolder cloud = StateFolder.Open(CloudState);
        string samples = Path.Combine(cloud.ModelFolder(Topics.DefaultTenant, _model.Name, _model.Sha256), EdgeProgram.Group, "samples");
        Directory.CreateDirectory(samples);
        Ledger = new StoreLedger(samples);
    }

    /// <summary>What the edge says it did.</summary>
    public SampleTally Tally { get; } = new();

    /// <summary>What the cloud stored.</summary>
    public StoreLedger Ledger { get; }

    private string EdgeState => Path.Combine(_folder, "edge");

    private string CloudState => Path.Combine(_folder, "cloud");

    /// <summary>Starts all three.</summary>
    public static async Task<FaultRig> StartAsync(string folder, int seed)
    {
        var rig = new FaultRig(folder, seed, await MosquittoBroker.StartAsync(BrokerSettings));
        rig.StartCloud();
        rig.StartEdge();
        return rig;
    }

    /// <summary>Lets one thing go wrong, at a moment that has nothing to do with what the processes do, or with a delay behind a message.</summary>
    public async Task SufferAsync(FaultKind kind)
    {
        await WorkAsync();
        switch (kind)
        {
            case FaultKind.EdgeKill or FaultKind.EdgePowerCut:
                if (_random.Next(2) == 0)
                {
                    await BehindAsync(_edgeLine, RelayDirection.ToClient, AcknowledgementBytes);
                    await PauseAsync(15);
                }

                await KillEdgeAsync(kind == FaultKind.EdgePowerCut);
                StartEdge();
                break;
            case FaultKind.BrokerKill:
                await _broker.KillAsync();
                await PauseAsync(300);
                await _broker.RestartAsync();
                break;
            case FaultKind.EdgeCut:
                await CutAsync(_edgeLine);
                break;
            case FaultKind.CloudCut:
                await CutAsync(_cloudLine);
                break;
            case FaultKind.CloudKill:
                if (_random.Next(2) == 0)
                {
                    await BehindAsync(_cloudLine, RelayDirection.ToClient, SampleBytes);
                    await PauseAsync(15);
                }
                else
                {
                    // The device hears of it, and whatever the service had not finished before stays undone.
                    await BehindAsync(_cloudLine, RelayDirection.ToBroker, AcknowledgementBytes);
                }

                await KillCloudAsync();
                StartCloud();
                break;
            case FaultKind.Blackout:
                await Task.WhenAll(KillEdgeAsync(powerCut: true), _broker.KillAsync(), KillCloudAsync());
                await _broker.RestartAsync();
                StartCloud();
                StartEdge();
                break;
        }
    }

    /// <summary>Lets everything reach the cloud, and compares.</summary>
    /// <returns>Everything that is wrong; empty where nothing is.</returns>
    public async Task<IReadOnlyList<string>> DrainAsync()
    {
        // A second SIGTERM does no harm; a first one before the program listens would end it.
        await WorkAsync();
        Task<bool> stopped = _edge.StopAsync(TimeSpan.FromSeconds(2 * Patience), TimeProvider.System);
        Assert.True(await stopped, $"The edge does not get rid of its samples. {State()}");
        Assert.True(await _edge.Exited == 0, $"The edge failed. {State()}");
        ReadJournal();
        Assert.True(Tally.IsDrained, $"The edge ended without a word. {State()}");
        return await Tally.CompareAsync(Ledger);
    }

    /// <summary>Starts the edge again after it was drained.</summary>
    public void Resume() => StartEdge();

    /// <summary>What to know of the processes when something fails.</summary>
    public string State() => $"Edge: {_edge.LastWords()} Cloud: {_cloud.LastWords()} Broker: {string.Join(" | ", _broker.Log.Split('\n').TakeLast(5))}";

    public async ValueTask DisposeAsync()
    {
        _journal?.Dispose();
        await _edge.KillAsync();
        await _cloud.KillAsync();
        await _edge.DisposeAsync();
        await _cloud.DisposeAsync();
        await _edgeLine.DisposeAsync();
        await _cloudLine.DisposeAsync();
        await _broker.DisposeAsync();
        Ledger.Dispose();
    }

    /// <summary>Waits until the edge has taken a sample since it was started, and a while longer.</summary>
    private async Task WorkAsync()
    {
        int before = Tally.Accepted + Tally.Declined;
        await Within.SecondsAsync(Patience, "the edge to take a sample", () =>
        {
            ReadJournal();
            Assert.False(_edge.Exited.IsCompleted, State());
            return Tally.Accepted + Tally.Declined > before;
        }, State);
        await PauseAsync(400);
    }

    private async Task BehindAsync(FaultRelay line, RelayDirection direction, int bytes)
    {
        try
        {
            await line.NextAsync(direction, bytes).WaitAsync(TimeSpan.FromSeconds(Patience));
        }
        catch (TimeoutException)
        {
            Assert.Fail($"Nothing of {bytes} bytes went {direction} within {Patience} s. {State()}");
        }
    }

    private async Task CutAsync(FaultRelay line)
    {
        var direction = (RelayDirection)_random.Next(2);
        var cut = new RelayCut(
            (RelayCutKind)_random.Next(Enum.GetValues<RelayCutKind>().Length), direction,
            _random.Next((direction == RelayDirection.ToBroker) == (line == _edgeLine) ? 10_000 : 800), TimeSpan.FromMilliseconds(_random.Next(1200)));
        Task over = line.CutAsync(cut);
        await Within.SecondsAsync(Patience, $"the end of {cut}", () => over.IsCompleted, State);
    }

    private async Task KillEdgeAsync(bool powerCut)
    {
        await KillAsync(_edge);
        ReadJournal();
        if (powerCut)
        {
            _power.HitEdge(_edgeFolders, Tally.Unanswered.Select(Tally.IdOf).ToHashSet(StringComparer.Ordinal));
        }
    }

    private async Task KillCloudAsync()
    {
        await KillAsync(_cloud);
        if (_random.Next(2) == 0)
        {
            _power.HitUnfinished(Ledger.Folder);
        }
    }

    private static async Task KillAsync(ChildProcess process)
    {
        // The child's own way looks for grandchildren first, which takes longer than what should be interrupted.
        using (var running = Process.GetProcessById(process.Id))
        {
            running.Kill();
        }

        await process.KillAsync();
        await process.DisposeAsync();
    }

    private void StartCloud() => _cloud = FaultProcesses.StartCloud(Path.Combine(_folder, "cloud.log"), CloudState, _cloudLine.Port, _model.Student, _model.Teacher);

    private void StartEdge()
    {
        _journal?.Dispose();
        string journal = Path.Combine(_folder, $"edge-{++_edgeLives:D5}.log");
        _journal = new ReportFileTail(journal);
        _edge = FaultProcesses.StartEdge(journal, EdgeState, _edgeLine.Port, _model.Name, _model.Sha256, Tally.Next);
    }

    private void ReadJournal()
    {
        foreach (string line in _journal!.ReadNew())
        {
            Tally.Note(line);
        }
    }

    private Task PauseAsync(int longestMilliseconds) => Task.Delay(_random.Next(longestMilliseconds));
}
