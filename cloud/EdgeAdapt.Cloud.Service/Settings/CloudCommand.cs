using System.CommandLine;
using EdgeAdapt.Messaging;

namespace EdgeAdapt.Cloud.Service.Settings;

/// <summary>The command line of <c>edgeadapt cloud</c>.</summary>
public static class CloudCommand
{
    /// <summary>Exit code where the command line, or what it names, cannot be used.</summary>
    public const int UsageFault = 2;

    private const string Description =
        """
        Adapts a model from the samples that its devices upload: keeps them, trains the normalization parameters of the model with the help of a teacher,
        and publishes the parameters to the devices over MQTT.

        Example:
          edgeadapt cloud --student student.onnx --teacher teacher.onnx --broker 127.0.0.1:1883 --state /var/lib/edgeadapt --urls http://127.0.0.1:8080

        REST: /v2/health/live, /v2/health/ready, /api/v1/models, /api/v1/groups, /api/v1/groups/{group}, /api/v1/groups/{group}/parameters/{version},
        and POST /api/v1/groups/{group}/parameters/{version}/reissue
        """;

    /// <summary>Builds the command.</summary>
    /// <param name="run">Runs the service and returns the exit code.</param>
    public static RootCommand Create(Func<CloudSettings, CancellationToken, Task<int>> run)
    {
        var student = new Option<string>("--student") { Description = "The model that runs on the devices (.onnx).", Required = true, HelpName = "FILE" };
        var teacher = new Option<string>("--teacher") { Description = "The model that teaches it (.onnx): same classes, same input.", Required = true, HelpName = "FILE" };
        var broker = new Option<string>("--broker") { Description = "The MQTT broker.", Required = true, HelpName = "HOST:PORT" };
        var state = new Option<string>("--state") { Description = "Folder for everything the service must not lose.", Required = true, HelpName = "DIR" };
        var urls = new Option<string>("--urls") { Description = "Where the REST interface listens; several separated by ';'.", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var model = new Option<string?>("--model") { Description = "The model's name on topics, as the agents use it. Default: that of its manifest or file.", HelpName = "NAME" };
        var tenant = new Option<string>("--tenant") { Description = "Whose devices are served.", HelpName = "NAME", DefaultValueFactory = _ => "default" };
        var mean = new Option<string?>("--mean") { Description = "Mean of the model's input, as 0.485,0.456,0.406. Default: that of its manifest, else ImageNet's.", HelpName = "R,G,B" };
        var std = new Option<string?>("--std") { Description = "Standard deviation of the model's input, as 0.229,0.224,0.225.", HelpName = "R,G,B" };
        var profile = new Option<string>("--profile") { Description = "default, or paper for the constants of CEMA as published.", HelpName = "NAME", DefaultValueFactory = _ => "default" };
        var seed = new Option<ulong?>("--seed") { Description = "Seed of the draws from the replay buffer.", HelpName = "NUMBER" };
        var threads = new Option<int>("--threads") { Description = "Threads of a training step; 0 for one a core.", HelpName = "NUMBER" };
        var user = new Option<string?>("--broker-user") { Description = "User name at the broker.", HelpName = "NAME" };
        var password = new Option<string?>("--broker-password-file") { Description = "File with the password, one line.", HelpName = "FILE" };
        var ca = new Option<string?>("--broker-ca") { Description = "PEM file of the broker's authority; turns TLS on.", HelpName = "FILE" };
        var certificate = new Option<string?>("--broker-certificate") { Description = "PEM file of the service's certificate.", HelpName = "FILE" };
        var key = new Option<string?>("--broker-key") { Description = "PEM file of its private key.", HelpName = "FILE" };
        var signing = new Option<string?>("--signing-key") { Description = "PEM file of the private key that signs parameter sets (made by 'edgeadapt keys new'). Default: sets are not signed.", HelpName = "FILE" };
        var otlp = new Option<string?>("--otlp") { Description = "Send traces and metrics to the OpenTelemetry collector at this address, OTLP over HTTP. Default: what OTEL_EXPORTER_OTLP_ENDPOINT says, else none.", HelpName = "URL" };
        var receive = new Option<int>("--receive-maximum")
        {
            Description = "Messages that the broker may send ahead of their acknowledgement, 1 to 65535.", HelpName = "NUMBER", DefaultValueFactory = _ => MqttSessionOptions.DefaultReceiveMaximum,
        };
        var command = new RootCommand(Description)
        {
            student, teacher, broker, state, urls, model, tenant, mean, std, profile, seed, threads, user, password, ca, certificate, key, signing, otlp, receive,
        };
        command.SetAction((parsed, cancellationToken) => run(
            new CloudSettings
            {
                Student = parsed.GetRequiredValue(student),
                Teacher = parsed.GetRequiredValue(teacher),
                Broker = parsed.GetRequiredValue(broker),
                State = parsed.GetRequiredValue(state),
                Urls = parsed.GetRequiredValue(urls),
                Model = parsed.GetValue(model),
                Tenant = parsed.GetRequiredValue(tenant),
                Mean = parsed.GetValue(mean),
                StandardDeviation = parsed.GetValue(std),
                Profile = parsed.GetRequiredValue(profile),
                Seed = parsed.GetValue(seed),
                Threads = parsed.GetValue(threads),
                Username = parsed.GetValue(user),
                PasswordFile = parsed.GetValue(password),
                CaFile = parsed.GetValue(ca),
                CertificateFile = parsed.GetValue(certificate),
                KeyFile = parsed.GetValue(key),
                SigningKey = parsed.GetValue(signing),
                Otlp = parsed.GetValue(otlp),
                ReceiveMaximum = parsed.GetValue(receive),
            },
            cancellationToken));
        return command;
    }
}
