using EdgeAdapt.Contracts;
using EdgeAdapt.Messaging.Mosquitto;

namespace EdgeAdapt.Messaging.Tests;

public sealed class InboundQueueTests
{
    [Fact]
    public void IsFull_BytesUnread_FollowsTheReader()
    {
        var message = new MqttMessage { Topic = "t", Payload = new byte[100] };
        int drained = 0;
        var queue = new InboundQueue(2 * message.PacketLength, () => drained++);

        queue.Add(message);
        Assert.False(queue.IsFull);
        queue.Add(message);
        queue.Add(message);
        Assert.True(queue.IsFull);
        Assert.True(queue.TryRead(out _));
        Assert.True(queue.IsFull);
        Assert.Equal(0, drained);
        Assert.True(queue.TryRead(out _));
        Assert.False(queue.IsFull);
        Assert.True(queue.TryRead(out _));

        Assert.Equal(1, drained);
        Assert.False(queue.TryRead(out _));
    }

    [Fact]
    public async Task Complete_WithUnreadMessages_KeepsThemReadable()
    {
        var queue = new InboundQueue(1, () => { });
        queue.Add(new MqttMessage { Topic = "t" });

        queue.Complete();

        Assert.False(queue.Completion.IsCompleted);
        Assert.Equal("t", (await queue.ReadAsync()).Topic);
        Assert.False(await queue.WaitToReadAsync());
        await queue.Completion;
    }
}
