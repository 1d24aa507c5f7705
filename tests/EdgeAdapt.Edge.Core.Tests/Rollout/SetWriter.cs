using System.Diagnostics;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Guarding;
using EdgeAdapt.Edge.Core.Rollout;
using EdgeAdapt.ParameterSets;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Edge.Core.Tests.Rollout;

/// <summary>The program that <see cref="SetHistoryTests"/> kills: this test assembly, started with a first argument of its own.</summary>
internal static class SetWriter
{
    public const string Verb = "save-sets";

    public static Process Start(string folder, long first) => Process.Start(new ProcessStartInfo("dotnet", [typeof(SetWriter).Assembly.Location, Verb, folder, $"{first}"])
    {
        RedirectStandardOutput = true,
    })!;

    /// <summary>Saves signed sets until killed, and says the version of each after it was saved.</summary>
    public static int Run(string folder, long first)
    {
        (SigningKey key, TrustedKeys trusted) = Keys(folder);
        SetHistory history = Open(folder, trusted);
        using Stream output = Console.OpenStandardOutput();
        for (long version = first; ; version++)
        {
            byte[] bytes = ParameterSetFile.ToBytes(Tiny.Set(version));
            history.Save(version, bytes, key.Sign(bytes), RolloutRecord.Empty);
            output.Write(System.Text.Encoding.ASCII.GetBytes($"{version}\n"));
        }
    }

    public static SetHistory Open(string folder, TrustedKeys trusted) => new(
        new RolloutOptions(StatisticsMode.Set, StatisticsPolicy.Device, Tiny.OneThread, Tiny.ImageShape, folder, Tiny.Group)
        {
            Trusted = trusted,
            Guard = new RolloutGuardOptions { KeptSets = 3 },
        },
        Tiny.Model, new ListLogger());

    /// <summary>The folder's pair of keys, made at the first call.</summary>
    public static (SigningKey Key, TrustedKeys Trusted) Keys(string folder)
    {
        (string secret, string open) = (Path.Combine(folder, "t.key"), Path.Combine(folder, "t.pub"));
        if (!File.Exists(secret))
        {
            SigningKey.Create(secret, open);
        }

        return (SigningKey.Load(secret), TrustedKeys.Load([open]));
    }
}
