using System.Buffers.Binary;
using EdgeAdapt.ParameterSets;

namespace EdgeAdapt.Contracts.Tests;

/// <summary>Any bytes may arrive on a topic that somebody else can publish on: they are refused in words, never by an exception.</summary>
[Collection(Alone.Name)]
public sealed class MessageFuzzTests
{
    /// <summary>Names the number of messages of each kind; a few thousand without it.</summary>
    private const string Variable = "EDGEADAPT_FUZZ_MESSAGES";
    private const long MostGrowth = 4 << 20;
    private static readonly int Rounds = FuzzCount.Of(Variable, 4000);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void TryParse_DamagedMessages_GiveAFaultOrAMessageThatCanBeSentAgain(int kind)
    {
        var random = new Random(kind + 1);
        MqttMessage good = Samples.AllMessages[kind];
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            MqttMessage message = Damage(good, random);
            (bool accepted, string? fault, Action again) = Parse(message, kind);
            if (accepted)
            {
                again();
            }
            else
            {
                refused++;
                Assert.False(string.IsNullOrWhiteSpace(fault));
                Assert.DoesNotContain(fault, char.IsControl);
                Assert.True(fault.Length < 1000, fault);
            }
        }

        Assert.InRange(refused, Rounds / 4, Rounds);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void TryParse_RandomPayloads_AreRefused(int kind)
    {
        var random = new Random(kind + 100);
        MqttMessage good = Samples.AllMessages[kind];
        for (int round = 0; round < Rounds; round++)
        {
            byte[] payload = new byte[random.Next(200)];
            random.NextBytes(payload);
            if (payload.Length >= 8 && round % 2 == 0)
            {
                // A plausible header length, so that the header itself is read.
                BinaryPrimitives.WriteInt64LittleEndian(payload, random.Next(payload.Length - 6));
            }

            Assert.False(Parse(good with { Payload = payload }, kind).Accepted);
        }
    }

    [Fact]
    public void FromBytes_DamagedFiles_AreASetOrAFormatFault()
    {
        var random = new Random(77);
        byte[] good = ParameterSetFile.ToBytes(Samples.Set);
        int refused = 0;
        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = round % 10 == 0 ? ByteMutations.Noise(random, random.Next(300)) : ByteMutations.Mutate(random, good);
            try
            {
                ParameterSet set = ParameterSetFile.FromBytes(bytes);
                Assert.True(set.ValueCount * sizeof(float) <= bytes.Length);
            }
            catch (ParameterSetFormatException e)
            {
                refused++;
                Assert.False(string.IsNullOrWhiteSpace(e.Message));
            }
        }

        Assert.InRange(refused, Rounds / 4, Rounds * 19 / 20);
    }

    [Fact]
    public void TryParse_ManyDamagedMessages_LeavesNothingInMemory()
    {
        var random = new Random(5);
        void Parse(int rounds)
        {
            for (int round = 0; round < rounds; round++)
            {
                int kind = round % Samples.AllMessages.Count;
                MessageFuzzTests.Parse(Damage(Samples.AllMessages[kind], random), kind);
            }
        }

        Parse(Rounds / 4);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Parse(Rounds);
        Assert.InRange(GC.GetTotalMemory(forceFullCollection: true) - before, long.MinValue, MostGrowth);
    }

    private static (bool Accepted, string? Fault, Action Again) Parse(MqttMessage message, int kind)
    {
        string? fault;
        switch (kind)
        {
            case 0:
                return (SampleUpload.TryParse(message, out SampleUpload? upload, out fault), fault, () => upload!.ToMessage());
            case 1:
                return (SampleAcknowledgement.TryParse(message, out SampleAcknowledgement? acknowledgement, out fault), fault,
                    () => acknowledgement!.ToMessage("t", "d", Samples.Time));
            case 2:
                return (StatisticsReport.TryParse(message, out StatisticsReport? report, out fault), fault, () => report!.ToMessage());
            case 3:
                return (ParametersPublication.TryParse(message, out ParametersPublication? publication, out fault), fault, () => publication!.ToMessage());
            case 6:
                return (DeviceAnswer.TryParse(message, out DeviceAnswer? answer, out fault), fault, () => answer!.ToMessage("t", "d", "m"));
            case 5:
                return (TelemetryReport.TryParse(message, out TelemetryReport? telemetry, out fault), fault, () => telemetry!.ToMessage("t", "d", "m", Samples.Time));
            default:
                return (DeviceStatus.TryParse(message, out DeviceStatus? status, out fault), fault, () => status!.ToMessage("t", "d", Samples.Time));
        }
    }

    private static MqttMessage Damage(MqttMessage message, Random random)
    {
        byte[] payload = message.Payload.ToArray();
        int changes = random.Next(1, 4);
        for (int i = 0; i < changes; i++)
        {
            switch (random.Next(6))
            {
                case 0 when payload.Length > 0:
                    payload[random.Next(payload.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    payload = payload[..random.Next(payload.Length + 1)];
                    break;
                case 2 when payload.Length > 0:
                    // Digits, quotes and brackets make other documents rather than none.
                    payload[random.Next(payload.Length)] = (byte)"0123456789-\"{}[]:,.en"[random.Next(21)];
                    break;
                case 3:
                    string property = message.UserProperties.Keys.ElementAt(random.Next(message.UserProperties.Count));
                    char[] value = new char[random.Next(20)];
                    for (int c = 0; c < value.Length; c++)
                    {
                        value[c] = (char)random.Next(random.Next(2) == 0 ? 128 : 65536);
                    }

                    message = MessageFaultTests.With(message, property, new string(value));
                    break;
                case 4:
                    message = message with { Topic = message.Topic.Remove(random.Next(message.Topic.Length), 1) };
                    break;
                default:
                    message = message with { ContentType = random.Next(2) == 0 ? null : "x" };
                    break;
            }
        }

        return message with { Payload = payload };
    }
}
