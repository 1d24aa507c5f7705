using System.Runtime.InteropServices;
using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Outbox;
using EdgeAdapt.Edge.Core.Uplink;
using EdgeAdapt.Edge.Core.Uploading;
using EdgeAdapt.Messaging;
using Microsoft.Extensions.Logging.Abstractions;

namespace EdgeAdapt.EndToEnd.Tests.Faults;

/// <summary>
/// The edge without its neural network: outbox, uploader and MQTT session as the agent puts them together, fed with numbered samples until SIGTERM; then it drains and
/// ends with 0. What it does stands in its journal before and after each step. What the disk was not yet forced to forget is kept beside the spool, for power cuts.
/// </summary>
internal sealed class EdgeProgram
{
    public const string Device = "cam-1";
    public const string Group = "night";
    private const int LongestPauseMilliseconds = 40;
    private readonly Lock _gate = new();
    private readonly EdgeJournalWriter _journal = new();
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly EdgeFolders _folders;
    private readonly SampleOutbox _outbox;
    private readonly (string Name, string Sha256) _model;
    private volatile bool _stopping;
    private SampleUploader? _uploader;

    private EdgeProgram(EdgeFolders folders, string modelName, string modelSha256)
    {
        _folders = folders;
        _model = (modelName, modelSha256);
        Directory.CreateDirectory(folders.Deleted);
        _outbox = SampleOutbox.Open(folders.Spool, EdgeFolders.Options, TimeProvider.System, NullLogger.Instance);
        HashSet<string> seen = [];
        while (_outbox.Best(e => seen.Add(e.Id)) is { } entry)
        {
            _numbers[entry.Id] = NumberedSamples.NumberOf(_outbox.Read(entry)!.Content.Span);
            _journal.Write(JournalWord.Waiting, _numbers[entry.Id]);
        }

        _journal.Write(JournalWord.Opened, (int)_outbox.Counters.Drops.Damaged);
    }

    /// <summary>Runs until it is told to stop, or killed.</summary>
    /// <param name="state">Its folder.</param>
    /// <param name="port">The broker's port, or that of a relay before it.</param>
    /// <param name="modelName">The model's name on topics.</param>
    /// <param name="modelSha256">The hash of its file.</param>
    /// <param name="first">The number of the first sample.</param>
    public static async Task<int> RunAsync(string state, int port, string modelName, string modelSha256, int first)
    {
        var program = new EdgeProgram(new EdgeFolders(state), modelName, modelSha256);
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
        {
            context.Cancel = true;
            program._stopping = true;
        });
        var session = new MqttSession(
            MqttTransports.Default, FaultTimes.Hasten(new MqttSessionOptions { Host = "127.0.0.1", Port = port, ClientId = Device }), TimeProvider.System, NullLogger.Instance);
        await using var uplink = new MqttUplink(session);
        return await program.UploadAsync(uplink, first);
    }

    private async Task<int> UploadAsync(MqttUplink uplink, int first)
    {
        using var stop = new CancellationTokenSource();
        var budget = new ByteBudget(new ByteBudgetOptions(), null, TimeProvider.System, NullLogger.Instance);
        _uploader = new SampleUploader(_outbox, uplink, FaultTimes.Upload, budget, TimeProvider.System, NullLogger.Instance);
        await uplink.SubscribeAsync(Topics.SampleAcknowledgements(Topics.DefaultTenant, Device), (message, _) =>
        {
            Receive(message);
            return ValueTask.CompletedTask;
        });
        await uplink.StartAsync(CancellationToken.None);
        Task uploading = _uploader.RunAsync(stop.Token);
        var random = new Random(first);
        for (int number = first; !_stopping; number++)
        {
            Add(number, random.NextDouble());
            _uploader.Wake();
            await Task.WhenAny(uploading, Task.Delay(random.Next(LongestPauseMilliseconds)));
            if (uploading.IsCompleted)
            {
                await uploading;
            }
        }

        while (_outbox.Count > 0)
        {
            await Task.Delay(5);
        }

        await stop.CancelAsync();
        await uploading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _journal.Write(JournalWord.Drained, (int)_outbox.Counters.Drops.Lost);
        return 0;
    }

    private void Add(int number, double information)
    {
        SampleUpload sample = NumberedSamples.Create(number, Device, Group, _model.Name, _model.Sha256);
        var merit = new SampleMerit(information, null);

        // Acknowledgements wait meanwhile: what makes room would change under this.
        lock (_gate)
        {
            IReadOnlyList<OutboxEntry> victims = _outbox.VictimsOf(sample, merit) ?? [];
            string[] lasting = Directory.GetFiles(_folders.Deleted);
            _journal.Write(JournalWord.Adding, number);
            foreach (OutboxEntry victim in victims)
            {
                _folders.KeepDeleted(victim.Id);
                _journal.Write(JournalWord.Evicting, _numbers[victim.Id]);
            }

            long full = _outbox.Counters.Drops.Full;
            _numbers[sample.Id] = number;
            AddOutcome outcome = _outbox.Add(sample, merit);
            _journal.Write(outcome == AddOutcome.Stored ? JournalWord.Accepted : JournalWord.Declined, number);
            int evicted = 0;
            foreach (OutboxEntry victim in victims.Where(v => _outbox.Best(e => e.Id == v.Id) is null))
            {
                _journal.Write(JournalWord.Evicted, _numbers[victim.Id]);
                evicted++;
            }

            if (_outbox.Counters.Drops.Full - full != evicted + (outcome == AddOutcome.LessValuable ? 1 : 0))
            {
                _journal.Write(JournalWord.Miscounted, number);
            }

            if (outcome == AddOutcome.Stored)
            {
                // Storing forced the names in the folder to the disk: what was deleted before is gone for good.
                Array.ForEach(lasting, File.Delete);
            }
        }
    }

    private void Receive(MqttMessage message)
    {
        lock (_gate)
        {
            if (SampleAcknowledgement.TryParse(message, out SampleAcknowledgement? acknowledgement, out _))
            {
                foreach (string id in acknowledgement.Ids)
                {
                    _folders.KeepDeleted(id);
                }

                foreach (string id in acknowledgement.Refused)
                {
                    _journal.Write(JournalWord.Refused, _numbers.GetValueOrDefault(id, -1));
                }
            }

            _uploader!.Receive(message);
        }
    }
}
