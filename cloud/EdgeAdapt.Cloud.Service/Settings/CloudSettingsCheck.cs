using System.Globalization;
using EdgeAdapt.Adaptation;
using EdgeAdapt.Contracts;
using EdgeAdapt.Datasets;
using EdgeAdapt.Gradients;
using EdgeAdapt.Imaging;
using EdgeAdapt.Messaging;
using EdgeAdapt.Observability.Otlp;
using EdgeAdapt.Onnx;
using EdgeAdapt.Onnx.Normalization;
using EdgeAdapt.Onnx.Sessions;
using EdgeAdapt.ParameterSets.Signing;

namespace EdgeAdapt.Cloud.Service.Settings;

/// <summary>Checks settings and loads what they name. Nothing is started, written or connected here.</summary>
public static class CloudSettingsCheck
{
    /// <summary>How long the broker keeps messages for the service while it is away.</summary>
    private static readonly TimeSpan SessionExpiry = TimeSpan.FromDays(1);

    /// <summary>Checks settings.</summary>
    /// <param name="settings">What the command line says.</param>
    /// <param name="faults">Everything that is wrong, each with its remedy; empty where the service can be built.</param>
    /// <returns>What the service is built from, or null where there are faults.</returns>
    public static CloudSetup? TryLoad(CloudSettings settings, out IReadOnlyList<string> faults)
    {
        ArgumentNullException.ThrowIfNull(settings);
        var found = new List<string>();
        faults = found;
        CheckNames(settings, found);
        string[] urls = CheckUrls(settings.Urls, found);
        MqttSessionOptions? broker = CheckBroker(settings, found);
        CemaOptions? options = CheckProfile(settings, found);
        Normalization? normalization = CheckNormalization(settings, found);
        ModelManifest? manifest = Try(() => ModelManifest.Load(settings.Student, normalization), found);
        NormalizationModel? student = manifest is null ? null : Load(settings.Student, found);
        NormalizationModel? teacher = Load(settings.Teacher, found);
        if (manifest is not null && student is not null && teacher is not null)
        {
            CheckPair(settings, manifest, student, teacher, found);
        }

        if (settings.Otlp is not null && OtlpExport.FindFault(settings.Otlp) is { } collector)
        {
            found.Add(collector);
        }

        SigningKey? signing = settings.SigningKey is { } file ? Try(() => SigningKey.Load(file), found) : null;
        if (found.Count > 0)
        {
            signing?.Dispose();
            return null;
        }

        return new CloudSetup
        {
            Tenant = settings.Tenant,
            State = settings.State,
            Urls = urls,
            Manifest = manifest! with { Name = settings.Model ?? manifest.Name },
            Student = student!,
            Teacher = teacher!,
            Options = options!,
            Training = new SessionSettings { Threads = settings.Threads },
            Broker = broker!,
            SigningKey = signing,
            Otlp = settings.Otlp,
        };
    }

    private static void CheckNames(CloudSettings settings, List<string> faults)
    {
        if (!Topics.IsName(settings.Tenant))
        {
            faults.Add($"--tenant is '{settings.Tenant}'. Give 1 to {Topics.MaximumNameLength} letters, digits, '_' or '-'.");
        }

        if (settings.Model is not null && !Topics.IsName(settings.Model))
        {
            faults.Add($"--model is '{settings.Model}'. Give 1 to {Topics.MaximumNameLength} letters, digits, '_' or '-', the same as the agents' model name.");
        }

        if (string.IsNullOrWhiteSpace(settings.State))
        {
            faults.Add("--state is empty. Give a folder that this user may write to.");
        }
        else if (File.Exists(settings.State))
        {
            faults.Add($"--state is '{settings.State}', which is a file. Give a folder.");
        }

        if (settings.Threads < 0)
        {
            faults.Add($"--threads is {settings.Threads}. Give 0 for one a core, or the number of threads.");
        }
    }

    private static Normalization? CheckNormalization(CloudSettings settings, List<string> faults)
    {
        if (settings.Mean is null && settings.StandardDeviation is null)
        {
            return null;
        }

        if (settings.Mean is null || settings.StandardDeviation is null)
        {
            faults.Add("--mean and --std go together. Give both or none.");
            return null;
        }

        Normalization? normalization = Try(() => Normalization.Parse(settings.Mean, settings.StandardDeviation), faults);
        if (normalization is { Channels: not 3 })
        {
            faults.Add($"--mean and --std have {normalization.Channels} values. Give three each: red, green, blue.");
        }

        return normalization;
    }

