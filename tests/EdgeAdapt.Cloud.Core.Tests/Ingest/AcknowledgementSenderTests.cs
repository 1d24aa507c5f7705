using EdgeAdapt.Contracts;

namespace EdgeAdapt.Cloud.Core.Tests.Ingest;

public sealed class AcknowledgementSenderTests
{
    [Fact]
    public async Task FlushAsync_MoreIdsThanAMessageHolds_SendsSeveral()
    {
        using var bench = new IngestBench();
        string[] ids = [.. Enumerable.Range(0, SampleAcknowledgement.MaximumIds + 1).Select(i => ContentHash.IdOf(BitConverter.GetBytes(i)))];
        bench.Sender.Add("cam-1", ids, ids[..2]);
        await bench.Sender.FlushAsync(CancellationToken.None);
        Assert.Equal([SampleAcknowledgement.MaximumIds, 1], bench.Acknowledged.Select(a => a.Message.Ids.Count));
        Assert.Equal(ids, bench.Acknowledged.SelectMany(a => a.Message.Ids));
        Assert.Equal(ids[..2], bench.Acknowledged.SelectMany(a => a.Message.Refused));
    }

    [Fact]
    public async Task RunAsync_IdsAdded_SendsThemAtOnceAndEndsWhenCancelled()
    {
        using var bench = new IngestBench();
        using var stop = new CancellationTokenSource();
        var sent = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.OnPublish = _ => sent.TrySetResult();
        Task run = bench.Sender.RunAsync(stop.Token);
        bench.Sender.Add("cam-1", [ContentHash.IdOf([1])], []);
        await sent.Task.WaitAsync(TimeSpan.FromSeconds(10));
        await stop.CancelAsync();
        await run.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
