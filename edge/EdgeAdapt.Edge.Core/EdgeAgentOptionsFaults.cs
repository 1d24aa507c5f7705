using EdgeAdapt.Contracts;
using EdgeAdapt.Edge.Core.Answering;
using EdgeAdapt.Edge.Core.Frames;
using EdgeAdapt.Edge.Core.Telemetry;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Edge.Core;

/// <summary>The rules of <see cref="EdgeAgentOptions"/>.</summary>
internal static class EdgeAgentOptionsFaults
{
    private const int LargestStatisticsBatch = 4096;

    public static IReadOnlyList<string> Of(EdgeAgentOptions options, bool hasSource)
    {
        List<string> faults = [];
        Require(faults, File.Exists(options.Model), $"{Missing("model", options.Model)} Give --model an .onnx file.");
        Require(
            faults, hasSource || ((options.TakesRequests || options.Input.ImageTopic is not null) && options.Source.Length == 0) || options.Source == FrameInputOptions.StandardInput ||
                 File.Exists(options.Source) || Directory.Exists(options.Source),
            $"{Missing("source", options.Source)} Give --source an .npy file, a folder of JPEG and PNG files or - for standard input, --image-topic a topic, or --http an address to answer requests at.");
        Require(
            faults, !File.Exists(options.Source) || Path.GetExtension(options.Source).Equals(".npy", StringComparison.OrdinalIgnoreCase),
            $"The source '{options.Source}' is a file other than .npy. Give --source an .npy file, or the folder that holds the pictures.");
        Require(
            faults, options.Rate is >= 0 and <= FramePacer.MaximumRate,
            $"The rate is {options.Rate}. Give --rate frames a second up to {FramePacer.MaximumRate}, or 0 for as fast as possible.");
        Require(faults, !(options.Loop && options.Watch), "--loop repeats the source and --watch waits for new files. Give one of them.");
        Require(faults, !options.Watch || !File.Exists(options.Source), "--watch needs a folder; an .npy file does not grow. Leave --watch out, or give --source a folder.");
        RequireName(faults, "--tenant", options.Tenant, Topics.IsName(options.Tenant));
        RequireName(faults, "--group", options.Group, Topics.IsName(options.Group));
        RequireName(faults, "--device", options.Device, Topics.IsDeviceName(options.Device));
        Require(faults, !string.IsNullOrWhiteSpace(options.State), "The state folder is missing. Give --state a folder that this user may write to.");
        Require(
            faults, options.ReportBytes >= EdgeAgentOptions.SmallestReportBytes,
            $"The report may take {options.ReportBytes} bytes. Give --report-megabytes at least {EdgeAgentOptions.SmallestReportBytes >> 20}, for example {EdgeAgentOptions.DefaultReportBytes >> 20}.");
        Require(faults, options.Threads is >= 0 and <= 1024, $"{options.Threads} threads cannot be. Give --threads 0 (one a core) to 1024.");
        Require(
            faults, options.StatisticsBatch is >= 2 and <= LargestStatisticsBatch,
            $"The statistics batch is {options.StatisticsBatch}. Give --statistics-batch 2 to {LargestStatisticsBatch} frames, for example 64.");
        Require(faults, options.StatisticsLoad is >= 0.001 and <= 1, $"The load of the statistics is {options.StatisticsLoad}. Give --statistics-load 0.001 to 1.");
        Require(
            faults, options.DrainTimeout >= TimeSpan.Zero && options.DrainTimeout <= TimeSpan.FromDays(1),
            $"The drain timeout is {options.DrainTimeout}. Give --drain-timeout 0 to 86400 seconds.");
        Require(faults, Enum.IsDefined(options.Statistics), $"There are no statistics '{options.Statistics}'. Give --statistics mixed, set or source.");
        faults.AddRange(options.StatisticsPolicy.FindFaults());
        faults.AddRange(options.Filter.FindFaults());
        faults.AddRange(options.Outbox.Faults());
        faults.AddRange(options.Upload.Faults());
        faults.AddRange(options.Broker?.Faults() ?? []);
        faults.AddRange(options.Guard.Faults());
        faults.AddRange(options.Drift.Faults());
        Require(faults, options.AuditShare is >= 0 and <= 1, $"The audit share is {options.AuditShare}. Give --audit-share 0 (none) to 1, for example 0.005.");
        Require(
            faults, !(options.AuditShare > 0) || options.Privacy == PrivacyMode.Images,
            $"--audit-share uploads images and --privacy {options.Privacy} lets none leave the device. Leave one of them out.");
        Require(faults, Enum.IsDefined(options.Privacy), $"There is no privacy mode '{options.Privacy}'. Give --privacy images, statistics or nothing.");
        faults.AddRange(options.Input.Faults(options));
        Require(faults, Enum.IsDefined(options.PublishAnswers), $"There are no answers '{options.PublishAnswers}' to publish. Give --publish-answers all, changes or none.");
        Require(
            faults, options.PublishAnswers == AnswerPublishing.None || options.Privacy != PrivacyMode.Nothing,
            $"--publish-answers {options.PublishAnswers} tells the broker what --privacy {options.Privacy} keeps on the device. Leave one of them out.");
        faults.AddRange(options.TrustedKeys.Select(FindKeyFault).OfType<string>());
        return faults;
    }

    private static string? FindKeyFault(string path)
    {
        try
        {
            TrustedKey.Load(path);
            return null;
        }
        catch (SigningKeyException e)
        {
            return $"--trusted-key: {e.Message}";
        }
    }

    private static string Missing(string what, string path) =>
        string.IsNullOrWhiteSpace(path) ? $"No {what} is given." : $"The {what} '{path}' does not exist.";

    private static void RequireName(List<string> faults, string flag, string name, bool valid) =>
        Require(
            faults, valid,
            $"{flag} is '{name}', which cannot stand in a topic. Give 1 to {Topics.MaximumNameLength} of A-Z, a-z, 0-9, '_' and '-', a device not starting with '_'.");

    private static void Require(List<string> faults, bool condition, string fault)
    {
        if (!condition)
        {
            faults.Add(fault);
        }
    }
}