    private static string[] CheckUrls(string text, List<string> faults)
    {
        string[] urls = text.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (urls.Length == 0)
        {
            faults.Add("--urls is empty. Give an address to listen on, such as http://127.0.0.1:8080.");
        }

        foreach (string url in urls)
        {
            // http://+:8080 and http://*:8080 mean all addresses to the server, and are no URI.
            string plain = url.Replace("://+", "://all", StringComparison.Ordinal).Replace("://*", "://all", StringComparison.Ordinal);
            if (!Uri.TryCreate(plain, UriKind.Absolute, out Uri? uri) || uri.Scheme != Uri.UriSchemeHttp || uri.PathAndQuery != "/")
            {
                faults.Add($"--urls has '{url}'. Give http://ADDRESS:PORT (put a proxy before it for https).");
            }
        }

        return urls;
    }

    private static MqttSessionOptions? CheckBroker(CloudSettings settings, List<string> faults)
    {
        int colon = settings.Broker.LastIndexOf(':');
        string port = colon < 0 ? (settings.CaFile is null ? "1883" : "8883") : settings.Broker[(colon + 1)..];
        if (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            faults.Add($"--broker is '{settings.Broker}'. Give HOST:PORT, such as 127.0.0.1:1883.");
            return null;
        }

        var options = new MqttSessionOptions
        {
            Host = (colon < 0 ? settings.Broker : settings.Broker[..colon]).Trim('[', ']'),
            Port = number,
            ClientId = "edgeadapt-cloud",
            Username = settings.Username,
            PasswordFile = settings.PasswordFile,
            CaFile = settings.CaFile,
            CertificateFile = settings.CertificateFile,
            KeyFile = settings.KeyFile,
            ReceiveMaximum = settings.ReceiveMaximum,
            SessionExpiry = SessionExpiry,
            ReconnectMaximum = TimeSpan.FromSeconds(5),
        };
        faults.AddRange(options.Faults().Select(f => $"The broker settings: {f}"));
        return options;
    }

    private static CemaOptions? CheckProfile(CloudSettings settings, List<string> faults)
    {
        CemaOptions? options = settings.Profile switch
        {
            "default" => CemaOptions.Default,
            "paper" => CemaOptions.Paper,
            _ => null,
        };
        if (options is null)
        {
            faults.Add($"--profile is '{settings.Profile}'. Give default, or paper for the published constants.");
            return null;
        }

        return settings.Seed is { } seed ? options with { Seed = seed } : options;
    }

    private static NormalizationModel? Load(string path, List<string> faults)
    {
        NormalizationModel? model = Try(() => NormalizationModel.Of(OnnxModel.Load(path)), faults);
        foreach (OperatorCoverage missing in model is null ? [] : GradientCoverage.Of(model.Model).Where(c => !c.Supported))
        {
            faults.Add($"'{path}' uses the operator {missing.Operator} ({missing.Nodes} times), which has no gradient here: {missing.Reason}");
        }

        return model;
    }

    private static void CheckPair(CloudSettings settings, ModelManifest manifest, NormalizationModel student, NormalizationModel teacher, List<string> faults)
    {
        ClassifierSignature of = teacher.Signature;
        if (manifest.Classes == 0)
        {
            faults.Add($"Neither '{settings.Student}' nor its manifest says how many classes it has. Write \"classes\" into {Path.ChangeExtension(settings.Student, ".json")}.");
        }
        else if (of.Classes != 0 && of.Classes != manifest.Classes)
        {
            faults.Add($"The student has {manifest.Classes} classes and the teacher {of.Classes}. Give two models of the same classes.");
        }

        if (of.Channels is not (0 or 3) || !Fits(of.Height, manifest.Height) || !Fits(of.Width, manifest.Width))
        {
            faults.Add(
                $"The student takes [N, 3, {manifest.Height}, {manifest.Width}] and the teacher [N, {of.Channels}, {of.Height}, {of.Width}]. " +
                "Give two models of the same input, or export the teacher with open height and width.");
        }

        foreach ((string path, ClassifierSignature signature) in new[] { (settings.Student, student.Signature), (settings.Teacher, of) })
        {
            if (signature.FixedBatch != 0)
            {
                faults.Add($"'{path}' takes exactly {signature.FixedBatch} images at a time. Export it with an open batch dimension.");
            }
        }
    }

    private static bool Fits(int model, int input) => model == 0 || model == input;

    private static T? Try<T>(Func<T> load, List<string> faults)
        where T : class
    {
        try
        {
            return load();
        }
        catch (Exception e) when (e is OnnxModelException or ModelManifestException or FormatException or SigningKeyException)
        {
            faults.Add(e.Message);
            return null;
        }
    }
}
