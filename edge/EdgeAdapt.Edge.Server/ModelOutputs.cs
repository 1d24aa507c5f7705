using EdgeAdapt.Adaptation;
using EdgeAdapt.Edge.Core.Serving;
using EdgeAdapt.Edge.Server.Batching;
using EdgeAdapt.Edge.Server.Protocol;

namespace EdgeAdapt.Edge.Server;

/// <summary>The outputs that a request may ask for: the model's logits, and what is computed from them.</summary>
internal sealed class ModelOutputs(DeviceModel model)
{
    /// <summary>FP32 <c>[N, K]</c>, softmax of the logits.</summary>
    public const string Probabilities = "probabilities";

    /// <summary>BYTES <c>[N]</c>, name of the class with the largest logit; its number where the model's classes have no names.</summary>
    public const string Label = "label";

    /// <summary>The names, the model's own output first.</summary>
    public IReadOnlyList<string> Names { get; } = [model.Signature.OutputName, .. new[] { Probabilities, Label }.Where(n => n != model.Signature.OutputName)];

    /// <summary>Checks the outputs of a request before anything is computed.</summary>
    /// <exception cref="RequestException">There is no such output, or one is asked for twice.</exception>
    public void Check(InferenceRequest request)
    {
        string[] names = [.. request.Outputs.Select(o => o.Name)];
        if (names.FirstOrDefault(n => !Names.Contains(n)) is { } unknown)
        {
            throw RequestException.Bad($"There is no output '{unknown}'. Ask for {string.Join(", ", Names)}, or leave outputs out for all.");
        }

        if (names.Distinct().Count() < names.Length)
        {
            throw RequestException.Bad("An output is asked for twice. Name each once.");
        }
    }

    /// <summary>The answer to a request.</summary>
    /// <param name="request">The request, checked.</param>
    /// <param name="answer">Finite logits.</param>
    public InferenceResponse Compose(InferenceRequest request, BatchAnswer answer)
    {
        IEnumerable<RequestedOutput> wanted = request.Outputs.Count > 0 ? request.Outputs : Names.Select(n => new RequestedOutput(n, null));
        return new InferenceResponse(
            model.Name, request.Id, answer.Version, answer.StatisticsGeneration,
            [.. wanted.Select(o => Compose(o.Name, answer, o.IsBinary ?? request.BinaryOutput))]);
    }

    private ResponseTensor Compose(string name, BatchAnswer answer, bool binary)
    {
        int[] matrix = [answer.Logits.Count, model.Classes];
        if (name == model.Signature.OutputName)
        {
            return new ResponseTensor(name, matrix, [.. answer.Logits.SelectMany(l => l)], null, binary);
        }

        return name == Probabilities
            ? new ResponseTensor(name, matrix, [.. answer.Logits.SelectMany(Softmax)], null, binary)
            : new ResponseTensor(name, [answer.Logits.Count], null, [.. answer.Logits.Select(l => model.Manifest.LabelOf(Logits.ArgMax(l)))], binary);
    }

    private static float[] Softmax(float[] logits)
    {
        float[] probabilities = new float[logits.Length];
        Logits.Softmax(logits, probabilities);
        return probabilities;
    }
}
